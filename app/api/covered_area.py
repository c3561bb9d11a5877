"""The area that places cover together, as one polygon, with the people whom it and the times count."""

from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import shapely

from app.api.answers import Item
from app.api.departing import Travel
from app.api.formats.listed import Listed
from app.api.measured import DIGITS
from app.api.reach import reply_together
from app.api.schemas.coverage import CoveredArea
from app.errors import ParameterError
from app.indicators.access import CellTimes
from app.indicators.cells import Cells
from app.indicators.coverage import sites_within
from app.indicators.decay import Floats
from app.indicators.weighting import Pieces
from app.travel.engine import Reach
from app.travel.inhabitants import Scattered
from app.travel.isochrones import MOST_POINTS, Point, areas_km2, parse_point
from app.travel.routing import Reacher


@dataclass(frozen=True, slots=True)
class Covering:
    """What an area is drawn and counted from, read in one transaction.

    ``lonlat`` (places, 2) are the places to draw from, ``leave`` (cells, 2) where the people of each cell
    leave from, in degrees; ``times`` those of the cells to all places; ``head`` what the answer says besides.
    """

    minutes: int
    travel: Travel
    lonlat: Floats
    cells: Cells
    leave: Floats
    pieces: Pieces
    times: CellTimes
    head: Item


def useful_places(times: CellTimes, pieces: Pieces, minutes: int) -> np.ndarray:
    """Say which places somebody of the territories reaches in time, (places,): others cover nobody there."""
    asked = np.zeros(times.seconds.shape[1], dtype=np.bool_)
    asked[pieces.cell[pieces.people > 0]] = True
    near = times.seconds.copy()
    near.data = np.where((near.data <= 60 * minutes) & asked[near.indices], 1, 0)
    found: np.ndarray = near.sum(axis=1) > 0
    return found


def check_number(places: int) -> None:
    """Raise ParameterError for more places than are drawn while somebody waits."""
    if places > MOST_POINTS:
        raise ParameterError(
            "within",
            f"La surface réunirait celles de {places} lieux d'exercice ; au plus {MOST_POINTS} le sont.",
            hint="Limitez-la à un territoire (within=commune:00101), ou demandez draw=territories.",
        )


def area_list(asked: Covering, reacher: Reacher) -> Listed:
    """Return one feature: the union of what lies within reach of each place. No connection is needed.

    Its properties count people twice: by their times, as the other forms do, and by the middle of their
    cell, in the polygon or not. Raises what the engine raises.
    """
    places = sorted({parse_point(lon, lat) for lon, lat in asked.lonlat.tolist()}, key=_order)
    found = reply_together(places, (asked.minutes,), asked.travel, reacher) if places else None
    area, left_out = shapely.Polygon(), len(places)
    if isinstance(found, Reach):
        [area], left_out = found.areas, found.left_out
    outline = None if shapely.is_empty(area) else str(shapely.to_geojson(area))
    item = _counted(asked, area) | {"places": len(places), "places_off_network": left_out}
    return Listed(
        items=[item],
        columns=tuple(item),
        model=CoveredArea,
        value="covered",
        head=asked.head,
        geometry="MultiPolygon",
        outlines={asked.minutes: outline} if outline else {},
        key=itemgetter("minutes"),
        identity=None,
    )


def _order(place: Point) -> tuple[float, float]:
    return place.lon, place.lat


def _counted(asked: Covering, area: shapely.Geometry) -> dict[str, object]:
    """Return the people of the territories who are in the area, and those whose time is short enough."""
    people = np.bincount(asked.pieces.cell, weights=asked.pieces.people, minlength=len(asked.cells.id))
    # Quartiers and perimeters may overlap: nobody is counted twice.
    people = np.minimum(people, asked.cells.people)
    known = asked.times.on_network
    covered = known & (sites_within(asked.times, asked.minutes) > 0)
    inside = known & Scattered(asked.leave[:, 0], asked.leave[:, 1]).within([area])[0]
    total = _sum(people, known)
    return {
        "minutes": asked.minutes,
        "area_km2": areas_km2([area])[0],
        "known": total,
        "covered": _sum(people, covered),
        "uncovered": _sum(people, known & ~covered),
        "share": round(_sum(people, covered) / total, DIGITS) if total else None,
        "in_area": _sum(people, inside),
        "in_area_share": round(_sum(people, inside) / total, DIGITS) if total else None,
    }


def _sum(people: Floats, chosen: np.ndarray) -> float:
    return round(float(people[chosen].sum()), 1)
