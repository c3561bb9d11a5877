"""Outlines of where fields on a grid are not above zero, without crumbs."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import cast

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray

DIGITS = 6  # degrees: a tenth of a metre
# Points of a field whose columns and rows are kept for the next one: 4 MB for all sizes.
MOST_KEPT = 1 << 14
Field = NDArray[np.float64]
Offsets = NDArray[np.uint32]


def outlines(
    fields: Sequence[Field], crumbs: float, placed: Callable[[Field], Field]
) -> list[shapely.Geometry]:
    """Return where each field (rows, columns) is at most zero, which its border is not.

    ``placed`` gives the degrees (n, 2) of points between its columns and rows, counted from 0. Parts and
    holes smaller than ``crumbs`` of the largest part are left out. They may not be valid.

    >>> middle = np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, 1]])
    >>> print(*outlines([middle], 0.05, lambda points: points + (4, 45)))
    POLYGON ((4.5 46, 5 45.5, 5.5 46, 5 46.5, 4.5 46))
    """
    points, begins, parts = zip(*map(_drawn, fields), strict=True)
    # All rings at once: each call costs more than a ring.
    places = np.round(placed(np.concatenate(points)), DIGITS)
    lengths = np.concatenate([np.diff(each) for each in begins])
    rings = shapely.linearrings(places, indices=np.repeat(np.arange(len(lengths)), lengths))
    sizes = shapely.area(shapely.polygons(rings))
    found, begin = [], 0
    for each in parts:
        first = [begin + ring for ring in each.tolist()]
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


def _drawn(field: Field) -> tuple[Field, Offsets, Offsets]:
    """Return points (n, 2), columns and rows, where each ring begins among them, and the rings of each part.

    The end of the last one stands behind the others.
    """
    # The class, and not the function that chooses one: that looks at the arrays for longer than this draws.
    lines = contourpy.SerialContourGenerator(
        *(_counted if field.size <= MOST_KEPT else _counted.__wrapped__)(*field.shape),
        field,
        cast(NDArray[np.bool_], None),  # no mask, as the function says it
        corner_mask=False,
        line_type=contourpy.LineType.Separate,
        fill_type=contourpy.FillType.ChunkCombinedOffsetOffset,
        quad_as_tri=False,
        z_interp=contourpy.ZInterp.Linear,
    )
    # One chunk: the whole field.
    points, begins, parts = (each[0] for each in lines.filled(-np.inf, 0.0))
    return cast(Field, points), cast(Offsets, begins), cast(Offsets, parts)


@lru_cache(maxsize=16)
def _counted(rows: int, columns: int) -> tuple[Field, Field]:
    """Return the column and the row of each point: one place after the other asks the same few sizes."""
    column, row = np.meshgrid(np.arange(columns, dtype=np.float64), np.arange(rows, dtype=np.float64))
    return column, row
