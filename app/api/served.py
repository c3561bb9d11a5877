"""What answers on access times and coverage share: people by cell, times to a profession's places."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, select

from app.api import views
from app.api.asked_access import ServedQuery
from app.api.departing import Travel, times_to
from app.api.lookup import Profession, Territory, find_profession, find_within, refuse_none
from app.api.parameters import BANDS, MAX_ROWS, TerritoriesQuery
from app.api.places import Wanted, unlocated, whereabouts
from app.api.queries import everybody, limited_to, outlines_of
from app.api.snapshot import Release
from app.api.whole_times import WholeTimes
from app.errors import NotFoundError, ParameterError
from app.indicators.access import CellTimes, at_cells
from app.indicators.cells import Cells, Split, load_cells, load_split
from app.indicators.weighting import Pieces
from app.indicators.wording import Level
from app.travel.modes import Mode, preset_limit

# Six bytes each: what one process of the web keeps of them stays under 50 MB.
MOST_PAIRS_KEPT = 8_000_000


@dataclass(frozen=True, slots=True)
class Journeys:
    """Times from every inhabited cell to some sites, (n,), and how many of those no street is near."""

    times: CellTimes
    sites: NDArray[np.int32]
    off_network: int


class PeopleShelf:
    """Where the people of the published release live, and their times to the places asked for last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._release: Release | None = None
        self._cells: Cells | None = None
        self._splits: dict[str, Split] = {}
        self._journeys: OrderedDict[tuple[object, ...], Journeys] = OrderedDict()
        self._whole: dict[tuple[str, Mode], WholeTimes] = {}

    def hold(self, release: Release, graph: str, mode: Mode, whole: WholeTimes) -> None:
        """Keep the usual times of a mode to every site of the release, unless it is not read any more."""
        with self._lock:
            if release == self._release:
                self._whole[graph, mode] = whole

    def cells(self, connection: Connection, release: Release) -> Cells:
        """Return the inhabited cells of the release."""
        with self._lock:
            return self._read(connection, release)

    def split(self, connection: Connection, release: Release, level: str) -> Split:
        """Return how they are split over the territories of a level."""
        with self._lock:
            cells = self._read(connection, release)
            if level not in self._splits:
                self._splits[level] = load_split(connection, level, cells)
            return self._splits[level]

    def journeys(
        self, connection: Connection, release: Release, travel: Travel, sites: NDArray[np.int32]
    ) -> Journeys:
        """Return the times to some sites. Raises what ``times_to`` raises."""
        cells = self.cells(connection, release)
        key = (travel.ground.fingerprint, travel.mode, travel.departure, sites.tobytes())
        with self._lock:
            if release == self._release and key in self._journeys:
                self._journeys.move_to_end(key)
                return self._journeys[key]
            whole = self._whole.get(key[:2]) if release == self._release and travel.usual else None
        if whole is None:
            found = times_to(connection, release, travel, sites=sites.tolist(), cells=cells)
            made = Journeys(at_cells(found, cells), found.sites, int(np.isnan(found.site_snap_m).sum()))
        else:
            made = Journeys(*whole.to(sites))
        with self._lock:
            if release == self._release:
                self._journeys[key] = made
                while sum(one.times.seconds.nnz for one in self._journeys.values()) > MOST_PAIRS_KEPT:
                    self._journeys.popitem(last=False)
        return made

    def _read(self, connection: Connection, release: Release) -> Cells:
        if self._cells is None or release != self._release:
            self._release, self._cells, self._splits = release, load_cells(connection), {}
            self._journeys.clear()
            self._whole.clear()
        return self._cells


@dataclass(frozen=True, slots=True)
class Sites:
    """Located sites of a profession whose times are known: their numbers, (n,), and those near no street."""

    id: NDArray[np.int32]
    off_network: int
    unlocated: int


@dataclass(frozen=True, slots=True)
class Served:
    """One question on a profession and the territories of a level, with all that answers it."""

    query: ServedQuery
    release: Release
    profession: Profession
    rows: Sequence[Row[*tuple[Any, ...]]]
    cells: Cells
    pieces: Pieces
    times: CellTimes
    sites: Sites
    travel: Travel

    @property
    def limit_minutes(self) -> int:
        """Return how far times were searched."""
        return preset_limit(self.query.mode) // 60


def look_up(
    connection: Connection, release: Release, query: ServedQuery, shelf: PeopleShelf, travel: Travel
) -> Served:
    """Read what answers a question.

    Raises ParameterError and NotFoundError for a profession or territory that is not there, GraphError when
    times were not computed.
    """
    refuse_whole_country(query.level)
    profession = find_profession(connection, query.profession)
    refuse_unloaded(profession)
    within = find_within(connection, query.within)
    rows = territory_rows(connection, query.level, within)
    cells = shelf.cells(connection, release)
    found = sites_of(connection, Wanted(profession, query.scope, release.vintage))
    journeys = shelf.journeys(connection, release, travel, found)
    return Served(
        query=query,
        release=release,
        profession=profession,
        rows=rows,
        cells=cells,
        pieces=shelf.split(connection, release, query.level).only(
            np.array([row.id for row in rows], dtype=np.int32)
        ),
        times=journeys.times,
        sites=Sites(
            journeys.sites,
            journeys.off_network,
            unlocated(connection, Wanted(profession, query.scope, release.vintage, within)),
        ),
        travel=travel,
    )


def refuse_whole_country(level: Level) -> None:
    """Raise ParameterError for a level that no release has the streets and people of."""
    if level == "france":
        raise ParameterError(
            "level",
            "Les temps de trajet ne sont connus que sur le territoire chargé : la France entière n'a ni "
            "couverture, ni temps d'accès, ni accessibilité.",
            hint="Choisissez un niveau du territoire, par exemple level=departement ou level=commune.",
        )


def refuse_unloaded(profession: Profession) -> None:
    """Raise NotFoundError for a profession that nobody counted: unknown is not « nowhere »."""
    if not profession.loaded:
        raise NotFoundError(
            "profession",
            f"Le registre qui compte « {profession.label} » n'est pas dans la version publiée.",
            hint="La page /qualite dit quels registres le sont.",
        )


def sites_of(connection: Connection, wanted: Wanted) -> NDArray[np.int32]:
    """Return the numbers of the located sites where somebody wanted practises, ascending."""
    return np.unique(np.array([row.site_id for row in whereabouts(connection, wanted)], dtype=np.int32))


def territory_rows(
    connection: Connection, level: Level, within: Territory | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return id, code, name, population and imputed share of the territories of a list, by code."""
    t, people = views.territory.c, everybody()
    rows = connection.execute(
        select(t.id, t.code, t.name, people.c.value.label("population"), people.c.imputed_share)
        .select_from(views.territory.outerjoin(people, people.c.territory_id == t.id))
        .where(limited_to(level, within))
        .order_by(t.code)
        .limit(MAX_ROWS + 1)
    ).all()
    if len(rows) > MAX_ROWS:
        raise ParameterError(
            "within",
            f"La réponse dépasserait {MAX_ROWS} territoires.",
            hint="Limitez-la à un territoire, par exemple within=commune:00101.",
        )
    refuse_none(rows, level, within)
    return rows


def cell_codes(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the official code of each cell."""
    t = views.territory.c
    return {row.id: row.code for row in connection.execute(select(t.id, t.code).where(t.id.in_(ids)))}


def head(served: Served) -> dict[str, object]:
    """Return what every answer says of the question: who is looked for, how, and who is left out."""
    query, profession = served.query, served.profession
    return {
        "profession": profession.slug,
        "profession_label": profession.label,
        "scope": profession.scope(query.scope),
        "level": query.level,
        "within": query.within,
        "mode": query.mode,
        "departure": served.travel.terms(),
        "limit_minutes": served.limit_minutes,
        "sites": len(served.sites.id),
        "sites_off_network": served.sites.off_network,
        "unlocated": served.sites.unlocated,
    }


def outlines(connection: Connection, query: TerritoriesQuery) -> dict[int, str]:
    """Return the GeoJSON of each territory of a list that has one."""
    chosen = limited_to(query.level, find_within(connection, query.within))
    return outlines_of(connection, chosen, BANDS[query.detail])
