"""The answer on isochrones, written once for the API and the command line."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import cast

import numpy as np
import shapely
from sqlalchemy import Connection
from starlette.responses import Response

from app.api.answers import Item
from app.api.asked_points import AskedPoint
from app.api.departing import Searching, Travel, travel_on
from app.api.deps import Reply
from app.api.formats.listed import Listed
from app.api.lookup import Profession, find_profession
from app.api.parameters import ReachQuery
from app.api.places import Wanted, unlocated, whereabouts
from app.api.schemas.isochrones import Isochrone
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.registry import INDICATORS
from app.indicators.wording import Scope
from app.travel import isochrones
from app.travel.engine import Journey, Reach, Refusal
from app.travel.inhabitants import Inhabitants, Mask, Scattered, load_inhabitants
from app.travel.isochrones import Ground, Point
from app.travel.modes import DRAWN, Mode
from app.travel.routing import Reacher, Reaches
from app.travel.transit import TransitSearch
from app.travel.transit_areas import ridden

MOST_PROFESSIONS = 16
# Places of a covered area that are drawn one by one, whatever that costs.
MOST_APART = 20
COLUMNS = (
    *("index", "id", "minutes", "from_minutes", "area_km2", "population", "ages", "headcount", "sites"),
)


@dataclass(frozen=True, slots=True)
class Carers:
    """Where a profession practises, (n,) one entry a person (or establishment) and place."""

    places: Scattered
    who: np.ndarray
    site: np.ndarray
    unlocated: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole request. ``strict``: a point that is refused is the answer, not a line of it."""

    query: ReachQuery
    points: Sequence[AskedPoint]
    merge: bool = False
    strict: bool = False

    def __post_init__(self) -> None:
        # Refused before anything is asked of the base.
        isochrones.parse_minutes(self.query.minutes)

    def journey(self) -> Journey | None:
        """Return what one process alone is asked for this; None for several points, or a timetable."""
        query = self.query
        if len(self.points) != 1 or query.mode == "transit":
            return None
        try:
            start = isochrones.parse_point(self.points[0].lon, self.points[0].lat)
        except ParameterError:
            return None
        return isochrones.journey(query.mode, start, self.minutes)

    @property
    def minutes(self) -> tuple[int, ...]:
        """Return the minutes in ascending order."""
        return isochrones.parse_minutes(self.query.minutes)

    def name(self, travel: Travel) -> str:
        """Return what tells this answer from others of its release, in one way whatever the writing."""
        query = self.query
        how = (travel.ground.fingerprint, query.mode, travel.departure, self.minutes)
        what = (query.shape, self.merge, self.strict, query.profession, query.scope)
        return repr((*how, *what, [_rounded(point) for point in self.points]))


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer is made of besides the areas, read in one transaction."""

    release: Release
    travel: Travel
    inhabitants: Inhabitants
    profession: Profession | None
    carers: Carers | None


class Shelf:
    """What was read of the published release: its squares, and where the professions asked last practise."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._release: Release | None = None
        self._inhabitants: Inhabitants | None = None
        self._grounds: dict[Mode, Ground] = {}
        self._carers: OrderedDict[tuple[str | None, str], tuple[Profession | None, Carers | None]] = (
            OrderedDict()
        )

    def known(self, asked: Asked, searching: Searching) -> Known | None:
        """Return what such an answer was made of last, None when there is more to read; never wait for it.

        Another release or graph may answer since: that is the caller's to look at.
        """
        key = (asked.query.profession, asked.query.scope)
        # Whoever reads a release holds the lock for as long as that takes.
        if not self._lock.acquire(blocking=False):
            return None
        try:
            ground = self._grounds.get(asked.query.mode)
            release, inhabitants, carers = self._release, self._inhabitants, self._carers.get(key)
        finally:
            self._lock.release()
        if release is None or inhabitants is None or ground is None or carers is None:
            return None
        try:
            travel = travel_on(ground, asked.query, searching)
        except ParameterError:
            # To be told by the graph that answers now.
            return None
        return Known(release, travel, inhabitants, *carers)

    def read(self, connection: Connection, release: Release, asked: Asked, travel: Travel) -> Known:
        """Read what an answer needs. Raises ParameterError for a profession that does not exist."""
        query = asked.query
        profession = find_profession(connection, query.profession) if query.profession else None
        with self._lock:
            if release != self._release:
                self._release, self._inhabitants = release, None
                self._carers.clear()
                self._grounds.clear()
            if self._inhabitants is None:
                self._inhabitants = load_inhabitants(connection)
            key = (query.profession, query.scope)
            if key not in self._carers:
                self._carers[key] = profession, _carers(connection, release, profession, query.scope)
            self._carers.move_to_end(key)
            while len(self._carers) > MOST_PROFESSIONS:
                self._carers.popitem(last=False)
            self._grounds[query.mode] = travel.ground
            return Known(release, travel, self._inhabitants, *self._carers[key])


def _carers(
    connection: Connection, release: Release, profession: Profession | None, scope: Scope
) -> Carers | None:
    """Return where a profession practises in a release, None without one, or when nobody counted it."""
    if profession is None or not profession.loaded:
        return None
    wanted = Wanted(profession, scope, release.vintage)
    rows = whereabouts(connection, wanted)
    return Carers(
        places=Scattered(np.array([row.lon for row in rows]), np.array([row.lat for row in rows])),
        who=np.array([row.who for row in rows]),
        site=np.array([row.site_id for row in rows]),
        unlocated=unlocated(connection, wanted),
    )


def written(asked: Asked, reply: Reply, known: Known, reacher: Reacher) -> Response:
    """Return the answer in the form that was asked. Raises what the engine raises."""
    return reply.answer(isochrones_list(asked, known, reacher), file_name=f"isochrones-{asked.query.mode}")


def isochrones_list(asked: Asked, known: Known, reacher: Reacher) -> Listed:
    """Return the areas, with those who live and practise there; no connection is needed.

    A point that cannot be a start is listed with its reason beside the others, unless ``asked`` is strict.
    Raises what the engine raises.
    """
    asked_points, reached, refused = _reached(asked, known.travel, reacher)
    areas: list[Sequence[shapely.Geometry]] = [reach.areas for reach in reached]
    names: list[Item] = [{"index": point.index, "id": point.id} for point in asked_points]
    if asked.merge and areas:
        areas, names = [isochrones.merged(areas)], [{"index": None, "id": None}]
    found = [
        (names[rank] | item, outline)  # type: ignore[operator]
        for rank, group in enumerate(areas)
        for item, outline in _items(group, asked, known)
    ]
    head = _head(asked, known) | {
        "points": [_started(point, reach) for point, reach in zip(asked_points, reached, strict=True)],
        "refused": refused,
    }
    return Listed(
        items=[item for item, _ in found],
        columns=COLUMNS,
        model=Isochrone,
        value="area_km2",
        head=head,
        registers=INDICATORS["coverage"].sources,
        geometry="MultiPolygon",
        outlines={_place(item): outline for item, outline in found if outline},
        key=_place,
        identity=None,
    )


def _place(item: Item) -> object:
    return item["index"], item["minutes"]


def _head(asked: Asked, known: Known) -> dict[str, object]:
    query, profession = asked.query, known.profession
    return {
        "title": isochrones.title(known.travel.words(), asked.minutes, query.shape),
        "graph": known.travel.ground.fingerprint,
        "mode": query.mode,
        "departure": known.travel.terms(),
        "minutes": asked.minutes,
        "shape": query.shape,
        "merge": asked.merge,
        "profession": query.profession,
        "scope": profession.scope(query.scope) if profession else None,
        "unlocated": known.carers.unlocated if known.carers else None,
    }


def _reached(
    asked: Asked, travel: Travel, reacher: Reacher
) -> tuple[list[AskedPoint], list[Reach], list[Item]]:
    """Return the points that lead somewhere with what they reach, and the others with their reason."""
    mode, minutes = asked.query.mode, asked.minutes
    starts: dict[int, Point] = {}
    wrong: dict[int, ParameterError] = {}
    for point in asked.points:
        try:
            starts[point.index] = isochrones.parse_point(point.lon, point.lat)
            isochrones.check_covered(starts[point.index], travel.ground)
        except ParameterError as error:
            starts.pop(point.index, None)
            wrong[point.index] = error
    # The same place is asked once, and in one order: the same points give the same bytes.
    places = sorted(set(starts.values()), key=lambda place: (place.lon, place.lat))
    replied = dict(zip(places, replies(places, minutes, travel, reacher) if places else [], strict=True))
    kept: list[tuple[AskedPoint, Reach]] = []
    for point in asked.points:
        reply = replied.get(starts[point.index]) if point.index in starts else None
        if isinstance(reply, Reach):
            kept.append((point, reply))
        elif reply is not None:
            wrong[point.index] = isochrones.refusal(reply, mode)
    if asked.strict and wrong:
        raise next(iter(wrong.values()))
    refused = [_refused(point, wrong[point.index]) for point in asked.points if point.index in wrong]
    return [point for point, _ in kept], [reach for _, reach in kept], refused


def replies(places: Sequence[Point], minutes: tuple[int, ...], travel: Travel, reacher: Reacher) -> Reaches:
    """Return what each place reaches, or why it reaches nothing."""
    reach = partial(reacher, travel.ground.fingerprint)
    if travel.mode != "transit":
        return reach([isochrones.journey(travel.mode, place, minutes) for place in places])
    search = cast(TransitSearch, travel.search())
    return [ridden(search, [place], minutes, reach) for place in places]


def reply_together(
    places: Sequence[Point], minutes: tuple[int, ...], travel: Travel, reacher: Reacher
) -> Reach | Refusal:
    """Return what one or more places reach together, or why they reach nothing.

    At once where areas are drawn from our own times. Elsewhere each is drawn and all are joined, unless that
    takes seconds: many are then searched from at once, and their edge is less fine (docs/decisions/038).
    """
    reach = partial(reacher, travel.ground.fingerprint)
    if travel.mode == "transit":
        return ridden(cast(TransitSearch, travel.search()), places, minutes, reach)
    if travel.mode in DRAWN or len(places) > MOST_APART:
        return reach([isochrones.together(travel.mode, places, minutes)])[0]
    found = reach([isochrones.journey(travel.mode, place, minutes) for place in places])
    led = [one for one in found if isinstance(one, Reach)]
    if not led:
        return found[0]
    areas = isochrones.merged([one.areas for one in led])
    return replace(led[0], areas=tuple(areas), left_out=len(found) - len(led))


def _items(disks: Sequence[shapely.Geometry], asked: Asked, known: Known) -> list[tuple[Item, str | None]]:
    """Return one item and outline (GeoJSON, None for nothing) for each of the minutes."""
    shape, minutes = asked.query.shape, asked.minutes
    people = known.inhabitants.near(disks[-1])
    inside = isochrones.cumulative(people.places.within(disks), shape)
    carers = known.carers
    there: Sequence[Mask | None] = [None] * len(disks)
    if carers is not None:
        there = [*isochrones.cumulative(carers.places.within(disks), shape)]
    shown = isochrones.rings(disks) if shape == "ring" else disks
    drawn = shapely.to_geojson(shown), isochrones.areas_km2(shown)
    found: list[tuple[Item, str | None]] = []
    for rank, (mask, served, outline, area_km2) in enumerate(zip(inside, there, *drawn, strict=True)):
        item: Item = {
            "minutes": minutes[rank],
            "from_minutes": minutes[rank - 1] if rank and shape == "ring" else 0,
            "area_km2": area_km2,
            "population": people.count(mask),
            "ages": people.by_age(mask),
            "headcount": None if carers is None else len(np.unique(carers.who[served])),
            "sites": None if carers is None else len(np.unique(carers.site[served])),
        }
        found.append((item, None if shapely.is_empty(shown[rank]) else str(outline)))
    return found


def _started(point: AskedPoint, reach: Reach) -> Item:
    return {
        "index": point.index,
        "id": point.id,
        "lon": point.lon,
        "lat": point.lat,
        "snapped_lon": reach.lon,
        "snapped_lat": reach.lat,
        "snap_m": reach.snap_m,
    }


def _refused(point: AskedPoint, error: ParameterError) -> Item:
    return {
        "index": point.index,
        "id": point.id,
        "parameter": error.parameter,
        "detail": error.detail,
        "hint": error.hint,
    }


def _rounded(point: AskedPoint) -> object:
    try:
        return point.id, isochrones.parse_point(point.lon, point.lat)
    except ParameterError:
        return point
