"""What a portrait says first: at most four sentences, which say no more than the figures below them."""

from app.api.schemas.territories import Figure
from app.indicators.portrait_clauses import people_said, trend_clause
from app.indicators.portrait_values import Trend
from app.indicators.wording import french_date, french_integer, french_number
from app.web.portrait.asked import Asked
from app.web.portrait.reach import Walk, reach_sentence
from app.web.portrait.supply import name_of


def opening(asked: Asked, walk: Walk | None) -> list[str]:
    """Return how dense the supply is, beside what holds the territory, how far, and how it moved."""
    figure = asked.figure("density", asked.profession.slug)
    if figure is None or figure.value is None or figure.ci_low is None or figure.ci_high is None:
        day = french_date(asked.release.vintage)
        return [
            f"{asked.who}, au {day} : la densité n'est pas connue ici, la population ou le registre manque."
        ]
    told = (_density(asked, figure), _beside(asked, figure), reach_sentence(walk), _change(figure))
    return [one for one in told if one]


def _density(asked: Asked, figure: Figure) -> str:
    own = next(one for one in asked.portrait.densities if one.profession == figure.profession)
    heads, weight = float(own.headcount or 0), float(own.weight or 0)
    people = people_said(asked.profession.subject, heads, weight)
    low, high = french_number(figure.ci_low or 0.0), french_number(figure.ci_high or 0.0)
    return (
        f"{asked.who}, au {french_date(asked.release.vintage)} : {french_number(figure.value or 0.0)} "
        f"{figure.unit}, entre {low} et {high} avec 95 % de confiance ({people}, "
        f"{french_integer(round(own.population or 0))} {own.population_label})."
    )


def _beside(asked: Asked, figure: Figure) -> str:
    found = next((one for one in figure.compared if one.value is not None), None)
    if found is None or found.value is None or found.different is None or figure.value is None:
        return ""
    where, value = name_of(asked, found.territory), french_number(found.value)
    if not found.different:
        return f"Pas de différence établie avec {where} ({value})."
    return f"C'est {'plus' if figure.value > found.value else 'moins'} que {where} ({value})."


def _change(figure: Figure) -> str:
    if figure.trend is None:
        return ""
    said = trend_clause(Trend(**figure.trend.model_dump()))
    return f"{said[0].upper()}{said[1:]}."
