"""The map of a sheet as SVG, in millimetres: the base map under the classes, what is asked above them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import numpy as np
import shapely
from shapely.geometry import MultiLineString, box
from shapely.geometry.base import BaseGeometry

from app.maps.classes import Band
from app.maps.ground import Feature, Outline
from app.maps.paper import Frame, scale_bar

# The palette of the page: one hue, equal steps of lightness, so that a grey printer keeps the order.
SEQUENTIAL = ("#bee4e7", "#7dc7d4", "#32a2bf", "#007ba5", "#004f7d")
ZERO = "#ffffff"
INK, OUTLINE, QPV, PAPER = "#14181b", "#46525c", "#9c1c4e", "#f4f4f2"
GROUND = {"park": "#e3eadd", "water": "#c9d6de"}
ROADS = ((1, 0.9), (2, 0.7), (3, 0.5), (4, 0.35))
THINNEST = 0.25
DATA_OPACITY = 0.85
HATCH, DOTS = "hatch", "dots"
# How what is in no class is painted.
FILLS = {"zero": ZERO, "few": DOTS, "unknown": HATCH}
SWATCH_MM = (9.0, 4.0)
HATCH_MM, DOT_MM = 1.6, 2.2
FAMILY = "'Source Sans 3', sans-serif"
LETTER_MM = 0.55  # width of a letter of a size of 1 mm
NORTH_MM = 9.0


@dataclass(frozen=True, slots=True)
class Paint:
    """What is painted alike: a colour, or ``HATCH`` or ``DOTS`` on white, and whose territories."""

    fill: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn over the territories, in metres of the frame; its edge in millimetres."""

    geom: BaseGeometry
    fill: str
    edge: str
    width: float
    opacity: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a map shows: the ground, the territories as painted, the QPV, the chosen one, the places.

    ``places`` are (x, y, practitioners) in metres of the frame. ``north`` is in degrees clockwise. ``labels``
    are words written inside a territory.
    """

    frame: Frame
    ground: Sequence[Feature]
    outlines: Sequence[Outline]
    paints: Sequence[Paint]
    quarters: Sequence[Outline]
    chosen: Outline | None
    places: Sequence[tuple[float, float, int]]
    north: float
    shapes: Sequence[Shape] = ()
    labels: Sequence[tuple[str, BaseGeometry]] = ()


@dataclass(slots=True)
class _Pen:
    """Turns metres of a frame into path data in millimetres, cut at the frame with a little over."""

    frame: Frame
    cut: BaseGeometry = field(init=False)

    def __post_init__(self) -> None:
        over = 3 * self.frame.metres_per_mm
        west, south, east, north = self.frame.box
        self.cut = box(west - over, south - over, east + over, north + over)

    def point(self, x: float, y: float) -> tuple[float, float]:
        west, _, _, north = self.frame.box
        scale = self.frame.metres_per_mm
        return (x - west) / scale, (north - y) / scale

    def path(self, geometry: BaseGeometry) -> str:
        inside = shapely.intersection(geometry, self.cut)
        return "".join(self._rings(inside))

    def _rings(self, geometry: BaseGeometry) -> Iterable[str]:
        for part in shapely.get_parts(geometry):
            if part.is_empty:
                continue
            if part.geom_type == "Polygon":
                for ring in (part.exterior, *part.interiors):
                    yield self._line(ring) + "Z"
            elif part.geom_type == "LineString":
                yield self._line(part)
            elif part.geom_type in {"MultiLineString", "MultiPolygon", "GeometryCollection"}:
                yield from self._rings(part)

    def _line(self, line: BaseGeometry) -> str:
        west, _, _, north = self.frame.box
        at = shapely.get_coordinates(line)
        at = np.round((at - (west, north)) * (1, -1) / self.frame.metres_per_mm, 2)
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in at.tolist())


def paint_of(band: Band) -> Paint:
    """Return how a band of a sheet is painted."""
    fill = SEQUENTIAL[band.rank] if band.kind == "class" else FILLS[band.kind]
    return Paint(fill, tuple(one.id for one in band.members))


def draw(drawn: Drawn, at: tuple[float, float] | None = None) -> str:
    """Return the map as one SVG element, as large as its frame; ``at`` a point of a drawing it is part of."""
    pen, frame = _Pen(drawn.frame), drawn.frame
    parts = [
        _opened(frame.width, frame.height, at),
        f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="{PAPER}"/>',
        *_under(pen, drawn.ground),
        *_data(pen, drawn),
        *_streets(pen, drawn.ground),
        *_shapes(pen, drawn.shapes),
        *_quarters(pen, drawn.quarters),
    ]
    if drawn.chosen is not None:
        path = pen.path(drawn.chosen.geom)
        parts += [_stroke(path, "#ffffff", 1.5, 0.8), _stroke(path, INK, 0.8)]
    parts += [*_places(pen, drawn.places), *_names(pen, drawn), *_scale(frame), *_north(frame, drawn.north)]
    parts.append(
        f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="none" '
        f'stroke="{OUTLINE}" stroke-width=".3"/>'
    )
    return "".join([*parts, "</svg>"])


def ground_pictures(frame: Frame, ground: Sequence[Feature]) -> tuple[str, str]:
    """Return what lies under the territories, then the streets above them, as SVG without names."""
    pen = _Pen(frame)
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width:g} {frame.height:g}">'
    under, streets = ("".join(parts) for parts in (_under(pen, ground), _streets(pen, ground)))
    return f"{start}{under}</svg>", f"{start}{streets}</svg>"


def swatch(paint: Paint, at: tuple[float, float] | None = None) -> str:
    """Return what a paint looks like, as a small SVG for the legend; ``at`` as in ``draw``."""
    width, height = SWATCH_MM
    pen = _Pen(Frame(2154, (0, 0, width, height), width, height))
    marks = _marks(pen, paint.fill, box(0, 0, width, height)) if paint.fill in {HATCH, DOTS} else []
    return (
        f'{_opened(width, height, at)}<rect width="{width:g}" height="{height:g}" '
        f'fill="{_fill_of(paint)}" fill-opacity="{DATA_OPACITY}" stroke="{OUTLINE}" stroke-width=".3"/>'
        f"{''.join(marks)}</svg>"
    )


def _opened(width: float, height: float, at: tuple[float, float] | None) -> str:
    """Return the start of a drawing in millimetres: a picture of its own, or at a point of another one."""
    size = f'width="{width:g}mm" height="{height:g}mm"'
    if at is not None:
        size = f'x="{at[0]:g}" y="{at[1]:.2f}" width="{width:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:g} {height:g}" '
        f'font-family="{FAMILY}">'
    )


def _under(pen: _Pen, ground: Sequence[Feature]) -> list[str]:
    return [
        f'<path d="{path}" fill="{colour}"/>'
        for kind, colour in GROUND.items()
        if (path := "".join(pen.path(one.geom) for one in ground if one.kind == kind and _is_area(one)))
    ] + [
        _stroke(
            "".join(pen.path(one.geom) for one in ground if one.kind == "water" and not _is_area(one)),
            GROUND["water"],
            0.7,
        )
    ]


def _is_area(feature: Feature) -> bool:
    return bool(shapely.get_dimensions(feature.geom) == 2)


def _data(pen: _Pen, drawn: Drawn) -> list[str]:
    shapes = {outline.id: outline.geom for outline in drawn.outlines}
    parts = [f'<g opacity="{DATA_OPACITY}">']
    for paint in drawn.paints:
        path = "".join(pen.path(shapes[one]) for one in paint.ids if one in shapes)
        parts.append(f'<path d="{path}" fill="{_fill_of(paint)}" fill-rule="evenodd"/>')
    parts.append("</g>")
    for paint in drawn.paints:
        if paint.fill in {HATCH, DOTS}:
            for geometry in (shapes[one] for one in paint.ids if one in shapes):
                parts += _marks(pen, paint.fill, geometry)
    told = {one for paint in drawn.paints for one in paint.ids}
    lines = "".join(pen.path(geometry) for identity, geometry in shapes.items() if identity in told)
    return [*parts, _stroke(lines, OUTLINE, 0.2, 0.9)]


def _shapes(pen: _Pen, shapes: Sequence[Shape]) -> list[str]:
    return [
        f'<path d="{path}" fill="{shape.fill}" fill-opacity="{shape.opacity:g}" fill-rule="evenodd" '
        f'stroke="{shape.edge}" stroke-width="{shape.width:g}" stroke-linejoin="round"/>'
        for shape in shapes
        if (path := pen.path(shape.geom))
    ]


def _fill_of(paint: Paint) -> str:
    return ZERO if paint.fill in {HATCH, DOTS} else paint.fill


def _marks(pen: _Pen, fill: str, geometry: BaseGeometry) -> list[str]:
    """Return hatching for the unknown, dots for too few people: drawn, since printers drop patterns."""
    inside = shapely.intersection(geometry, pen.cut)
    if inside.is_empty:
        return []
    scale = pen.frame.metres_per_mm
    west, south, east, north = inside.bounds
    if fill == HATCH:
        step, tall = HATCH_MM * scale, north - south
        starts = np.arange(np.floor((west - tall) / step) * step, east, step)
        lines = MultiLineString([((x, south), (x + tall, north)) for x in starts])
        return [_stroke(pen.path(shapely.intersection(lines, inside)), "#7b868e", 0.25)]
    step = DOT_MM * scale
    grid = np.meshgrid(
        np.arange(np.ceil(west / step) * step, east, step),
        np.arange(np.ceil(south / step) * step, north, step),
    )
    points = shapely.points(np.column_stack([axis.ravel() for axis in grid]))
    held = points[shapely.contains(inside, points)]
    return [_dot(*pen.point(point.x, point.y), 0.3, "#7b868e") for point in held]


def _dot(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{fill}"/>'


def _streets(pen: _Pen, ground: Sequence[Feature]) -> list[str]:
    parts = []
    for rank, width in (*reversed(ROADS),):
        lines = "".join(
            pen.path(one.geom) for one in ground if one.kind == "road" and min(one.rank, 4) == rank
        )
        parts.append(_stroke(lines, "#ffffff", width, 0.75))
        parts.append(_stroke(lines, "#8b949a", THINNEST * width, 0.55))
    rails = "".join(pen.path(one.geom) for one in ground if one.kind == "railway")
    return [
        *parts,
        _stroke(rails, "#5d666d", 0.35, 0.8),
        _stroke(rails, "#ffffff", 0.18, 0.9, dashes="1.2 1.2"),
    ]


def _quarters(pen: _Pen, quarters: Sequence[Outline]) -> list[str]:
    path = "".join(pen.path(quarter.geom) for quarter in quarters)
    return [_stroke(path, "#ffffff", 1.3), _stroke(path, QPV, 0.65)]


def _stroke(path: str, colour: str, width: float, opacity: float = 1.0, dashes: str = "") -> str:
    if not path:
        return ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round" '
        f'stroke-linecap="round" stroke-opacity="{opacity:g}"{dashed}/>'
    )


def _places(pen: _Pen, places: Sequence[tuple[float, float, int]]) -> list[str]:
    """Return a disc a place, whose area grows with its practitioners; the smallest last, above the others."""
    parts = []
    for x, y, people in sorted(places, key=lambda place: -place[2]):
        left, top = pen.point(x, y)
        if 0 <= left <= pen.frame.width and 0 <= top <= pen.frame.height:
            radius = 0.75 * people**0.5
            parts += [_dot(left, top, radius + 0.25, "#ffffff"), _dot(left, top, radius, INK)]
    return parts


def _names(pen: _Pen, drawn: Drawn) -> list[str]:
    """Return the names that have room: labels, QPV, then places by rank; none over another, none cut."""
    labels = [(words, shapely.point_on_surface(geom), 3.2, INK, 600) for words, geom in drawn.labels]
    quarters = [(one.name, shapely.point_on_surface(one.geom), 2.9, QPV, 600) for one in drawn.quarters]
    told = {one.name for one in drawn.quarters}
    towns = [
        (feature.name, feature.geom, 2.7, "#3a444c", 400)
        for feature in sorted(drawn.ground, key=lambda one: one.rank)
        if feature.kind == "place" and feature.name and feature.name not in told
    ]
    taken: list[BaseGeometry] = [box(0, drawn.frame.height - 12, 60, drawn.frame.height)]
    parts = []
    for name, at, size, colour, weight in (*labels, *quarters, *towns):
        x, y = pen.point(at.x, at.y)
        half = len(name) * size * LETTER_MM / 2
        room = box(x - half - 0.5, y - size, x + half + 0.5, y + size * 0.4)
        inside = half < x < drawn.frame.width - half and size < y < drawn.frame.height - 1
        if inside and not any(room.intersects(other) for other in taken):
            taken.append(room)
            parts.append(_text(name, (x, y), size, colour, weight))
    return parts


def _text(words: str, at: tuple[float, float], size: float, colour: str, weight: int) -> str:
    place = (
        f'x="{at[0]:.2f}" y="{at[1]:.2f}" font-size="{size:g}" font-weight="{weight}" text-anchor="middle"'
    )
    return (
        f'<text {place} fill="#ffffff" stroke="#ffffff" stroke-width="{size / 4:g}" stroke-linejoin="round" '
        f'aria-hidden="true">{escape(words)}</text><text {place} fill="{colour}">{escape(words)}</text>'
    )


def _scale(frame: Frame) -> list[str]:
    metres = scale_bar(frame)
    long, bottom = metres / frame.metres_per_mm, frame.height - 4
    words = f"{metres / 1000:g}".replace(".", ",") + " km" if metres >= 1000 else f"{metres:g} m"
    line = f"M4 {bottom - 1.5:g}V{bottom:g}H{4 + long:.2f}V{bottom - 1.5:g}"
    return [
        _stroke(line, "#ffffff", 1.2),
        _stroke(line, INK, 0.4),
        _text(words, (4 + long / 2, bottom - 1.4), 2.8, INK, 400),
    ]


def _north(frame: Frame, angle: float) -> list[str]:
    x, y = frame.width - 8, 9
    half = NORTH_MM / 2
    arrow = f"M0 {-half:g}L2.2 {half:g}L0 {half - 1.6:g}L-2.2 {half:g}Z"
    return [
        f'<g transform="translate({x:g} {y:g}) rotate({angle:.2f})"><path d="{arrow}" fill="{INK}" '
        'stroke="#ffffff" stroke-width=".5"/></g>',
        _text("N", (x, y + half + 3.4), 3, INK, 600),
    ]
