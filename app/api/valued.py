"""One figure of each territory of a list, whichever was asked for: density, access time or accessibility."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.api.asked_valued import ValuedQuery
from app.api.history import days
from app.api.lookup import ESTABLISHMENT, Profession, find_profession, find_within, refuse_none
from app.api.measured import column
from app.api.parameters import MAX_ROWS
from app.api.places import Wanted
from app.api.queries import density_rows
from app.api.routes.territories import refuse_too_many
from app.api.served import PeopleShelf, refuse_unloaded, sites_of
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.access import access, at_cells, minutes_to_nearest
from app.indicators.accessibility import Preset
from app.indicators.asked_preset import asked_preset
from app.indicators.density import Floats, density, density_interval
from app.indicators.floating import means, score
from app.indicators.supply_sites import load_demand, load_supply
from app.indicators.weighting import Pieces
from app.indicators.wording import density_unit
from app.travel.departure import Departure
from app.travel.modes import LABELS, Mode
from app.travel.routing import ground_of
from app.travel.times import times_of

BEYOND = "Les habitants plus loin que les temps cherchés ne comptent pas dans la moyenne de leur territoire."
# Parameters that only some figures are made of.
TAKEN_BY = {"per": ("density",), "mode": ("access_time", "accessibility"), "preset": ("accessibility",)}
EVERYBODY = "La population concernée n'est pas connue par carreau : tous les habitants sont comptés."


@dataclass(frozen=True, slots=True)
class Valued:
    """The territories of a list, in the order of codes, and their figure; arrays of (territories,).

    ``people`` are those whom the figure is about; NaN is unknown. ``low`` and ``high`` are NaN for figures
    that no interval is known of. ``rising`` says whether more is better, ``departure`` when one leaves in
    public transport: that of the kept times.
    """

    profession: Profession
    rows: Sequence[Row[Any]]
    values: Floats
    people: Floats
    low: Floats
    high: Floats
    unit: str
    what: str
    rising: bool
    warnings: tuple[str, ...] = ()
    departure: Departure | None = None

    @property
    def ids(self) -> np.typing.NDArray[np.int32]:
        """Return the numbers of the territories."""
        return np.array([row.id for row in self.rows], dtype=np.int32)


def value_territories(
    connection: Connection, release: Release, query: ValuedQuery, shelf: PeopleShelf
) -> Valued:
    """Return the figure that a request asks for.

    Raises ParameterError and NotFoundError for what is not there, GraphError when times were not computed.
    """
    _refuse_useless(query)
    profession = find_profession(connection, query.profession)
    refuse_unloaded(profession)
    within = find_within(connection, query.within)
    statement = density_rows(query.level, within, profession, query.scope)
    rows = connection.execute(statement.limit(MAX_ROWS + 1)).all()
    refuse_too_many(rows)
    refuse_none(rows, query.level, within)
    if query.of == "density":
        return _densities(query, profession, rows)
    if query.mode is None:
        raise ParameterError(
            "mode", "Un temps de trajet demande un mode.", hint="Ajoutez par exemple mode=walk."
        )
    ids = np.array([row.id for row in rows], dtype=np.int32)
    pieces = shelf.split(connection, release, query.level).only(ids)
    asked = _Travelling(connection, release, query, profession, query.mode)
    found = _times if query.of == "access_time" else _scores
    return found(asked, rows, pieces, shelf)


def _refuse_useless(query: ValuedQuery) -> None:
    """Raise ParameterError for what the figure asked for would ignore."""
    for name, takers in TAKEN_BY.items():
        if name in query.model_fields_set and query.of not in takers:
            values = " ou ".join(f"of={taker}" for taker in takers)
            raise ParameterError(
                name,
                f"« {name} » ne change rien à of={query.of} : la réponse n'en tiendrait pas compte.",
                hint=f"Retirez-le, ou demandez {values}.",
            )


@dataclass(frozen=True, slots=True)
class _Travelling:
    """A question whose answer is in travel times."""

    connection: Connection
    release: Release
    query: ValuedQuery
    profession: Profession
    mode: Mode


def _usual_departure(asked: _Travelling) -> Departure | None:
    """Return the departure of the kept times, None where no hour counts."""
    if asked.mode != "transit":
        return None
    return ground_of(asked.connection, asked.release.id, asked.mode).usual_departure


def _unknown(rows: Sequence[Row[Any]]) -> Floats:
    return np.full(len(rows), np.nan)


def _densities(query: ValuedQuery, profession: Profession, rows: Sequence[Row[Any]]) -> Valued:
    people, weight = column(rows, "population"), column(rows, "weight")
    low, high = density_interval(column(rows, "headcount"), people, query.per, weight=weight)
    unit = density_unit(query.per, profession.population_label)
    values = density(weight, people, query.per)
    return Valued(profession, rows, values, people, low, high, unit, "Densité", rising=True)


def _times(asked: _Travelling, rows: Sequence[Row[Any]], pieces: Pieces, shelf: PeopleShelf) -> Valued:
    connection, release, query, mode = asked.connection, asked.release, asked.query, asked.mode
    sites = sites_of(connection, Wanted(asked.profession, query.scope, release.vintage))
    cells = shelf.cells(connection, release)
    times = at_cells(times_of(connection, release.id, mode, sites.tolist()), cells)
    found = access(minutes_to_nearest(times, 1), pieces)
    what = f"Temps moyen {LABELS[mode]} jusqu'au lieu d'exercice le plus proche"
    return Valued(
        *(asked.profession, rows, found.mean, found.known - found.beyond, _unknown(rows), _unknown(rows)),
        *("minutes", what),
        rising=False,
        warnings=(BEYOND,) if np.any(found.beyond > 0) else (),
        departure=_usual_departure(asked),
    )


def _scores(asked: _Travelling, rows: Sequence[Row[Any]], pieces: Pieces, shelf: PeopleShelf) -> Valued:
    connection, release, query, profession = asked.connection, asked.release, asked.query, asked.profession
    preset = _preset(query, profession, asked.mode)
    vintage = days(connection).in_force(profession.subject, release.vintage)
    supply = load_supply(connection, profession.id, profession.scope(query.scope), vintage)
    cells = shelf.cells(connection, release)
    heads = load_demand(connection, cells, profession.population_age, profession.population_sex)
    limit = int(preset.decay.reach * 60)
    times = times_of(connection, release.id, asked.mode, supply.site.tolist(), limit)
    scores = score(preset, times, supply, cells, cells.people if heads is None else heads)
    counted = "établissements" if profession.subject == ESTABLISHMENT else "praticiens"
    unit = preset.unit_for(counted, profession.population_label)
    return Valued(
        *(profession, rows, means(scores, pieces, cells.people).value, column(rows, "population")),
        *(_unknown(rows), _unknown(rows), unit, f"Accessibilité {LABELS[asked.mode]} ({preset.label})"),
        rising=True,
        warnings=(EVERYBODY,) if heads is None else (),
        departure=_usual_departure(asked),
    )


def _preset(query: ValuedQuery, profession: Profession, mode: Mode) -> Preset:
    """Return the preset asked for; raise ParameterError when it cannot speak of the profession."""
    preset = asked_preset(query.preset, mode)
    establishments = preset.activity is not None and profession.subject == ESTABLISHMENT
    if establishments or (preset.ages is not None and profession.population_age != "all"):
        raise ParameterError(
            "preset",
            f"« {query.preset} » compte des consultations de tous les habitants : elle ne vaut pas pour "
            f"« {profession.label} ».",
            hint="Choisissez par exemple preset=e2sfca.",
        )
    return preset
