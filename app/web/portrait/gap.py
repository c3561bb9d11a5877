"""The gap to the rest of the commune for a QPV; to what holds it for any other territory."""

import numpy as np

from app.api.schemas.territories import Figure
from app.indicators.verdict import Verdict, established
from app.maps.charts.dots import Dot, Scale, draw_dots
from app.web.portrait.asked import Asked
from app.web.portrait.block import Block, Drawing, Table, bounds_cell, number_cell, text_cell
from app.web.portrait.supply import is_main

NO_DIFFERENCE = "pas de différence établie"
VERDICTS: dict[Verdict, str] = {
    "higher": "densité plus élevée ici",
    "lower": "densité plus faible ici",
    "not_established": NO_DIFFERENCE,
    "unknown": "inconnu",
}
SAID = "Ce qu'on peut en dire"
HEAD = ("Profession", "Rapport", "entre … et …", SAID)
THROUGH_ONE = "Un trait qui passe par 1 n'établit pas de différence."
# So many lines stay one figure.
MOST_DOTS = 8


def gap_block(asked: Asked) -> Block:
    """Return the block on the gap."""
    ratios = [one for one in asked.figures("qpv_gap") if is_main(asked, one.profession or "")]
    if ratios:
        return _ratios(asked, ratios)
    if asked.holder is None:
        why = "Aucun territoire plus grand n'est publié : il n'y a rien à comparer."
        return Block("ecart", "L'écart", [why])
    return _differences(asked, asked.holder.name)


def _ratios(asked: Asked, figures: list[Figure]) -> Block:
    """Return the ratios of a QPV, professions of first and second recourse."""
    labels = {one.profession: one.label for one in asked.portrait.densities}
    chosen = next((one for one in figures if one.profession == asked.profession.slug), figures[0])
    dots = [
        Dot(labels[one.profession or ""], one.value, one.ci_low, one.ci_high, one.status, own=one is chosen)
        for one in sorted(figures, key=lambda each: each is not chosen)[:MOST_DOTS]
    ]
    title = "Rapport des densités : ici, divisé par le reste de la commune"
    scale = Scale(chosen.unit, 1.0, "1 : autant qu'ailleurs")
    rows = [
        (
            labels[one.profession or ""],
            [
                number_cell(one.value, one.status),
                bounds_cell(one.ci_low, one.ci_high),
                text_cell(VERDICTS[_against_one(one)]),
            ],
        )
        for one in figures
    ]
    return Block(
        "ecart",
        "L'écart avec le reste de la commune",
        [chosen.sentence, _counted(figures)],
        [Drawing(draw_dots("ecarts", title, dots, scale), title, THROUGH_ONE)],
        [Table("Rapports, par profession", HEAD, rows)],
    )


def _counted(figures: list[Figure]) -> str:
    """Return how many professions differ for sure."""
    known = [one for one in figures if one.ci_low is not None and one.ci_high is not None]
    told = [_against_one(one) for one in known]
    lower, higher = told.count("lower"), told.count("higher")
    return _differing(len(known), lower, higher)


def _against_one(figure: Figure) -> Verdict:
    bounds = np.array([[figure.ci_low], [figure.ci_high]], dtype=np.float64)
    return established(bounds[0], bounds[1], 1.0)[0]


def _differing(known: int, lower: int, higher: int) -> str:
    if not lower and not higher:
        return f"Sur {known} professions comparées, aucune différence n'est établie."
    said = [
        f"{count} {'a' if count == 1 else 'ont'} une densité plus {word} ici"
        for count, word in ((lower, "faible"), (higher, "élevée"))
        if count
    ]
    others = "" if lower + higher == known else " Pour les autres, pas de différence établie."
    return f"Sur {known} professions comparées, {' et '.join(said)}.{others}"


def _differences(asked: Asked, holder: str) -> Block:
    """Return densities beside those of what holds the territory."""
    figures = [
        one for one in asked.figures("density") if one.compared and is_main(asked, one.profession or "")
    ]
    labels = {one.profession: one.label for one in asked.portrait.densities}
    known = [one for one in figures if one.compared[0].different is not None]
    told = [_side(one) for one in known]
    rows = [
        (
            labels[one.profession or ""],
            [
                number_cell(one.value, one.status),
                bounds_cell(one.ci_low, one.ci_high),
                number_cell(one.compared[0].value, one.compared[0].status),
                text_cell(VERDICTS[_side(one)]),
            ],
        )
        for one in figures
    ]
    head = ("Profession", "Ici", "entre … et …", holder, SAID)
    return Block(
        "ecart",
        f"L'écart avec {holder}",
        [_differing(len(known), told.count("lower"), told.count("higher"))],
        [_beside(asked, figures, f"Densités ici, et dans {holder} (trait noir)")] if figures else [],
        [Table("Écarts, par profession", head, rows)],
    )


def _beside(asked: Asked, figures: list[Figure], title: str) -> Drawing:
    """Return the dots of those that are counted for the same people, the one that is looked at first."""
    labels = {one.profession: one.label for one in asked.portrait.densities}
    chosen = next((one for one in figures if one.profession == asked.profession.slug), figures[0])
    alike = [one for one in figures if one.unit == chosen.unit]
    dots = [
        Dot(
            labels[one.profession or ""],
            *(one.value, one.ci_low, one.ci_high, one.status),
            own=True,
            beside=one.compared[0].value,
        )
        for one in sorted(alike, key=lambda each: each is not chosen)[:MOST_DOTS]
    ]
    return Drawing(draw_dots("ecarts", title, dots, Scale(chosen.unit)), title)


def _side(figure: Figure) -> Verdict:
    beside = figure.compared[0]
    if beside.different is None or beside.value is None or figure.value is None:
        return "unknown"
    if not beside.different:
        return "not_established"
    return "higher" if figure.value > beside.value else "lower"
