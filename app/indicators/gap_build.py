"""QPV against the rest of their communes, worked out once for portraits (METHODS 5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.counts import columns_of, places_of, practices_on, retained_of
from app.indicators.gap_reading import parts_of, people_of
from app.indicators.gaps import (
    AgeSex,
    Area,
    Gap,
    Integers,
    Parts,
    People,
    Place,
    Practices,
    Sides,
    compare,
    count_sides,
    people_sides,
)
from app.indicators.headcount import Places, Retained, held
from app.indicators.scores import Scores, professions_of, store_scores

PACKAGE = "app.indicators"
PER = 100_000


@dataclass(frozen=True, slots=True)
class _Living:
    """Who lives in the QPV and communes of a release, and in which commune those of a QPV astride several."""

    people: People
    parts: Parts


def store_gaps(connection: Connection, release_id: int, vintage: date, finess_vintage: date) -> None:
    """Keep the comparison of each QPV, and of all those of a commune together, with the rest.

    Liberal practitioners on the day of the annuaire, establishments on that of FINESS. ``populate`` comes
    first, in the same transaction.
    """
    areas = _areas(connection, release_id)
    everywhere = [place for places in areas.values() for place in places]
    if not everywhere:
        return
    professions = professions_of(connection, release_id)
    counted = _practices(connection, release_id, (vintage, finess_vintage), professions, everywhere)
    living = _living(connection, release_id, everywhere)
    kinds = [
        (row.population_age, row.population_sex)
        for row in connection.execute(load(PACKAGE, "gap_kinds_build"), {"release_id": release_id})
    ]
    gaps = [_compared(area, places, counted, living, kinds) for area, places in areas.items()]
    territories = np.array([place.id for place in everywhere])
    for figure, names in {
        "qpv_gap": ("ratio", "low", "high"),
        "qpv_inside": ("density_in",),
        "qpv_outside": ("density_out",),
        "qpv_parity": ("parity",),
    }.items():
        value, *bounds = (np.concatenate([getattr(gap, name) for gap in gaps]) for name in names)
        low, high = bounds or (None, None)
        store_scores(connection, release_id, Scores(figure, "", territories, value, low, high))


def _areas(connection: Connection, release_id: int) -> dict[Area, list[Place]]:
    """Return the QPV of a release, and the communes that hold any, each with all that it holds."""
    rows = connection.execute(load(PACKAGE, "gap_areas_build"), {"release_id": release_id}).all()
    inside: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        for commune in row.communes:
            inside[commune].append(row.id)
    return {
        "qpv": [Place(row.id, row.code, row.name, (row.id,), tuple(row.communes)) for row in rows],
        "together": [Place(commune, "", "", tuple(qpv), (commune,)) for commune, qpv in inside.items()],
    }


def _practices(
    connection: Connection,
    release_id: int,
    days: tuple[date, date],
    professions: Integers,
    areas: Sequence[Place],
) -> list[Practices]:
    """Return the located practices of liberal practitioners, and of establishments, in some areas."""
    placed = places_of(*columns_of(connection, "placed_territories", release_id=release_id))
    wanted = np.unique([number for place in areas for number in (*place.qpv, *place.communes)])
    person, site, profession, liberal = practices_on(connection, release_id, days[0])
    kept = liberal == 1
    shops = columns_of(connection, "retained_establishments", release_id=release_id, finess_vintage=days[1])
    return [
        _inside(retained, placed, professions, wanted)
        for retained in (retained_of(person[kept], site[kept], profession[kept]), retained_of(*shops))
    ]


def _inside(retained: Retained, placed: Places, professions: Integers, wanted: Integers) -> Practices:
    practice, territory = held(retained, placed)
    located = placed.located[np.searchsorted(placed.site, retained.site[practice])] == 1
    chosen = np.flatnonzero(located & np.isin(territory, wanted))
    chosen = chosen[np.argsort(territory[chosen], kind="stable")]
    numbers, first = np.unique(territory[chosen], return_index=True)
    rows = np.split(practice[chosen], first[1:])
    return Practices(
        profession=np.searchsorted(professions, retained.profession),
        person=retained.person,
        # A portrait compares heads.
        weight=np.ones(len(retained.person)),
        # Where nobody is anywhere, numpy gives one part of nothing.
        inside=dict(zip(numbers.tolist(), rows if len(numbers) else [], strict=True)),
        near={},
    )


def _living(connection: Connection, release_id: int, areas: Sequence[Place]) -> _Living:
    wanted = sorted({number for place in areas for number in (*place.qpv, *place.communes)})
    asked = {"release_id": release_id, "territories": wanted}
    people = people_of(connection.execute(load(PACKAGE, "gap_population_build"), asked))
    astride = sorted({place.id for place in areas if len(place.communes) > 1})
    rows = connection.execute(load(PACKAGE, "gap_people_build"), {"qpv": astride}) if astride else ()
    parts = parts_of(rows, astride)
    return _Living(people, parts)


def _compared(
    area: Area, places: Sequence[Place], counted: Sequence[Practices], living: _Living, kinds: list[AgeSex]
) -> Gap:
    """Return the comparison of some areas, (areas, professions); a profession is of one of ``counted``."""
    sides = [count_sides(places, area, practices, len(kinds)) for practices in counted]
    whole = Sides(*(sum(getattr(one, name) for one in sides) for name in Sides.__slots__))
    distinct = list(dict.fromkeys(kinds))
    column = [distinct.index(kind) for kind in kinds]
    inside, outside = people_sides(places, area, distinct, living.people, living.parts)
    return compare(whole, inside[:, column], outside[:, column], PER)
