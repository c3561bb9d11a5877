"""Time to care: how long people walk to the nearest place, as /api/v1/access-times counts it."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection
from starlette.requests import Request

from app.api.departing import travel_of
from app.api.lookup import Profession, Territory, find_territory
from app.api.places import Wanted
from app.api.routes.access import people_of
from app.api.served import refuse_whole_country, sites_of
from app.api.snapshot import Release
from app.errors import ObservatoireError
from app.indicators.access import THRESHOLDS, access, median_minutes, minutes_to_nearest
from app.indicators.coverage import covered_share
from app.indicators.decay import Floats
from app.indicators.wording import THIN_SPACE, french_number, percent
from app.maps.charts.curve import Reached, draw_curve
from app.travel.modes import Mode, preset_limit
from app.web.portrait.asked import FIRST, SCOPE, Asked, split
from app.web.portrait.block import Block, Drawing, Table, number_cell, share_cell, text_cell

MODE: Mode = "walk"
READ_AT = 15
# What a table of times tells besides the profession that the page looks at.
ALSO = (FIRST, "infirmier", "masseur_kinesitherapeute", "chirurgien_dentiste", "pharmacie")
NOTE = "Par les rues, depuis les carreaux habités de 200 m, vers les lieux d'exercice localisés."
SHARES = "Parts des habitants à moins de 5, 10, 15, 20 et 30 minutes."
NOTE = "Par les rues, depuis les carreaux habités de 200 m, vers les lieux d'exercice localisés."
UNKNOWN = "Les temps de trajet ne sont pas connus ici."


@dataclass(frozen=True, slots=True)
class Walk:
    """Access of one territory to one profession: shares within 0, 1, 2... minutes (0 to 1), and the median.

    ``median`` is None where half of the people are beyond the limit of the search, in minutes.
    """

    shares: tuple[float, ...]
    median: float | None

    def within(self, minutes: int) -> float | None:
        """Return the share within some minutes; None beyond the limit of the search."""
        return self.shares[minutes] if minutes <= self.limit else None

    @property
    def limit(self) -> int:
        """Return how far times were searched, in minutes."""
        return len(self.shares) - 1


@dataclass(frozen=True, slots=True)
class Walks:
    """What is known of the walks of a page: by profession here, and of its profession in what holds it."""

    here: dict[str, Walk]
    beside: Walk | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Walked:
    """How a portrait travels: on foot, at any hour."""

    mode: Mode = MODE
    departure: str | None = None


class Walking:
    """Reads walks in one release, on the times that this process keeps."""

    def __init__(self, request: Request, connection: Connection, release: Release) -> None:
        self._connection, self._release = connection, release
        self._shelf, self._searches = people_of(request), request.app.state.searches
        self._asked = Walked()

    def minutes(self, profession: Profession) -> Floats:
        """Return the minutes from each cell to the nearest place of a profession.

        Raises what ``travel_of`` and ``PeopleShelf.journeys`` raise.
        """
        travel = travel_of(self._connection, self._release, self._asked, self._searches.on)
        sites = sites_of(self._connection, Wanted(profession, SCOPE, self._release.vintage))
        journeys = self._shelf.journeys(self._connection, self._release, travel, sites)
        return minutes_to_nearest(journeys.times, 1)

    def walk(self, territory: Territory, minutes: Floats) -> Walk | None:
        """Return the walk of a territory, None where unknown. Raises ParameterError for a country."""
        refuse_whole_country(territory.level)
        split = self._shelf.split(self._connection, self._release, territory.level)
        pieces = split.only(np.array([territory.id], dtype=np.int32))
        up_to = range(preset_limit(MODE) // 60 + 1)
        found = access(minutes, pieces, up_to)
        shares = covered_share(found.within[0], np.full(len(up_to), found.known[0]))
        if np.isnan(shares).any():
            return None
        median = float(median_minutes(found.median)[0])
        return Walk(tuple(shares.tolist()), None if np.isnan(median) else median)


def read_walks(request: Request, connection: Connection, asked: Asked) -> Walks:
    """Return the walks of a page, or why none is known."""
    walking = Walking(request, connection, asked.release)
    told = [one for one in asked.professions if one.slug in {*ALSO, asked.profession.slug} and one.loaded]
    try:
        minutes = {one.slug: walking.minutes(one) for one in told}
        found = {slug: walking.walk(asked.territory, each) for slug, each in minutes.items()}
        beside = None
        if asked.holder is not None and asked.profession.slug in minutes:
            holder = find_territory(connection, "code", *split(asked.holder.territory))
            beside = walking.walk(holder, minutes[asked.profession.slug])
    except ObservatoireError as error:
        return Walks({}, None, f"{UNKNOWN} {error.message()}")
    return Walks({slug: walk for slug, walk in found.items() if walk is not None}, beside)


def reach_sentence(walk: Walk | None) -> str:
    """Return what is said first of a walk; nothing where it is unknown."""
    if walk is None:
        return ""
    said = (
        f"{percent(walk.shares[READ_AT])} des habitants sont à moins de {READ_AT} minutes à pied du lieu "
        "d'exercice le plus proche"
    )
    if walk.median is None:
        return f"{said}{THIN_SPACE}; plus de la moitié en sont à plus de {walk.limit} minutes."
    return f"{said}{THIN_SPACE}; la moitié, à {french_number(walk.median)} minutes ou moins."


def reach_block(asked: Asked, walks: Walks) -> Block:
    """Return the block on time to care."""
    own = walks.here.get(asked.profession.slug)
    if own is None:
        return Block("temps", "Le temps pour se soigner", [walks.why_not or UNKNOWN])
    said = reach_sentence(own)
    sentences = [f"{asked.who} : {said[0].lower()}{said[1:]}"]
    # What the build keeps, with its rank; a release built before it kept any has none.
    kept = [one for one in asked.figures("coverage") if one.profession == asked.profession.slug]
    sentences += [one.sentence for one in kept if one.value is not None]
    other = None
    if walks.beside is not None and asked.holder is not None:
        other = Reached(asked.holder.name, walks.beside.shares)
    title = f"Habitants selon leur temps de marche : {asked.who.lower()}"
    svg = draw_curve("courbe", title, Reached(asked.portrait.name, own.shares), other)
    return Block(
        "temps",
        "Le temps pour se soigner",
        sentences,
        [Drawing(svg, title, NOTE)],
        [_table(asked, walks)],
    )


def _table(asked: Asked, walks: Walks) -> Table:
    chosen = asked.profession.slug
    rows = [
        (
            one.label,
            [
                number_cell(walk.median) if walk.median is not None else text_cell(f"plus de {walk.limit}"),
                *(share_cell(walk.within(minutes)) for minutes in THRESHOLDS),
            ],
        )
        for one in sorted(asked.professions, key=lambda each: each.slug != chosen)
        if (walk := walks.here.get(one.slug)) is not None
    ]
    head = ("À pied, jusqu'au plus proche", "Médiane (min)", *(f"à {minutes} min" for minutes in THRESHOLDS))
    return Table("Temps de marche, par profession", head, rows, SHARES)
