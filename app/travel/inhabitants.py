"""Who lives inside an area: the published squares, each counted where its middle lies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.db.sql import load

AGE_CLASSES = ("0-3", "4-5", "6-10", "11-17", "18-24", "25-39", "40-54", "55-64", "65-79", "80+")
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scattered:
    """Things with a place, (n,) degrees each."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def within(self, areas: Sequence[shapely.Geometry]) -> Mask:
        """Say which lie inside each area, (areas, n); the last area holds the others."""
        near = np.flatnonzero(self.around(areas[-1]))
        each = np.array(areas, dtype=object)[:, None]
        shapely.prepare(each)
        found = np.zeros((len(each), len(self.lon)), dtype=bool)
        found[:, near] = shapely.contains_xy(each, self.lon[near], self.lat[near])
        return found

    def around(self, area: shapely.Geometry) -> Mask:
        """Say which lie in the box that holds an area, (n,)."""
        west, south, east, north = shapely.bounds(area).tolist()
        near: Mask = (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        return near


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """People of each square, (n,), and by age, (n, 10), NaN where its ages are not known.

    ``known`` says whether squares are loaded at all: without any, nobody knows who lives anywhere.
    """

    places: Scattered
    people: NDArray[np.float64]
    ages: NDArray[np.float64]
    known: bool

    def near(self, area: shapely.Geometry) -> "Inhabitants":
        """Return those of the box that holds an area: what is asked of smaller areas is then cheap."""
        box = np.flatnonzero(self.places.around(area))
        places = Scattered(self.places.lon[box], self.places.lat[box])
        return Inhabitants(places, self.people[box], self.ages[box], self.known)

    def count(self, inside: Mask) -> float | None:
        """Return how many people; None when no square is known at all, never 0."""
        return round(float(self.people[inside].sum()), 1) if self.known else None

    def by_age(self, inside: Mask) -> dict[str, float] | None:
        """Return how many people of each age class; None when there is someone whose age is not known."""
        ages = self.ages[inside]
        if not self.known or np.isnan(ages).any():
            return None
        return dict(zip(AGE_CLASSES, np.round(ages.sum(axis=0), 1).tolist(), strict=True))


def load_inhabitants(connection: Connection) -> Inhabitants:
    """Read the squares of the published release; there may be none.

    Ages are brought to the people of the square, who are those of the IRIS's own total (METHODS 3).
    """
    rows = connection.execute(load("app.travel", "inhabitants")).all()
    people = np.array([row.people for row in rows], dtype=np.float64)
    unknown = (np.nan,) * len(AGE_CLASSES)
    ages = np.array([row.ages or unknown for row in rows], dtype=np.float64).reshape(-1, len(AGE_CLASSES))
    total = ages.sum(axis=1)
    scale = np.divide(people, total, out=np.full(len(rows), np.nan), where=total > 0)
    return Inhabitants(
        places=Scattered(np.array([row.lon for row in rows]), np.array([row.lat for row in rows])),
        people=people,
        ages=ages * scale[:, None],
        known=bool(rows),
    )
