"""Isochrones: what is within reach of points, as areas that nest, merge, and split into rings (METHODS 6)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from app.errors import ParameterError
from app.travel.departure import Departure, parse_departure
from app.travel.engine import GRID, MOST_CONTOURS, Journey, Refusal, polygonal
from app.travel.modes import LABELS, Mode, StreetMode
from app.travel.network import MAX_SNAP_M, SMALLEST_PIECE

Shape = Literal["disk", "ring"]
MOST_MINUTES = 60
MOST_POINTS = 500
PLACE_DIGITS = 5  # about a metre
EARTH = Geod(ellps="WGS84")
MINUTES_HINT = (
    f"Forme attendue : de 1 à {MOST_CONTOURS} nombres entiers de 1 à {MOST_MINUTES}, par exemple 5,10,15."
)


@dataclass(frozen=True, slots=True)
class Point:
    """Where to leave from, in degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Ground:
    """The graph that answers: its name, its file, where it has streets (a multipolygon in degrees).

    ``id`` is its number in the store. With a timetable, its first and last days and an ordinary one.
    """

    fingerprint: str
    file_name: str
    coverage: shapely.Geometry
    id: int = 0
    feed_days: tuple[date, date] | None = None
    feed_day: date | None = None

    @property
    def usual_departure(self) -> Departure | None:
        """Return the departure of the times that are kept; None without a timetable."""
        return Departure(self.feed_day) if self.feed_day else None

    def departure(self, mode: Mode, written: str | None) -> Departure | None:
        """Return when one leaves in public transport, None in other modes.

        Raises ParameterError for what is no departure of this mode, or a day the timetable does not know.
        """
        if mode == "transit" and self.feed_days and self.feed_day:
            return parse_departure(written, self.feed_days, self.feed_day)
        if written is not None:
            raise ParameterError(
                "departure",
                f"« departure » ne se donne qu'en transports en commun ; {LABELS[mode]}, il ne change rien.",
                hint="Retirez « departure », ou demandez mode=transit.",
            )
        return None


@lru_cache(maxsize=1024)
def parse_minutes(written: str) -> tuple[int, ...]:
    """Return minutes in ascending order, each once. Raises ParameterError.

    >>> parse_minutes("15, 5,10,5")
    (5, 10, 15)
    """
    parts = [part.strip() for part in written.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ParameterError(
            "minutes", f"« {written} » n'est pas une liste de nombres entiers de minutes.", hint=MINUTES_HINT
        )
    minutes = sorted({int(part) for part in parts})
    if not 1 <= minutes[0] <= minutes[-1] <= MOST_MINUTES:
        raise ParameterError(
            "minutes", f"Une durée doit être comprise entre 1 et {MOST_MINUTES} minutes.", hint=MINUTES_HINT
        )
    if len(minutes) > MOST_CONTOURS:
        raise ParameterError(
            "minutes",
            f"{len(minutes)} durées sont demandées, au plus {MOST_CONTOURS} le sont à la fois.",
            hint=MINUTES_HINT,
        )
    return tuple(minutes)


def parse_point(lon: object, lat: object) -> Point:
    """Return a point rounded to about a metre. Raises ParameterError for what is no place on Earth."""
    sides = {}
    for name, value, bound in (("lon", lon, 180), ("lat", lat, 90)):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value):  # type: ignore[arg-type]
            raise ParameterError(name, f"« {name} » doit être un nombre de degrés.")
        if abs(value) > bound:  # type: ignore[arg-type]
            raise ParameterError(name, f"« {name} » doit être compris entre -{bound} et {bound} degrés.")
        sides[name] = round(float(value), PLACE_DIGITS) + 0.0  # type: ignore[arg-type]
    return Point(**sides)


def check_covered(point: Point, ground: Ground) -> None:
    """Raise ParameterError for a point where the graph has no street; a point written backwards is told."""
    if shapely.contains_xy(ground.coverage, point.lon, point.lat):
        return
    if shapely.contains_xy(ground.coverage, point.lat, point.lon):
        raise ParameterError(
            "lat",
            f"La latitude et la longitude semblent échangées : lon={point.lon}, lat={point.lat} est hors du "
            f"graphe, lon={point.lat}, lat={point.lon} y est.",
            hint="Donnez la longitude dans « lon » et la latitude dans « lat ».",
        )
    west, south, east, north = shapely.bounds(ground.coverage)
    raise ParameterError(
        "lon",
        f"Le point lon={point.lon}, lat={point.lat} est hors de ce que couvre le graphe "
        f"({ground.file_name}) : longitudes de {west:.3f} à {east:.3f}, latitudes de {south:.3f} à "
        f"{north:.3f}, près des rues.",
        hint="Choisissez un point du territoire, ou construisez le graphe d'un extrait plus grand.",
    )


def journey(mode: StreetMode, point: Point, minutes: tuple[float, ...]) -> Journey:
    """Return what to ask of an engine."""
    return Journey(mode, point.lon, point.lat, minutes, MAX_SNAP_M, SMALLEST_PIECE)


def together(mode: StreetMode, places: Sequence[Point], minutes: tuple[float, ...]) -> Journey:
    """Return what to ask of an engine for what is within reach of one or more places, at once."""
    others = tuple((place.lon, place.lat) for place in places[1:])
    return replace(journey(mode, places[0], minutes), others=others)


def refusal(reason: Refusal, mode: Mode) -> ParameterError:
    """Return the error of a point from which one goes nowhere."""
    if reason == "off_network":
        return ParameterError(
            "lon",
            f"Aucune rue que l'on puisse prendre {LABELS[mode]} ne passe à moins de {MAX_SNAP_M:.0f} m de ce "
            "point.",
            hint="Choisissez un point plus près d'une rue.",
        )
    return ParameterError(
        "lon",
        f"Les rues proches de ce point ne mènent nulle part {LABELS[mode]} : elles ne sont reliées au réseau "
        "ni par une rue, ni par un pont.",
        hint="Choisissez un autre point ; si ces rues sont bien reliées, corrigez l'extrait OpenStreetMap.",
    )


def merged(many: Sequence[Sequence[shapely.Geometry]]) -> list[shapely.Geometry]:
    """Return the union of the areas of several points, in any order, for each of the minutes."""
    return [polygonal(_union(same)) for same in zip(*many, strict=True)]


def _union(areas: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Return the union of areas: of each once and in one order, for where lines cross depends on it."""
    once = sorted(set(shapely.to_wkb(areas).tolist()))
    return shapely.union_all(shapely.from_wkb(once), grid_size=GRID)


def rings(areas: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """Return what each area adds to the one before it."""
    return [
        area if rank == 0 else polygonal(shapely.difference(area, areas[rank - 1], grid_size=GRID))
        for rank, area in enumerate(areas)
    ]


def areas_km2(areas: Sequence[shapely.Geometry]) -> list[float]:
    """Return the surface of each area in degrees, on the ellipsoid.

    >>> areas_km2([shapely.box(0, 45, 0.01, 45.01)])
    [0.8762]
    """
    flat = shapely.transform(np.array(areas, dtype=object), _equal_area)
    return [round(square_metres / 1e6, 4) for square_metres in shapely.area(flat).tolist()]


def _equal_area(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees, (n, 2), as metres that keep surfaces: Lambert's cylinder (Snyder 1987, chapter 10).

    Sides are then straight there, and no longer geodesics: nothing, for those of a few hundred metres.
    """
    sine = np.sin(np.radians(lonlat[:, 1]))
    squared = EARTH.es
    root = math.sqrt(squared)
    height = (1 - squared) * (sine / (1 - squared * sine**2) + np.arctanh(root * sine) / root)
    return EARTH.a * np.column_stack([np.radians(lonlat[:, 0]), height / 2])


def title(how: str, minutes: Sequence[int], shape: Shape) -> str:
    """Return the sentence that an answer gives.

    >>> title("à pied", (5, 10, 15), "disk")
    'À moins de 5, 10 et 15 minutes à pied'
    """
    written = [str(each) for each in minutes]
    listed = " et ".join([", ".join(written[:-1]), written[-1]] if len(written) > 1 else written)
    steps = ", par tranche" if shape == "ring" and len(written) > 1 else ""
    return f"À moins de {listed} minute{'s' if minutes[-1] > 1 else ''} {how}{steps}"


def cumulative(inside: NDArray[np.bool_], shape: Shape) -> NDArray[np.bool_]:
    """Return who is in each area (areas, n): those of fewer minutes are in the next too; in one ring only."""
    found = np.logical_or.accumulate(inside, axis=0)
    if shape == "ring":
        found[1:] &= ~found[:-1]
    return found


def no_points(count: int) -> ParameterError | None:
    """Return the error of a list that is empty or too long, None when it is neither."""
    if count == 0:
        return ParameterError("points", "La liste « points » est vide.", hint="Donnez au moins un point.")
    if count > MOST_POINTS:
        return ParameterError(
            "points",
            f"{count} points sont demandés, au plus {MOST_POINTS} le sont à la fois.",
            hint="Partagez-les en plusieurs demandes.",
        )
    return None
