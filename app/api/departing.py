"""How an answer travels: on which graph, and in public transport when people leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sqlalchemy import Connection

from app.api.snapshot import Release
from app.db.sql import load
from app.errors import ParameterError
from app.indicators.cells import Cells, load_points
from app.indicators.wording import french_date
from app.travel.departure import Departure
from app.travel.isochrones import Ground
from app.travel.modes import LABELS, Mode, preset_limit
from app.travel.routing import ground_of
from app.travel.search import TimeSearch
from app.travel.times import TravelTimes, times_of

type Searching = Callable[[str, Mode, Departure | None], TimeSearch]

# Places and squares searched while somebody waits: about ten seconds of a large city's timetable.
MOST_PAIRS = 8_000_000


class Travelling(Protocol):
    """A question on journeys: its mode, and the departure as it is written."""

    @property
    def mode(self) -> Mode:
        """How one travels."""

    @property
    def departure(self) -> str | None:
        """When one leaves, None for the usual departure."""


@dataclass(frozen=True, slots=True)
class Travel:
    """The graph that answers for a mode, when one leaves, and what searches times that are not kept."""

    ground: Ground
    mode: Mode
    departure: Departure | None
    searching: Searching

    @property
    def usual(self) -> bool:
        """Say whether the times of these journeys are those that are kept."""
        return self.departure is None or self.departure == self.ground.usual_departure

    def search(self) -> TimeSearch:
        """Return what finds the times of these journeys. Raises GraphError when the graph cannot be used."""
        return self.searching(self.ground.fingerprint, self.mode, self.departure)

    def terms(self) -> dict[str, object] | None:
        """Return what an answer says of the departure; None where no hour counts."""
        return self.departure.terms() if self.departure else None

    def words(self) -> str:
        """Return how one travels, as titles say it.

        >>> from datetime import date
        >>> leaving = Departure(date(2025, 11, 12), 29100, 29100)
        >>> Travel(Ground("f", "x", None), "transit", leaving, None).words()
        'en transports en commun (départ le 12 novembre 2025 à 8 h 05)'
        """
        if self.departure is None:
            return LABELS[self.mode]
        first, last = _hour(self.departure.first_s), _hour(self.departure.last_s)
        hours = f"à {first}" if self.departure.exact else f"entre {first} et {last}"
        return f"{LABELS[self.mode]} (départ le {french_date(self.departure.day)} {hours})"


def _hour(seconds: int) -> str:
    minutes = f" {seconds // 60 % 60:02d}" if seconds % 3600 else ""
    return f"{seconds // 3600} h{minutes}"


def travel_of(connection: Connection, release: Release, query: Travelling, searching: Searching) -> Travel:
    """Return how a question travels in a release.

    Raises GraphError when no graph serves the mode, ParameterError for a departure that cannot be.
    """
    return travel_on(ground_of(connection, release.id, query.mode), query, searching)


def travel_on(ground: Ground, query: Travelling, searching: Searching) -> Travel:
    """Return how a question travels on a graph. Raises ParameterError for a departure that cannot be."""
    return Travel(ground, query.mode, ground.departure(query.mode, query.departure), searching)


def times_to(
    connection: Connection,
    release: Release,
    travel: Travel,
    *,
    sites: Sequence[int],
    cells: Cells,
    limit_s: int | None = None,
) -> TravelTimes:
    """Return the kept times to some sites; those of another departure than the usual one are searched now.

    Raises GraphError when they were not computed, ParameterError when they are too many to be searched.
    """
    limit = limit_s or preset_limit(travel.mode)
    if travel.usual:
        return times_of(connection, release.id, travel.mode, sites, limit)
    if len(sites) * len(cells.id) > MOST_PAIRS:
        raise ParameterError(
            "departure",
            "Il y a trop de lieux et de carreaux pour chercher les temps d'un autre départ.",
            hint="Retirez « departure » : les temps du jour ordinaire sont déjà calculés.",
        )
    rows = connection.execute(
        load("app.travel", "site_points"), {"release_id": release.id, "site_ids": list(map(int, sites))}
    ).all()
    search = travel.search()
    places = search.snap(np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2))
    leave = search.snap(load_points(connection, cells))
    return TravelTimes(
        graph_id=travel.ground.id,
        mode=travel.mode,
        limit_s=limit,
        level="carreau",
        sites=np.array([row.site_id for row in rows], dtype=np.int32),
        territories=cells.id,
        seconds=search.times(places, leave, limit),
        site_snap_m=places.metres.astype(np.float32),
        origin_snap_m=leave.metres.astype(np.float32),
    )
