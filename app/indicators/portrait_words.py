"""A portrait in words: one sentence a figure, which says no more than the figure does."""

from app.indicators.portrait import Circle, Figure, Place
from app.indicators.portrait_values import Trend
from app.indicators.wording import (
    LEVEL_NAMES,
    THIN_SPACE,
    Level,
    french_date,
    french_integer,
    french_number,
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
        return f"{measured.subject} : {HIDDEN if figure.status == 'suppressed' else UNKNOWN}."
    clauses = [_value(figure), _rank(figure, circle), _compared(figure), _trend(measured.trend)]
    return f"{measured.subject} : {f'{THIN_SPACE}; '.join(clause for clause in clauses if clause)}."


def _value(figure: Figure) -> str:
    measured = figure.measured
    said = measured.said or f"{french_number(figure.value or 0.0)} {measured.unit}"
    if figure.low is None or figure.high is None:
        return said
    return f"{said}, entre {french_number(figure.low)} et {french_number(figure.high)} avec 95 % de confiance"


def _rank(figure: Figure, circle: Circle) -> str:
    if circle.ranked_in is None or figure.rank is None or figure.ranked < 2:
        return ""
    rank = "1er" if figure.rank == 1 else f"{figure.rank}e"
    peers = LEVEL_NAMES[circle.own.level].label_plural
    peers = peers if peers.isupper() else peers[0].lower() + peers[1:]
    return f"{rank} rang de {french_integer(figure.ranked)} {peers} dans {_named(circle.ranked_in)}"


def _named(place: Place) -> str:
    """Return where, with its kind: « la commune Alpha »."""
    where = _WHERE.get(place.level, LEVEL_NAMES[place.level].label.lower())
    return where if place.level == "france" else f"{where} {place.name}"


def _compared(figure: Figure) -> str:
    """Return the nearest comparison whose value is known; a difference is only said where it is outside."""
    found = next((one for one in figure.compared if one.value is not None), None)
    if found is None or found.value is None or figure.value is None:
        return ""
    where = "la France" if found.place is None else _named(found.place)
    value = french_number(found.value)
    if found.different is None:
        return f"{where} : {value}"
    if not found.different:
        return f"pas de différence établie avec {where} ({value})"
    return f"{'plus' if figure.value > found.value else 'moins'} que {where} ({value})"


def _trend(trend: Trend | None) -> str:
    if trend is None:
        return ""
    since = f"depuis le {french_date(trend.since)}"
    if not trend.entries and not trend.exits:
        return f"{since}, ni arrivée ni départ"
    moved = f"{since}, {_some(trend.entries, 'arrivée')} et {_some(trend.exits, 'départ')}"
    if trend.established:
        return f"{moved}, plus que le hasard n'en donnerait"
    return f"{moved}, pas de changement établi"


def _some(count: int, what: str) -> str:
    if not count:
        return f"aucun{'e' if what.endswith('ée') else ''} {what}"
    return f"{french_integer(count)} {what}{'s' if count > 1 else ''}"
