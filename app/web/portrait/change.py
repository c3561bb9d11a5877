"""Change over time: the density of every vintage with its interval, who came and who left."""

from sqlalchemy import Connection

from app.api.schemas.time import TrendItem, TrendPoint
from app.api.trends import check_since, items, read_past
from app.errors import ObservatoireError
from app.indicators.wording import density_unit, french_date
from app.maps.charts.trend import Moment, draw_trend
from app.web.portrait.asked import SCOPE, Asked
from app.web.portrait.block import (
    NOTHING,
    Block,
    Cell,
    Drawing,
    Table,
    bounds_cell,
    count_cell,
    number_cell,
    text_cell,
)
from app.web.portrait.supply import is_main

TITLE = "Au fil du temps"
ALONE = "Un seul millésime est chargé : rien n'est encore à comparer."
PER = 100_000


def change_block(connection: Connection, asked: Asked) -> Block:
    """Return the block on change, or why nothing can be told."""
    try:
        points = _points(connection, asked)
    except ObservatoireError as error:
        return Block("evolution", TITLE, [error.message()])
    if len(points) < 2:
        return Block("evolution", TITLE, [ALONE])
    figure = asked.figure("change", asked.profession.slug)
    moments = [Moment(one.vintage, one.density, one.ci_low, one.ci_high) for one in points]
    unit = density_unit(PER, asked.profession.population_label)
    title = f"{asked.who} {unit}, depuis le {french_date(moments[0].day)}"
    note = "Bande : entre … et … avec 95 % de confiance. Population d'aujourd'hui à toutes les dates."
    return Block(
        "evolution",
        TITLE,
        [figure.sentence] if figure else [],
        [Drawing(draw_trend("evolution-figure", title, moments, unit), title, note)],
        [_vintages(points, asked), _professions(asked)],
    )


def _points(connection: Connection, asked: Asked) -> list[TrendPoint]:
    past = read_past(
        connection, asked.territory.level, asked.territory, asked.profession, scope=SCOPE, limit=1
    )
    since = check_since(None, past.vintages, asked.release.vintage)
    found = items(past, since, loaded=asked.profession.loaded)
    return TrendItem.model_validate(found[0]).points if found else []


def _vintages(points: list[TrendPoint], asked: Asked) -> Table:
    rows = [
        (
            french_date(one.vintage),
            [
                count_cell(one.headcount),
                number_cell(one.density),
                bounds_cell(one.ci_low, one.ci_high),
                *(_moves(count) for count in (one.entries, one.exits)),
            ],
        )
        for one in points
    ]
    head = ("Millésime", "Praticiens", "Densité", "entre … et …", "Arrivées", "Départs")
    return Table(f"{asked.who}, millésime par millésime", head, rows)


def _moves(count: int | None) -> Cell:
    """Return moves since the vintage before: nobody asks for those before the first."""
    return Cell(NOTHING) if count is None else count_cell(count)


def _professions(asked: Asked) -> Table:
    """Return what changed in each profession since the first vintage."""
    rows = []
    for one in asked.figures("headcount"):
        if one.trend is None or not is_main(asked, one.profession or ""):
            continue
        said = "établie" if one.trend.established else "pas de changement établi"
        counts = (one.trend.before, one.trend.after, one.trend.entries, one.trend.exits)
        rows.append((one.label, [*(count_cell(count) for count in counts), text_cell(said)]))
    head = ("Profession", "Avant", "Aujourd'hui", "Arrivées", "Départs", "Évolution")
    return Table("Toutes les professions, depuis le premier millésime", head, rows)
