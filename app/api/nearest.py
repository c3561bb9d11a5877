"""The answer on the nearest places of practice, written once for the API and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import Geod
from sqlalchemy import Connection

from app.api.answers import Item
from app.api.asked_access import NearestQuery
from app.api.departing import Travel
from app.api.formats.listed import Listed
from app.api.lookup import Profession, find_profession
from app.api.places import Wanted, unlocated, whereabouts
from app.api.schemas.nearest import NearPlace
from app.api.served import refuse_unloaded
from app.api.snapshot import Release
from app.indicators.nearest import Nearest, nearest_places
from app.indicators.registry import INDICATORS
from app.indicators.wording import counted_label
from app.travel.isochrones import Point, check_covered, parse_point, refusal
from app.travel.modes import preset_limit
from app.travel.network import Snapped
from app.travel.search import StreetSearch, TimeSearch

COLUMNS = ("rank", "site_id", "lon", "lat", "headcount", "minutes", "street_m", "straight_m")
EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Carers:
    """Where a profession practises: located sites, (n,) and (n, 2) degrees, with how many practise there."""

    profession: Profession
    site: np.ndarray
    lonlat: np.ndarray
    headcount: np.ndarray
    unlocated: int


def carers_of(connection: Connection, release: Release, query: NearestQuery) -> Carers:
    """Read where a profession practises. Raises ParameterError and NotFoundError."""
    profession = find_profession(connection, query.profession)
    refuse_unloaded(profession)
    wanted = Wanted(profession, query.scope, release.vintage)
    rows = whereabouts(connection, wanted)
    site, first, headcount = np.unique(
        np.array([row.site_id for row in rows], dtype=np.int64), return_index=True, return_counts=True
    )
    lonlat = np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2)
    return Carers(profession, site, lonlat[first], headcount, unlocated(connection, wanted))


def nearest_list(query: NearestQuery, *, carers: Carers, travel: Travel) -> Listed:
    """Return the places, the nearest first. Raises ParameterError for a point that cannot be a start."""
    point = parse_point(query.lon, query.lat)
    check_covered(point, travel.ground)
    search = travel.search()
    start = search.snap(np.array([(point.lon, point.lat)]))
    if not start.found[0]:
        raise refusal("off_network", query.mode)
    places = search.snap(carers.lonlat)
    found = nearest_places(search, start, places, query.n)
    metres = _metres(search, places, start, found)
    items = [_item(rank, found, metres, point, carers) for rank in range(len(found.place))]
    head = _head(query, travel, carers, point) | {
        "sites_off_network": int((~places.found).sum()),
        "snap_m": round(float(start.metres[0]), 1),
    }
    return Listed(
        items=items,
        columns=COLUMNS,
        model=NearPlace,
        value="minutes",
        head=head,
        registers=INDICATORS["access_time"].sources,
        geometry="Point",
        identity=None,
    )


def _head(query: NearestQuery, travel: Travel, carers: Carers, point: Point) -> dict[str, object]:
    """Return what an answer says of the question, and of the places that were looked at."""
    return {
        "title": _title(query, carers.profession, travel),
        "graph": travel.ground.fingerprint,
        "profession": carers.profession.slug,
        "scope": carers.profession.scope(query.scope),
        "mode": query.mode,
        "departure": travel.terms(),
        "n": query.n,
        "limit_minutes": preset_limit(query.mode) // 60,
        "sites": len(carers.site),
        "unlocated": carers.unlocated,
        "lon": point.lon,
        "lat": point.lat,
    }


def _metres(search: TimeSearch, places: Snapped, start: Snapped, found: Nearest) -> list[float | None]:
    """Return the metres by the streets to each place found; a ride's length says nothing."""
    if not isinstance(search, StreetSearch):
        return [None] * len(found.place)
    metres = search.metres(places.take(found.place), start, (60 * found.minutes).tolist())
    return [None if np.isnan(one) else round(one) for one in metres.tolist()]


def _item(rank: int, found: Nearest, metres: Sequence[float | None], point: Point, carers: Carers) -> Item:
    place = int(found.place[rank])
    lon, lat = carers.lonlat[place].tolist()
    return {
        "rank": rank + 1,
        "site_id": int(carers.site[place]),
        "lon": lon,
        "lat": lat,
        "headcount": int(carers.headcount[place]),
        "minutes": round(float(found.minutes[rank]), 2),
        "street_m": metres[rank],
        "straight_m": round(EARTH.inv(point.lon, point.lat, lon, lat)[2]),
    }


def _title(query: NearestQuery, profession: Profession, travel: Travel) -> str:
    scope = profession.scope(query.scope)
    who = counted_label(profession.label, scope, "weight", feminine=profession.feminine)
    return f"{who} : lieux d'exercice les plus proches {travel.words()}"
