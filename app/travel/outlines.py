"""Outlines of where fields on a grid are not above zero, without crumbs."""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray

DIGITS = 6  # degrees: a tenth of a metre
Field = NDArray[np.float64]
Drawn = tuple[list[Field], list[NDArray[np.uint32]]]


def outlines(lon: Field, lat: Field, fields: Sequence[Field], crumbs: float) -> list[shapely.Geometry]:
    """Return where each field (lat, lon) is at most zero, which its border is not: they may not be valid.

    Parts and holes smaller than ``crumbs`` of the largest part are left out.

    >>> middle = np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, 1]])
    >>> axis = np.array([0.0, 1, 2])
    >>> print(*outlines(axis, axis, [middle], 0.05))
    POLYGON ((0.5 1, 1 0.5, 1.5 1, 1 1.5, 0.5 1))
    """
    axes = np.meshgrid(lon, lat)
    drawn = [_drawn(*axes, field) for field in fields]
    # All rings at once: each call costs more than a ring.
    points = np.round(np.concatenate([part for parts, _ in drawn for part in parts]), DIGITS)
    lengths = np.concatenate([np.diff(rings) for _, parts in drawn for rings in parts])
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(lengths)), lengths))
    sizes = shapely.area(shapely.polygons(rings))
    found, begin = [], 0
    for _, parts in drawn:
        first = np.cumsum([begin, *(len(each) - 1 for each in parts)]).tolist()
        found.append(_without_crumbs(rings, sizes, first, crumbs))
        begin = first[-1]
    return found


def _without_crumbs(
    rings: NDArray[np.object_], sizes: Field, first: Sequence[int], crumbs: float
) -> shapely.Geometry:
    """Return an area of which each part begins at one of ``first``, the end of the last part behind them.

    The first ring of a part is its outline, the others are its holes.
    """
    kept = sizes >= crumbs * sizes[first[:-1]].max()
    parts = [
        shapely.polygons(rings[a], holes=rings[a + 1 : b][kept[a + 1 : b]])
        for a, b in pairwise(first)
        if kept[a]
    ]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _drawn(east: Field, north: Field, field: Field) -> Drawn:
    """Return the points of each part, (n, 2), and where each of its rings begins among them."""
    # The class, and not the function that chooses one: that looks at the arrays for longer than this draws.
    lines = contourpy.SerialContourGenerator(
        east,
        north,
        field,
        cast(NDArray[np.bool_], None),  # no mask, as the function says it
        corner_mask=False,
        line_type=contourpy.LineType.Separate,
        fill_type=contourpy.FillType.OuterOffset,
        quad_as_tri=False,
        z_interp=contourpy.ZInterp.Linear,
    )
    return cast(Drawn, lines.filled(-np.inf, 0.0))
