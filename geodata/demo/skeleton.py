"""The lines everything else hangs on: outline, river, railway, radial avenues and boulevards."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geodata.demo import plan
from geodata.demo.curves import blob, jitter, oval, ribbon, smooth
from geodata.demo.plan import Floats, Point


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plan. ``kind`` is a highway class, or quay, rail, border, park."""

    kind: str
    geometry: shapely.LineString


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The fixed features: polygons in local metres and the lines between which streets are drawn."""

    outline: shapely.Polygon
    river: shapely.Polygon
    river_axis: shapely.LineString
    rail: shapely.LineString
    parks: tuple[shapely.Polygon, ...]
    ring: shapely.Polygon
    lines: tuple[Line, ...]


# name: (highway class, control points, name of the line it starts on, name of the line it ends on)
_RADIALS: Final[dict[str, tuple[str, tuple[Point, ...], str, str]]] = {
    "axis": ("primary", ((60, 6300), (170, 2300), (50, 640), (0, 0), (-40, -560), (10, -1300), (-140, -2300),
                         (60, -6300)), "", ""),
    "cross": ("primary", ((-6300, 1450), (-2500, 830), (-640, 130), (0, 0), (640, 60), (2300, 60),
                          (6300, 250)), "", ""),
    "north-east": ("secondary", ((440, 480), (1450, 1520), (2700, 2900), (4700, 5500)), "inner", ""),
    "north-west": ("secondary", ((-420, 490), (-1330, 2060), (-2600, 3250), (-3700, 5900)), "inner", ""),
    "south-west": ("secondary", ((-10, -860), (-900, -960), (-1750, -1420), (-3050, -1950), (-6300, -2900)),
                   "axis", ""),
    "south-east": ("secondary", ((0, -900), (520, -1120), (1300, -2150), (2400, -3250), (3400, -6300)),
                   "axis", ""),
    "east": ("tertiary", ((590, 330), (2000, 1030), (3800, 1400), (6300, 2200)), "inner", ""),
    "west": ("tertiary", ((-580, 330), (-2100, 1880), (-6300, 3200)), "inner", ""),
    "west bridge": ("tertiary", ((-640, 100), (-690, -450), (-820, -930)), "inner", "south-west"),
    "east bridge": ("tertiary", ((640, 80), (740, -480), (520, -1110)), "inner", "south-east"),
    "north link": ("tertiary", ((-2600, 3250), (-1200, 3050), (100, 3300), (1500, 3150), (2700, 2900)),
                   "north-west", "north-east"),
    "east link": ("tertiary", ((2700, 2900), (3500, 2000), (3600, 1000), (3500, 80)), "north-east", "cross"),
    "south link": ("tertiary", ((-3050, -1950), (-1700, -2900), (-100, -2950), (2400, -3250)),
                   "south-west", "south-east"),
    "west link": ("tertiary", ((-2600, 3250), (-3300, 2300), (-3500, 1100)), "north-west", "cross"),
    "far south": ("tertiary", ((-3050, -1950), (-2800, -2900), (-2500, -6300)), "south-west", ""),
    "far east": ("tertiary", ((2400, -3250), (3300, -2700), (6300, -2900)), "south-east", ""),
    "far north": ("tertiary", ((2700, 2900), (1900, 3700), (1500, 6300)), "north-east", ""),
}  # fmt: skip


def _rings(rng: np.random.Generator) -> tuple[Floats, Floats]:
    inner = oval(rng, (0.0, 130.0), (650.0, 465.0), 0.085, knots=9)
    outer = oval(rng, (30.0, 0.0), (2_120.0, 2_000.0), 0.1, knots=11)
    return inner, outer


def _clip(line: shapely.LineString, area: shapely.Geometry) -> list[shapely.LineString]:
    parts = shapely.get_parts(shapely.line_merge(shapely.intersection(line, area)))
    return [part for part in parts if shapely.length(part) > 20.0]


def _anchored(points: Floats, start: shapely.LineString | None, end: shapely.LineString | None) -> Floats:
    for place, target in ((0, start), (-1, end)):
        if target is not None:
            tip = shapely.points(points[place])
            nearest = shapely.line_interpolate_point(target, shapely.line_locate_point(target, tip))
            points[place] = shapely.get_coordinates(nearest)[0]
    return points


def _avenues(rng: np.random.Generator, inner: Floats, outer: Floats) -> list[Line]:
    drawn: dict[str, shapely.LineString] = {"inner": shapely.linestrings(inner)}
    lines = []
    old_town, town = shapely.polygons(inner), shapely.polygons(outer)
    for name, (kind, points, start, end) in _RADIALS.items():
        curve = smooth(tuple(points[:1]) + jitter(rng, points[1:-1], 14.0) + tuple(points[-1:]))
        drawn[name] = shapely.linestrings(_anchored(curve, drawn.get(start), drawn.get(end)))
        belt = shapely.difference(town, old_town)
        pieces = [*_clip(drawn[name], old_town), *_clip(drawn[name], belt)]
        pieces += list(shapely.get_parts(shapely.difference(drawn[name], town)))
        lines += [Line(kind, piece) for piece in pieces]
    for ring, kind in ((inner, "secondary"), (outer, "primary")):
        quarters = np.array_split(np.arange(len(ring) - 1), 4)
        lines += [Line(kind, shapely.linestrings(ring[q[0] : q[-1] + 2])) for q in quarters]
    return lines


def _water_cuts(
    left: Floats, axis: Floats, right: Floats, outline: shapely.Polygon
) -> list[shapely.LineString]:
    """Lines that share the river out between its banks: its axis, and a cut every 240 m."""
    cuts = [axis, *(np.stack([left[i], axis[i], right[i]]) for i in range(2, len(axis) - 1, 4))]
    return [part for cut in cuts for part in _clip(shapely.linestrings(cut), outline)]


def _paths(rng: np.random.Generator, park: shapely.Polygon) -> list[shapely.LineString]:
    """Two winding paths that cross in the park."""
    x, y = park.centroid.coords[0]
    reach = float(np.sqrt(park.area))
    found = []
    for turn in rng.uniform(0.0, 0.6) + np.array([0.0, 1.6]):
        along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        steps = np.linspace(-reach, reach, 21)
        wave = 0.07 * reach * np.sin(steps / reach * 5.0)
        path = np.array([x, y]) + steps[:, None] * along + wave[:, None] * across
        found += _clip(shapely.linestrings(path), park)
    return found


def draw(seed: int) -> Skeleton:
    """Return the skeleton of the city of ``seed``."""
    rng = plan.generator(seed, 1)
    outline = shapely.polygons(oval(rng, (0.0, 0.0), (5_250.0, 5_050.0), 0.075, knots=15))
    axis = smooth(jitter(rng, plan.RIVER, 25.0), step=60.0)
    width = 56.0 + 11.0 * np.sin(np.linspace(0.0, 25.0, len(axis)))
    left, right = ribbon(axis, width)
    river = shapely.polygons(np.vstack([left, right[::-1]]))
    rail = shapely.linestrings(smooth(plan.RAIL))
    inner, outer = _rings(rng)
    parks = tuple(blob(rng, park.centre, park.radius, 0.14) for park in plan.PARKS)
    lines = [
        Line(line.kind, part)
        for line in _avenues(rng, inner, outer)
        for part in _clip(line.geometry, outline)
    ]
    dry = shapely.difference(outline, river)
    lines += [Line("park", p) for park in parks for p in _clip(shapely.boundary(park), dry)]
    lines += [Line("park", path) for park in parks for path in _paths(rng, park)]
    lines += [Line("quay", p) for bank in (left, right) for p in _clip(shapely.linestrings(bank), outline)]
    lines += [Line("water", p) for p in _water_cuts(left, axis, right, outline)]
    lines += [Line("rail", part) for part in _clip(rail, outline)]
    lines.append(Line("border", shapely.boundary(outline)))
    water = shapely.intersection(river, outline)
    return Skeleton(
        outline, water, shapely.linestrings(axis), rail, parks, shapely.polygons(outer), tuple(lines)
    )
