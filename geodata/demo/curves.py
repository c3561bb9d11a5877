"""Smooth lines and organic outlines, in metres."""

import numpy as np
import shapely
from scipy.interpolate import CubicSpline

from geodata.demo.plan import Floats, Point


def smooth(points: tuple[Point, ...], step: float = 45.0, closed: bool = False) -> Floats:
    """Return a cubic spline through ``points`` sampled about every ``step`` metres, shape (n, 2)."""
    nodes = np.array([*points, points[0]] if closed else points, dtype=np.float64)
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(nodes, axis=0).T))])
    curve = CubicSpline(travelled, nodes, bc_type="periodic" if closed else "natural")
    count = max(int(travelled[-1] / step), 2)
    return np.asarray(curve(np.linspace(0.0, travelled[-1], count + 1)), dtype=np.float64)


def jitter(rng: np.random.Generator, points: tuple[Point, ...], amount: float) -> tuple[Point, ...]:
    """Return ``points`` each moved by a normal deviate of ``amount`` metres."""
    moved = np.array(points) + rng.normal(0.0, amount, (len(points), 2))
    return tuple((float(x), float(y)) for x, y in moved)


def oval(rng: np.random.Generator, centre: Point, radii: Point, rough: float, knots: int = 11) -> Floats:
    """Return a closed uneven oval, shape (n, 2); ``rough`` is the relative deviation of its radius."""
    angles = np.linspace(0.0, 2.0 * np.pi, knots, endpoint=False)
    scale = 1.0 + rng.uniform(-rough, rough, knots)
    x = centre[0] + radii[0] * scale * np.cos(angles)
    y = centre[1] + radii[1] * scale * np.sin(angles)
    points = tuple((float(a), float(b)) for a, b in zip(x, y, strict=True))
    return smooth(points, closed=True)


def blob(rng: np.random.Generator, centre: Point, radius: float, rough: float) -> shapely.Polygon:
    """Return an organic polygon around ``centre``."""
    return shapely.polygons(oval(rng, centre, (radius, radius), rough))


def ribbon(axis: Floats, half_width: Floats) -> tuple[Floats, Floats]:
    """Return the left and right banks of ``axis`` (n, 2) at ``half_width`` (n,) metres."""
    tangent = np.gradient(axis, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    normal /= np.hypot(*normal.T)[:, None]
    return axis + normal * half_width[:, None], axis - normal * half_width[:, None]
