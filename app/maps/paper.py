"""Sheets of paper and the frame of the map on them: which ground they show, and at which scale."""

from dataclasses import dataclass
from typing import Literal

from pyproj import Proj

from app.sources.places import PROJECTED, legal_area

PaperName = Literal["A4", "A3"]
type Box = tuple[float, float, float, float]  # west, south, east, north

METRES = 1_000.0  # millimetres in a metre
NARROWEST_M = 900.0
# The legal projection of each area (decree 2000-1276 and its successors); elsewhere, the mainland's.
LEGAL = {
    "Guadeloupe": 5490,
    "Saint-Martin et Saint-Barthélemy": 5490,
    "Martinique": 5490,
    "Guyane": 2972,
    "La Réunion": 2975,
    "Mayotte": 4471,
    "Saint-Pierre-et-Miquelon": 4467,
}
MAINLAND = 2154


@dataclass(frozen=True, slots=True)
class Paper:
    """One format, landscape, in millimetres. ``map_width`` is two thirds of what the margins leave."""

    name: PaperName
    width: float
    height: float
    map_width: float
    map_height: float


PAPERS: dict[PaperName, Paper] = {
    "A4": Paper("A4", 297, 210, 178, 129),
    "A3": Paper("A3", 420, 297, 258, 206),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The ground that a map shows: ``box`` in metres of ``srid``, on ``width`` by ``height`` millimetres."""

    srid: int
    box: Box
    width: float
    height: float

    @property
    def metres_per_mm(self) -> float:
        """Return the scale: 10 is one to ten thousand."""
        return (self.box[2] - self.box[0]) / self.width


def legal_projection(longitude: float, latitude: float) -> int:
    """Return the EPSG code of the legal projection at a point, in degrees WGS 84.

    >>> legal_projection(-1.68, 48.11), legal_projection(55.45, -20.9)
    (2154, 2975)
    """
    found = LEGAL.get(legal_area(longitude, latitude) or "", MAINLAND)
    return found if found in PROJECTED else MAINLAND


def framed(srid: int, box: Box, paper: Paper, room: float) -> Frame:
    """Return the frame that holds ``box`` with ``room`` around it, a share of its size.

    >>> framed(2154, (0, 0, 2_000, 1_000), PAPERS["A4"], 0.0).box[0]
    0.0
    """
    west, south, east, north = box
    width, height = paper.map_width, paper.map_height
    across = max(
        (east - west) * (1 + 2 * room), (north - south) * (1 + 2 * room) * width / height, NARROWEST_M
    )
    up = across * height / width
    x, y = (west + east) / 2, (south + north) / 2
    return Frame(srid, (x - across / 2, y - up / 2, x + across / 2, y + up / 2), width, height)


def scale_bar(frame: Frame) -> float:
    """Return the length of the scale bar, in metres: 1, 2 or 5 and zeros, at most a fifth of the map.

    >>> scale_bar(Frame(2154, (0, 0, 8_000, 6_000), 180, 135))
    1000.0
    """
    longest = (frame.box[2] - frame.box[0]) / 5
    power = 1.0
    while power * 10 <= longest:
        power *= 10
    return max(step * power for step in (1, 2, 5) if step * power <= longest)


def north_angle(frame: Frame, longitude: float, latitude: float) -> float:
    """Return how far geographic north leans right of the top of the map, in degrees clockwise."""
    convergence: float = Proj(frame.srid).get_factors(longitude, latitude).meridian_convergence
    return -convergence
