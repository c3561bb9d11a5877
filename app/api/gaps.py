"""The answer on QPV against the rest of their communes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.api import views
from app.api.accessible import lowered
from app.api.answers import Item
from app.api.asked_gaps import GapsQuery
from app.api.formats.known import draws
from app.api.formats.listed import Listed
from app.api.history import days
from app.api.lookup import ESTABLISHMENT, PERSON, Profession, find_profession, find_within, professions
from app.api.measured import known
from app.api.parameters import BANDS, MAX_ROWS
from app.api.queries import outlines_of
from app.api.schemas.gaps import GapItem
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.density import Floats
from app.indicators.gap_reading import Compared, Counted, Question, compare_areas
from app.indicators.gap_words import Spoken, gap_words
from app.indicators.gaps import Area, Place
from app.indicators.registry import INDICATORS
from app.indicators.wording import counted_label, density_unit, french_date

COLUMNS = (
    *("id", "code", "name", "communes", "profession", "population_in", "population_out"),
    *("headcount_in", "headcount_out", "density_in", "density_out", "ratio", "ci_low", "ci_high"),
    *("difference", "parity", "border_count", "unlocated"),
    *("weight_in", "weight_out", "weighted_density_in", "weighted_density_out", "weighted_ratio"),
    *("verdict", "sentence"),
)
COUNTED = ("headcount_in", "headcount_out", "border_count")
PEOPLE = ("population_in", "population_out")
TITLES: dict[Area, str] = {
    "qpv": "Chaque QPV comparé au reste de ses communes",
    "together": "Les QPV de chaque commune, ensemble, comparés à son reste",
    "anchorage": "Chaque QPV avec ses abords de {belt} m, comparé au reste de ses communes",
}
NO_QPV = "Aucun quartier prioritaire (QPV) n'est publié {where} : il n'y a rien à comparer."


@dataclass(frozen=True, slots=True)
class Names:
    """Names of communes by number, and how many of a profession they could not place, by both numbers."""

    communes: dict[int, str]
    unlocated: dict[tuple[int, int], int]


def gaps_list(connection: Connection, release: Release, query: GapsQuery, form: str, belt: int) -> Listed:
    """Return the comparisons, with a belt of so many metres.

    Raises ParameterError and NotFoundError for a profession or a territory that is not there.
    """
    within = find_within(connection, query.within)
    every = professions(connection)
    asked = [find_profession(connection, query.profession)] if query.profession else every
    known_days = days(connection)
    question = Question(
        area=query.area,
        within=within.id if within else None,
        professions=[
            Counted(each.id, each.subject, (each.population_age, each.population_sex)) for each in asked
        ],
        scope=query.scope,
        vintages={
            subject: known_days.in_force(subject, release.vintage) for subject in (PERSON, ESTABLISHMENT)
        },
        belt=belt,
    )
    compared = compare_areas(connection, question, query.per)
    _refuse_too_many(len(compared.places) * len(asked))
    items = _items(query, asked, compared, _names(connection, compared.places, asked, query))
    drawn = views.territory.c.id.in_([place.id for place in compared.places])
    return Listed(
        items=items,
        columns=COLUMNS,
        model=GapItem,
        value="ratio",
        head=_head(query, release, belt, compared),
        registers=INDICATORS["qpv_gap"].sources,
        geometry="MultiPolygon",
        outlines=outlines_of(connection, drawn, BANDS["full"]) if draws(form) else {},
        identity=None,
    )


def _refuse_too_many(count: int) -> None:
    if count > MAX_ROWS:
        raise ParameterError(
            "profession",
            f"La réponse dépasserait {MAX_ROWS} comparaisons.",
            hint="Choisissez une profession, ou limitez à un territoire, par exemple within=commune:00101.",
        )


def _head(query: GapsQuery, release: Release, belt: int, compared: Compared) -> dict[str, object]:
    title = TITLES[query.area].format(belt=belt)
    where = "dans ce territoire" if query.within else "dans cette version"
    return {
        "title": f"{title}, au {french_date(release.vintage)}",
        "area": query.area,
        "within": query.within,
        "scope": query.scope,
        "per": query.per,
        "belt": belt,
        "message": None if compared.places else NO_QPV.format(where=where),
    }


def _names(
    connection: Connection, places: Sequence[Place], asked: Sequence[Profession], query: GapsQuery
) -> Names:
    communes = sorted({commune for place in places for commune in place.communes})
    t, c = views.territory.c, views.count.c
    named = connection.execute(select(t.id, t.code).where(t.id.in_(communes)))
    scopes = {(each.id, each.stored_scope(query.scope)) for each in asked}
    counted = connection.execute(
        select(c.territory_id, c.profession_id, c.scope, c.unlocated).where(
            c.territory_id.in_(communes), c.profession_id.in_([each.id for each in asked])
        )
    )
    return Names(
        {row.id: row.code for row in named},
        {
            (row.territory_id, row.profession_id): row.unlocated
            for row in counted
            if (row.profession_id, row.scope) in scopes
        },
    )


def _items(query: GapsQuery, asked: Sequence[Profession], compared: Compared, names: Names) -> list[Item]:
    columns = _columns(compared)
    spoken = [_spoken(query, profession) for profession in asked]
    items: list[Item] = []
    for row, place in enumerate(compared.places):
        for column, profession in enumerate(asked):
            at = row * len(asked) + column
            numbers = {name: values[at] for name, values in columns.items()}
            verdict, sentence = gap_words(compared, query.area, (row, column), spoken[column])
            told = {"per": query.per, "verdict": verdict, "sentence": sentence}
            items.append(_item(place, profession, names, numbers) | told)
    return items


def _spoken(query: GapsQuery, profession: Profession) -> Spoken:
    scope = profession.scope(query.scope)
    people = profession.population_label
    who = counted_label(profession.label, scope, "weight", feminine=profession.feminine)
    return Spoken(lowered(who), density_unit(query.per, people), people, profession.loaded)


def _columns(compared: Compared) -> dict[str, list[float | None]]:
    """Return every number of the items, in the order of places, then professions."""
    sides, gap = compared.sides, compared.gap
    numbers: dict[str, Floats] = {
        "population_in": compared.people_in,
        "population_out": compared.people_out,
        "headcount_in": sides.heads_in,
        "headcount_out": sides.heads_out,
        "weight_in": sides.weight_in,
        "weight_out": sides.weight_out,
        "border_count": sides.border,
        "density_in": gap.density_in,
        "density_out": gap.density_out,
        "ratio": gap.ratio,
        "ci_low": gap.low,
        "ci_high": gap.high,
        "difference": gap.difference,
        "parity": gap.parity,
        "weighted_density_in": gap.weighted_in,
        "weighted_density_out": gap.weighted_out,
        "weighted_ratio": gap.weighted_ratio,
    }
    return {name: known(values.ravel()) for name, values in numbers.items()}


def _item(
    place: Place, profession: Profession, names: Names, numbers: dict[str, float | None]
) -> dict[str, object]:
    """Return the figures of one comparison, unknown when the register was never loaded."""
    if not profession.loaded:
        numbers = {name: value if name in PEOPLE else None for name, value in numbers.items()}
    heads = {name: None if (count := numbers[name]) is None else int(count) for name in COUNTED}
    left_out = sum(names.unlocated.get((commune, profession.id), 0) for commune in place.communes)
    return {
        "id": place.id,
        "code": place.code,
        "name": place.name,
        "communes": [names.communes[commune] for commune in place.communes],
        "profession": profession.slug,
        "profession_label": profession.label,
        "population_label": profession.population_label,
        **numbers,
        **heads,
        "unlocated": left_out if profession.loaded else None,
    }
