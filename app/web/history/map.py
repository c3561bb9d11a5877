"""The map of what changed: how many more or fewer practices each territory has, written on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy import Connection, func, select

from app.api import views
from app.indicators.wording import Level
from app.maps.drawing import ZERO, Drawn, Paint, draw
from app.maps.ground import Outline, ground_of, outlines_of, place_of
from app.maps.paper import Paper, north_angle
from app.web.history.counts import Changed

MAP = Paper("A4", 190, 136, 190, 136)
AROUND = 0.03
# What may hold everything that is published, the smallest first.
HOLDERS: tuple[Level, ...] = ("commune", "epci", "departement", "region", "perimetre", "france")
# Fewer, the same, more: two hues that colour-blind people tell apart; the number is written for grey paper.
FEWER, MUCH_FEWER, MORE, MUCH_MORE = "#f2c38b", "#c4601a", "#9fd0dc", "#00719c"
EVEN = "#e3e6e8"
# From how many on the darker shade.
MUCH, MOST = 3, 1 << 31


@dataclass(frozen=True, slots=True)
class Shade:
    """One line of the legend."""

    fill: str
    label: str
    codes: frozenset[str]


def shades(changed: Sequence[Changed]) -> list[Shade]:
    """Return how territories are painted, from the largest loss to the largest gain; none empty."""
    wanted = (
        (MUCH_FEWER, f"au moins {MUCH} de moins", -MOST, -MUCH),
        (FEWER, "1 ou 2 de moins", 1 - MUCH, -1),
        (EVEN, "autant de plus que de moins", 0, 0),
        (MORE, "1 ou 2 de plus", 1, MUCH - 1),
        (MUCH_MORE, f"au moins {MUCH} de plus", MUCH, MOST),
    )
    found = [
        Shade(fill, label, frozenset(one.code for one in changed if least <= one.balance <= most))
        for fill, label, least, most in wanted
    ]
    return [one for one in found if one.codes]


def draw_changes(connection: Connection, level: Level, changed: Sequence[Changed], told: str) -> Markup:
    """Return the map of what is published, with what changed on it; ``told`` is its text alternative."""
    place = place_of(connection, _holder(connection), MAP, AROUND)
    outlines = [one for one in outlines_of(connection, place.frame, [level, "qpv"]) if one.level == level]
    moved = {one.code: one.balance for one in changed}
    same = tuple(one.id for one in outlines if one.code not in moved)
    drawn = Drawn(
        frame=place.frame,
        ground=[one for one in ground_of(connection, place.frame) if one.kind != "place"],
        outlines=outlines,
        paints=[Paint(ZERO, same), *(_paint(shade, outlines) for shade in shades(changed))],
        quarters=[],
        chosen=None,
        places=[],
        north=north_angle(place.frame, place.longitude, place.latitude),
        labels=[(signed(moved[one.code]), one.geom) for one in outlines if moved.get(one.code)],
    )
    return Markup(f'<div class="map" role="img" aria-label="{escape(told)}">{draw(drawn)}</div>')  # noqa: S704 - escaped


def signed(count: int) -> str:
    """Return a difference with its sign.

    >>> signed(2), signed(-1), signed(0)
    ('+2', '−1', '0')
    """
    return f"{count:+d}".replace("-", "−") if count else "0"


def _paint(shade: Shade, outlines: Sequence[Outline]) -> Paint:
    return Paint(shade.fill, tuple(one.id for one in outlines if one.code in shade.codes))


def _holder(connection: Connection) -> int:
    """Return the smallest territory that holds all of what is published: the one alone at its level."""
    t = views.territory.c
    rows = connection.execute(
        select(t.level, func.min(t.id).label("id"))
        .where(t.level.in_(HOLDERS))
        .group_by(t.level)
        .having(func.count() == 1)
    )
    alone = {row.level: row.id for row in rows}
    for level in HOLDERS:
        if level in alone:
            return int(alone[level])
    largest = select(t.id).order_by(t.area_km2.desc().nulls_last(), t.id).limit(1)
    return int(connection.execute(largest).scalar_one())
