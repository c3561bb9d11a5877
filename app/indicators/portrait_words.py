"""A portrait in words: one sentence a figure, which says no more than the figure does."""

from app.indicators.portrait import Circle, Figure
from app.indicators.portrait_clauses import trend_clause
from app.indicators.portrait_values import Measured
from app.indicators.wording import (
    LEVEL_NAMES,
    THIN_SPACE,
    Level,
    french_integer,
    french_number,
    percent,
)

HIDDEN = "non montré (NS) : trop peu de personnes seraient concernées"
UNKNOWN = "inconnu"
_WHERE: dict[Level, str] = {
    "commune": "la commune",
    "epci": "l'intercommunalité",
    "departement": "le département",
    "region": "la région",
    "france": "la France",
}


def sentence(figure: Figure, circle: Circle) -> str:
    """Return the sentence of a figure: what it is, how sure, its place among others, and its past."""
    measured = figure.measured
    if figure.status != "known" or figure.value is None:
        why = HIDDEN if figure.status == "suppressed" else measured.said or UNKNOWN
        return f"{measured.subject} : {why}."
    clauses = [_value(figure), _rank(figure, circle), _compared(figure), trend_clause(measured.trend)]
    return f"{measured.subject} : {f'{THIN_SPACE}; '.join(clause for clause in clauses if clause)}."


def _value(figure: Figure) -> str:
    measured = figure.measured
    said = measured.said or _amount(measured, figure.value or 0.0)
    # Those who are sure to leave have no interval: both bounds are the value.
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return said
    return f"{said}, entre {french_number(figure.low)} et {french_number(figure.high)} avec 95 % de confiance"


def _amount(measured: Measured, value: float) -> str:
    if measured.share_of:
        return f"{percent(value)} des {measured.share_of}"
    return f"{french_number(value)} {measured.unit}"


def _rank(figure: Figure, circle: Circle) -> str:
    """Return the rank among peers; nothing where all of them have the same value."""
    if circle.ranked_in is None or figure.rank is None or figure.tied >= figure.ranked:
        return ""
    rank = "1er" if figure.rank == 1 else f"{figure.rank}e"
    tied = " ex æquo" if figure.tied > 1 else ""
    peers = LEVEL_NAMES[circle.own.level].label_plural
    peers = peers if peers.isupper() else peers[0].lower() + peers[1:]
    return f"{rank}{tied} sur {french_integer(figure.ranked)} {peers}, du plus au moins élevé"


def _compared(figure: Figure) -> str:
    """Return the nearest comparison whose value is known; a difference is only said where it is outside."""
    found = next((one for one in figure.compared if one.value is not None), None)
    if found is None or found.value is None or figure.value is None:
        return ""
    where = _WHERE["france" if found.place is None else found.place.level]
    whole = figure.measured.low is None and found.value.is_integer()
    value = french_integer(int(found.value)).replace("-", "−") if whole else french_number(found.value)
    if figure.measured.share_of:
        value = percent(found.value)
    if found.different is None:
        return f"{where} : {value}"
    if not found.different:
        return f"pas de différence établie avec {where} ({value})"
    return f"{'plus' if figure.value > found.value else 'moins'} que {where} ({value})"
