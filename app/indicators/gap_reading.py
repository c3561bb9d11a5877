"""What the comparison of QPV with their communes reads of the published release."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats
from app.indicators.gaps import (
    AgeSex,
    Area,
    Gap,
    Parts,
    People,
    Place,
    Practices,
    Sides,
    compare,
    count_sides,
    people_sides,
)

PACKAGE = "app.indicators"
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Counted:
    """A profession as the comparison needs it: its number, what it counts, whom it is compared with."""

    id: int
    subject: str
    population: AgeSex


@dataclass(frozen=True, slots=True)
class Question:
    """Which areas, inside a territory or everywhere (None), and whose practices.

    ``vintages`` gives the day of the supply by subject; ``belt`` is in metres.
    """

    area: Area
    within: int | None
    professions: Sequence[Counted]
    scope: str
    vintages: Mapping[str, date]
    belt: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Areas against their surroundings for some professions, arrays of (areas, professions)."""

    places: list[Place]
    sides: Sides
    people_in: Floats
    people_out: Floats
    gap: Gap


def compare_areas(connection: Connection, question: Question, per: float) -> Compared:
    """Compare every area asked for with the rest of its communes, for ``per`` people.

    An area or a profession without anybody is there, with zeros.
    """
    area, professions = question.area, question.professions
    places = load_places(connection, area, question.within)
    qpv = sorted({one for place in places for one in place.qpv})
    communes = sorted({one for place in places for one in place.communes})
    sides = count_sides(places, area, load_practices(connection, qpv, communes, question), len(professions))
    kinds = [each.population for each in professions]
    distinct = list(dict.fromkeys(kinds))
    people = load_people(connection, [*qpv, *communes], distinct)
    metres = question.belt if area == "anchorage" else 0
    parts = load_parts(connection, astride(connection, area, qpv, communes), metres)
    inside, outside = people_sides(places, area, distinct, people, parts)
    column = [distinct.index(kind) for kind in kinds]
    inside, outside = inside[:, column], outside[:, column]
    return Compared(places, sides, inside, outside, compare(sides, inside, outside, per))


def load_places(connection: Connection, area: Area, within: int | None) -> list[Place]:
    """Read the areas of the published release inside a territory; those of communes hold all their QPV."""
    rows = connection.execute(load(PACKAGE, "gap_places"), {"within": within}).all()
    if area != "together":
        return [Place(row.id, row.code, row.name, (row.id,), tuple(row.communes)) for row in rows]
    communes = sorted({commune for row in rows for commune in row.communes})
    found = _qpv_of(connection, communes)
    named = connection.execute(load(PACKAGE, "gap_named"), {"communes": communes, "within": within})
    return [
        Place(row.id, row.code, row.name, tuple(one.id for one in found if row.id in one.communes), (row.id,))
        for row in named
    ]


def _qpv_of(connection: Connection, communes: Sequence[int]) -> Sequence[Row[Any]]:
    return connection.execute(load(PACKAGE, "gap_communes"), {"communes": list(communes)}).all()


def astride(connection: Connection, area: Area, qpv: Sequence[int], communes: Sequence[int]) -> Sequence[int]:
    """Return the QPV whose people, or the people of whose belt, must be counted by commune."""
    if area == "qpv":
        return []
    if area == "anchorage":
        return qpv
    return [row.id for row in _qpv_of(connection, communes) if len(row.communes) > 1]


def load_practices(
    connection: Connection, qpv: Sequence[int], communes: Sequence[int], question: Question
) -> Practices:
    """Read who practises at the located sites of communes and of the belts around QPV."""
    near = connection.execute(load(PACKAGE, "gap_near"), {"qpv": list(qpv), "metres": question.belt}).all()
    asked = {"communes": list(communes), "sites": sorted({row.site_id for row in near})}
    subjects = dict.fromkeys(each.subject for each in question.professions)
    rows = [row for subject in subjects for row in _counted(connection, subject, question, asked)]
    rank = {each.id: position for position, each in enumerate(question.professions)}
    at_site: dict[int, list[int]] = defaultdict(list)
    inside: dict[int, list[int]] = defaultdict(list)
    beside: dict[int, list[int]] = defaultdict(list)
    wanted = {*qpv, *communes}
    for position, row in enumerate(rows):
        at_site[row.site_id].append(position)
        for territory in wanted.intersection(row.territories):
            inside[territory].append(position)
    for row in near:
        beside[row.qpv_id] += at_site.get(row.site_id, [])
    return Practices(
        profession=np.array([rank[row.profession_id] for row in rows], dtype=np.int64),
        person=np.array([row.who for row in rows], dtype=np.int64),
        weight=np.array([row.weight for row in rows], dtype=np.float64),
        inside={key: np.array(held, dtype=np.int64) for key, held in inside.items()},
        near={key: np.array(held, dtype=np.int64) for key, held in beside.items()},
    )


def _counted(
    connection: Connection, subject: str, question: Question, asked: Mapping[str, object]
) -> Sequence[Row[Any]]:
    wanted = [each.id for each in question.professions if each.subject == subject]
    values = {**asked, "professions": wanted, "vintage": question.vintages[subject]}
    if subject == PERSON:
        name, values["scope"] = "gap_practices", question.scope
    else:
        name = "gap_establishments"
    return connection.execute(load(PACKAGE, name), values).all()


def load_people(connection: Connection, territories: Sequence[int], kinds: Sequence[AgeSex]) -> People:
    """Read the published people of territories."""
    ages = sorted({age for age, _ in kinds})
    rows = connection.execute(
        load(PACKAGE, "gap_population"), {"territories": list(territories), "ages": ages}
    )
    return people_of(rows)


def people_of(rows: Iterable[Row[Any]]) -> People:
    """Return people by territory, then age class and sex."""
    found: dict[int, dict[AgeSex, float]] = defaultdict(dict)
    for row in rows:
        found[row.territory_id][row.age_class, row.sex] = row.value
    return found


def load_parts(connection: Connection, qpv: Sequence[int], metres: int) -> Parts:
    """Count by commune the people of QPV (0 metres), or of the belt so wide around each."""
    asked = {"qpv": list(qpv), "metres": metres}
    return parts_of(connection.execute(load(PACKAGE, "gap_people"), asked) if qpv else (), qpv)


def parts_of(rows: Iterable[Row[Any]], qpv: Iterable[int]) -> Parts:
    """Return the people of QPV by commune (None outside of any), then age class and sex."""
    found: dict[int, dict[int | None, dict[AgeSex, float]]] = {one: {} for one in qpv}
    for row in rows:
        found[row.qpv_id].setdefault(row.commune_id, {})[row.age_class, row.sex] = row.people
    return found
