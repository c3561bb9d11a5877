"""Departures to come by territory: the age classes that may be shown, run through a scenario."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.api import views
from app.api.lookup import Profession, Territory
from app.api.measured import DIGITS
from app.api.queries import limited_to
from app.indicators.projection import Scenario, Year, project
from app.indicators.projection_read import Ages, class_label, read_ages
from app.indicators.wording import THIN_SPACE, Level, french_integer, french_number

HIDDEN = "Moins de 5 praticiens, ou une valeur qui en trahirait moins de 5 : l'âge n'est pas montré (NS)."
ABSENT = "Aucun tableau des âges n'en parle."


def territories(connection: Connection, level: Level, within: Territory | None) -> Sequence[Row[Any]]:
    """Return the territories of a list in the order of codes."""
    t = views.territory.c
    wanted = select(t.id, t.code, t.name).where(limited_to(level, within)).order_by(t.code)
    return [*connection.execute(wanted)]


def age_vintage(connection: Connection) -> date | None:
    """Return the day of the age table, None without one."""
    c = views.source.c
    found: date | None = connection.execute(
        select(func.max(c.vintage)).where(c.register == "ages")
    ).scalar_one()
    return found


def projected(
    connection: Connection,
    places: Sequence[Row[Any]],
    profession: Profession,
    scenario: Scenario,
    *,
    years: int,
    vintage: date | None,
) -> list[dict[str, object]]:
    """Return each territory with its classes, its series year by year and a sentence.

    ``vintage`` is that of the age table: series begin in its year.
    """
    ages = {
        one.territory: one for one in read_ages(connection, [place.id for place in places], profession.slug)
    }
    found = []
    for place in places:
        own = ages.get(place.id)
        item: dict[str, object] = {"code": place.code, "name": place.name}
        if own is None or vintage is None:
            item |= _without("unknown", ABSENT)
        elif own.headcount is None:
            secret = own.suppressed
            item |= _without("suppressed" if secret else "unknown", HIDDEN if secret else ABSENT)
        else:
            series = project(own.classes, scenario, years)
            item |= _known(own, series, vintage.year, scenario)
        found.append(item)
    return found


def _without(status: str, sentence: str) -> dict[str, object]:
    return {"status": status, "headcount": None, "classes": [], "series": [], "sentence": sentence}


def _known(own: Ages, series: Sequence[Year], first: int, scenario: Scenario) -> dict[str, object]:
    return {
        "status": "known",
        "headcount": own.headcount,
        "classes": [
            {"age_class": class_label(one), "headcount": one.headcount, "status": one.status}
            for one in own.classes
        ],
        "series": [
            {
                "year": first + year.after,
                "departures": round(year.departures, DIGITS),
                "ci_low": year.departures_low,
                "ci_high": year.departures_high,
                "remaining": round(year.remaining, DIGITS),
                "fan": year.fan,
            }
            for year in series
        ],
        "sentence": _sentence(own, series[-1], first, scenario),
    }


def _sentence(own: Ages, last: Year, first: int, scenario: Scenario) -> str:
    end = first + last.after
    partial = f" ({own.left_out_words} : nombre inconnu, laissé de côté)" if own.left_out_words else ""
    leaving = (
        f"D'ici {end}, {french_number(last.departures)} départs attendus à {scenario.retirement_age} ans "
        f"parmi {french_integer(own.headcount or 0)} praticiens dont l'âge est connu{partial}, "
        f"entre {french_integer(last.departures_low)} et {french_integer(last.departures_high)} avec 95 % "
        "de confiance"
    )
    share = french_number(100 * scenario.replaced).removesuffix(",0")
    return (
        f"{leaving}{THIN_SPACE}; si {share} % des départs sont remplacés, il en resterait entre "
        f"{french_integer(last.fan[0])} et {french_integer(last.fan[-1])}."
    )
