"""Clauses of a portrait's sentences: how many, how dense, who came and left, how long they stay."""

from math import isnan

from app.indicators.portrait_values import Trend
from app.indicators.wording import french_date, french_integer, french_number


def number_said(count: float, one: str, several: str = "", *, feminine: bool = False) -> str:
    """Return how many, agreed in number; empty when unknown.

    >>> number_said(0, "praticien"), number_said(2, "lieu d'exercice", "lieux d'exercice")
    ('aucun praticien', "2 lieux d'exercice")
    """
    if isnan(count):
        return ""
    if count == 0:
        return f"aucun{'e' if feminine else ''} {one}"
    return f"{french_integer(int(count))} {one if count == 1 else several or f'{one}s'}"


def people_said(subject: str, headcount: float, weight: float) -> str:
    """Return how many practise, and for how many they count where they also practise elsewhere."""
    who = number_said(headcount, "praticien" if subject == "person" else "établissement")
    if not who or round(weight, 1) == headcount:
        return who
    return f"{who} comptant pour {french_number(weight)}"


def density_said(value: float, unit: str, who: str, population: float, people: str) -> str:
    """Return a density with the two numbers that it divides; empty when it is unknown."""
    if isnan(value) or not who:
        return ""
    return f"{french_number(value)} {unit} ({who}, {french_integer(round(population))} {people})"


def change_said(change: float, one: str) -> str:
    """Return how many more or fewer there are; empty when unknown.

    >>> change_said(0, "praticien"), change_said(-2, "praticien")
    ('nombre inchangé', '2 praticiens de moins')
    """
    if isnan(change):
        return ""
    if change == 0:
        return "nombre inchangé"
    return f"{number_said(abs(change), one)} de {'plus' if change > 0 else 'moins'}"


def stay_said(years: float, stays: float, ongoing: float) -> str:
    """Return how long people stay and out of how many; empty while more than half of the stays last."""
    if isnan(years):
        return ""
    return (
        f"la moitié de ceux qui sont arrivés depuis le premier millésime restent {french_number(years)} ans "
        f"ou plus ({number_said(stays, 'arrivée', feminine=True)}, {french_integer(int(ongoing))} en cours)"
    )


def trend_clause(trend: Trend | None) -> str:
    """Return who came and left since a day, and whether chance explains it; empty when nothing is known."""
    if trend is None:
        return ""
    since = f"depuis le {french_date(trend.since)}"
    if not trend.entries and not trend.exits:
        return f"{since}, ni arrivée ni départ"
    came = number_said(trend.entries, "arrivée", feminine=True)
    moved = f"{since}, {came} et {number_said(trend.exits, 'départ')}"
    if trend.established:
        return f"{moved}, plus que le hasard n'en donnerait"
    return f"{moved}, pas de changement établi"
