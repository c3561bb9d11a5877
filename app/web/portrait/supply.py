"""Supply now: how many, how dense, beside the commune and France; and where people practise around here."""

from collections.abc import Iterable

from app.api.schemas.territories import ComparedValue, Figure, PortraitDensity
from app.indicators.wording import LEVEL_NAMES, density_unit
from app.maps.charts.dots import Dot, Scale, draw_dots
from app.web.portrait.asked import Asked
from app.web.portrait.block import (
    NOTHING,
    Block,
    Cell,
    Drawing,
    Table,
    bounds_cell,
    count_cell,
    number_cell,
)

FRANCE = "France"
MAIN = {"pharmacie"}
NOT_KNOWN = "Le registre qui compte cette profession n'est pas dans la version publiée."


def supply_block(asked: Asked, close_up: Drawing | None) -> Block:
    """Return the block on the supply of today."""
    figure = asked.figure("density", asked.profession.slug)
    figures = [close_up] if close_up else []
    if figure is not None and asked.profession.loaded:
        figures.insert(0, _compared(asked, figure))
    return Block("offre", "L'offre aujourd'hui", list(_sentences(asked, figure)), figures, _tables(asked))


def is_main(asked: Asked, slug: str) -> bool:
    """Say whether a profession is one that everybody needs, or the one that the page looks at."""
    one = next((each for each in asked.professions if each.slug == slug), None)
    return one is not None and (one.recourse is not None or slug in {*MAIN, asked.profession.slug})


def france_of(figure: Figure) -> ComparedValue | None:
    """Return what the whole country has, from this release or from whoever publishes it."""
    return next((one for one in figure.compared if one.territory.partition(":")[0] == "france"), None)


def name_of(asked: Asked, territory: str) -> str:
    """Return the name of a territory of comparison."""
    return next((one.name for one in asked.portrait.compared_with if one.territory == territory), FRANCE)


def _sentences(asked: Asked, figure: Figure | None) -> Iterable[str]:
    if figure is None or not asked.profession.loaded:
        yield NOT_KNOWN
        return
    yield figure.sentence
    own = _density(asked, asked.profession.slug)
    if own is not None and own.unlocated:
        plural = "s" if own.unlocated > 1 else ""
        where = "dans la commune, hors du compte des quartiers" if asked.territory.infra_communal else "ici"
        yield f"{own.unlocated} non localisé{plural} {where}."


def _density(asked: Asked, slug: str) -> PortraitDensity | None:
    return next((one for one in asked.portrait.densities if one.profession == slug), None)


def _compared(asked: Asked, figure: Figure) -> Drawing:
    """Return the dots of the territory and of what holds it, the same value in two holders once."""
    rows = [Dot(asked.portrait.name, figure.value, figure.ci_low, figure.ci_high, figure.status, own=True)]
    for one in figure.compared:
        name = name_of(asked, one.territory)
        if name == FRANCE and one.value is None:
            continue
        rows.append(
            Dot(_with_level(asked, one.territory, name), one.value, one.ci_low, one.ci_high, one.status)
        )
    title = f"{asked.who} {figure.unit}"
    note = "Point : la densité ; trait : entre … et … avec 95 % de confiance."
    return Drawing(draw_dots("points", title, rows, Scale(figure.unit)), title, note)


def _with_level(asked: Asked, territory: str, name: str) -> str:
    """Return a name with its level where the name alone does not tell it."""
    held = next((one for one in asked.portrait.compared_with if one.territory == territory), None)
    if held is None:
        return name
    label = LEVEL_NAMES[held.level].label.partition(" (")[0]
    return name if label.lower() in name.lower() else f"{name} ({label.lower()})"


def _tables(asked: Asked) -> list[Table]:
    main = [one for one in asked.portrait.densities if is_main(asked, one.profession)]
    others = [one for one in asked.portrait.densities if not is_main(asked, one.profession)]
    per = density_unit(asked.portrait.densities[0].per, "habitants concernés") if main else ""
    note = (
        f"Densité {per}. Praticiens libéraux, ou établissements. Qui exerce en plusieurs lieux compte "
        "pour une part dans chacun."
    )
    return [
        _table(asked, "Professions de premier et de second recours, pharmacies", main, note),
        _table(asked, f"Les {len(others)} autres professions et groupes", others, note, on_paper=False),
    ]


def _table(
    asked: Asked, summary: str, densities: list[PortraitDensity], note: str, *, on_paper: bool = True
) -> Table:
    holder = [asked.holder.name] if asked.holder else []
    has_france = asked.territory.level != "france"
    head = (
        "Profession",
        "Nombre",
        "Densité",
        "entre … et …",
        *holder,
        *([FRANCE] if has_france else []),
        "Rang",
    )
    rows = []
    for one in densities:
        figure = asked.figure("density", one.profession)
        cells = [count_cell(one.headcount), number_cell(one.density), bounds_cell(one.ci_low, one.ci_high)]
        if asked.holder:
            beside = figure.compared[0] if figure and figure.compared else None
            cells.append(number_cell(beside.value if beside else None))
        if has_france:
            france = france_of(figure) if figure else None
            cells.append(number_cell(france.value if france else None))
        rows.append((one.label, [*cells, _rank(figure)]))
    return Table(summary, head, rows, note, on_paper)


def _rank(figure: Figure | None) -> Cell:
    if figure is None or figure.rank is None:
        return Cell(NOTHING)
    return Cell(f"{figure.rank} sur {figure.ranked}")
