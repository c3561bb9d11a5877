"""The demo city's files, and what its graph is made of."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import shapely

from app.travel.graph import Ingredients
from app.travel.timetable import read_timetable

LARGE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Town:
    """The demo city's extract and timetable, what is in the way, and the folder where its graph lies.

    ``river`` is an area, ``railway`` a line, both in degrees.
    """

    extract: Path
    feed: Path
    river: shapely.Polygon
    railway: shapely.LineString
    home: Path

    def ingredients(self, *, feed: bool = False) -> Ingredients:
        """Return what its graph is made of."""
        digest = hashlib.sha256(self.extract.read_bytes()).hexdigest()
        return Ingredients(
            self.extract, digest, feed=read_timetable(self.feed, max_bytes=LARGE) if feed else None
        )
