"""Generalised copies of contours: the farther a map looks, the fewer points it draws."""

import numpy as np
import shapely

from app.territory.simplify import _simplified


def coast(points: int = 2_000) -> shapely.Polygon:
    """Return a town of ten kilometres with a ragged border, in degrees."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    ragged = 0.1 + np.random.default_rng(7).normal(0, 0.0005, points)
    return shapely.polygons(np.column_stack([2 + ragged * np.cos(angle), 47 + ragged * np.sin(angle)]))


def test_copies_for_tiles_are_coarser_than_those_of_the_api_and_keep_the_shape() -> None:
    town = coast()
    copies = {
        (for_tiles, int(band or 0)): shapely.from_wkb(wkb)
        for _, band, for_tiles, wkb in _simplified([(1, "iris", shapely.to_wkb(town))])
    }
    from_near_to_far = [copies["f", 1], copies["f", 2], copies["t", 2], copies["t", 3]]
    points = [shapely.get_num_coordinates(copy) for copy in from_near_to_far]
    assert points == sorted(points, reverse=True)
    assert points[1] > 2 * points[2] > 4 * points[3]
    for copy in from_near_to_far:
        assert copy.is_valid
        assert shapely.area(shapely.symmetric_difference(town, copy)) < 0.05 * town.area
