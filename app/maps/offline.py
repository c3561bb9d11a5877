"""A map to take away as one HTML file that needs neither our server nor a network: folium, all inside."""

import base64
import json
from html import escape
from importlib.resources import files
from pathlib import Path

import folium
import numpy as np
from branca.element import Element, Figure
from pyproj import Transformer
from shapely import point_on_surface, to_geojson, transform
from shapely.geometry.base import BaseGeometry

from app.maps.drawing import (
    DATA_OPACITY,
    DOTS,
    HATCH,
    OUTLINE,
    QPV,
    ZERO,
    Drawn,
    ground_pictures,
)
from app.maps.ground import Outline
from app.maps.picture import Credits, Entry, Mark, Over, Picture

MERCATOR = 3857
# Of degrees: a decimetre.
DIGITS = 6
_TO_DEGREES = Transformer.from_crs(MERCATOR, 4326, always_xy=True)
# Leaflet draws territories at 400.
PANES, ORDERS = ("sol", "rues"), (150, 450)
# Of the names of the ground: towns and large quarters.
LAST_PLACE = 2
# What the page's own patterns are called.
PATTERNS = {HATCH: "url(#hatch)", DOTS: "url(#dots)"}


def offline_html(picture: Picture, drawn: Drawn, credit: Credits, leaflet: Path) -> str:
    """Return the whole file. ``drawn`` is in Web Mercator; ``leaflet`` the folder of that library."""
    west, south, east, north = picture.box
    page = folium.Map(tiles=None, control_scale=True, zoom_snap=0.25, attribution_control=False)
    # Its usual scripts and styles are on other sites: what the map needs is written inside.
    page.default_js, page.default_css = [], []
    figure = Figure(title=escape(picture.title))
    page.add_to(figure)
    figure.header.add_child(Element(_head(picture, leaflet)))
    figure.html.add_child(Element(_words(picture, credit)))
    _add_ground(page, drawn)
    _add_territories(page, picture, drawn)
    for over in picture.over:
        _shape(over.geom, _style_of(over)).add_to(page)
    for quarter in drawn.quarters:
        shape = _degrees(quarter.geom)
        _shape(shape, {"fill": False, "color": "#ffffff", "weight": 5.5}).add_to(page)
        _shape(shape, {"fill": False, "color": QPV, "weight": 2.5}).add_to(page)
    _add_names(page, drawn)
    for mark in sorted(picture.marks, key=lambda one: -one.radius):
        _disc(mark).add_to(page)
        if mark.text:
            _label((mark.latitude, mark.longitude), mark.text, "count").add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    written: str = figure.render()
    return written.replace("<html>", '<html lang="fr">', 1)


def _head(picture: Picture, leaflet: Path) -> str:
    style = (leaflet / "leaflet.css").read_text("utf-8")
    script = (leaflet / "leaflet.js").read_text("utf-8").split("//# sourceMappingURL")[0]
    own = files("app.maps").joinpath("templates", "offline.css").read_text("utf-8")
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<style>{style}{own}</style><script>{script}</script>"
    )


def _swatch(entry: Entry) -> str:
    if entry.round:
        return f'<circle cx="14" cy="7" r="6" fill="{entry.fill}"/>'
    return f'<rect width="28" height="14" fill="{PATTERNS.get(entry.fill, entry.fill)}"/>'


def _words(picture: Picture, credit: Credits) -> str:
    rows = "".join(
        f'<li><svg width="28" height="14">'
        f"{_swatch(one)}</svg>"
        f"<span>{escape(one.label)}</span><b>{len(one.ids) or ''}</b></li>"
        for one in picture.legend
    )
    return (
        f"<header><h1>{escape(picture.title)}</h1><p>{escape(picture.answer)}</p></header>"
        f'<section aria-label="Légende"><h2>{escape(picture.heading)}</h2><ul>{rows}</ul></section>'
        f"<footer>{'<br>'.join(escape(line) for line in credit.lines)}</footer>{_PATTERN_SVG}"
    )


_PATTERN_SVG = """<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="6" height="6" fill="#fff"/><path d="M0 0v6" stroke="#6b6f72" stroke-width="2"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>
<circle cx="3" cy="3" r=".9" fill="#8a9298"/></pattern></defs></svg>"""


def _add_ground(page: folium.Map, drawn: Drawn) -> None:
    """Lay water and parks under the territories, and streets above them."""
    west, south, east, north = _TO_DEGREES.transform_bounds(*drawn.frame.box)
    for pane, order, svg in zip(PANES, ORDERS, ground_pictures(drawn.frame, drawn.ground), strict=True):
        folium.map.CustomPane(pane, z_index=order, pointer_events=False).add_to(page)
        folium.raster_layers.ImageOverlay(
            "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode(),
            bounds=[[south, west], [north, east]],
            alt="",
            pane=pane,
        ).add_to(page)


def _add_names(page: folium.Map, drawn: Drawn) -> None:
    """Name the QPV, then the places of the ground that are not called the same."""
    named = {one.name: (one.geom, "qpv") for one in drawn.quarters}
    for feature in drawn.ground:
        if feature.kind == "place" and feature.name and feature.rank <= LAST_PLACE:
            named.setdefault(feature.name, (feature.geom, "place"))
    for name, (geometry, kind) in named.items():
        at = _degrees(point_on_surface(geometry))
        _label((at.y, at.x), name, kind).add_to(page)


def _label(at: tuple[float, float], text: str, kind: str) -> folium.CircleMarker:
    # A tooltip that stays: a marker would first ask for the picture of a pin.
    words = folium.Tooltip(escape(text), permanent=True, direction="center", class_name=f"label {kind}")
    return folium.CircleMarker(at, radius=0, stroke=False, fill=False, interactive=False, tooltip=words)


def _add_territories(page: folium.Map, picture: Picture, drawn: Drawn) -> None:
    fills = {one: entry.paint.fill for entry in picture.legend for one in entry.ids}
    features = [
        _feature(outline, fills[outline.id], picture) for outline in drawn.outlines if outline.id in fills
    ]
    if features:
        tooltip = folium.GeoJsonTooltip(["told"], labels=False)
        folium.GeoJson({"type": "FeatureCollection", "features": features}, tooltip=tooltip).add_to(page)


def _feature(outline: Outline, fill: str, picture: Picture) -> dict[str, object]:
    style = {
        "fillColor": PATTERNS.get(fill, fill),
        "fillOpacity": 1 if fill in PATTERNS or fill == ZERO else DATA_OPACITY,
        "color": OUTLINE,
        "weight": 1.1,
    }
    # folium writes this inside the page as it is.
    told = escape(picture.told.get(outline.id, outline.name))
    geometry = _geojson(_degrees(outline.geom))
    return {
        "type": "Feature",
        "id": outline.id,
        "properties": {"told": told, "style": style},
        "geometry": geometry,
    }


def _style_of(over: Over) -> dict[str, object]:
    return {
        "fill": over.fill != "none",
        "fillColor": over.fill,
        "fillOpacity": over.opacity,
        "stroke": over.edge != "none",
        "color": over.edge,
        "weight": over.width,
    }


def _shape(geometry: BaseGeometry, style: dict[str, object]) -> folium.GeoJson:
    feature = {"type": "Feature", "properties": {"style": style}, "geometry": _geojson(geometry)}
    return folium.GeoJson({"type": "FeatureCollection", "features": [feature]}, interactive=False)


def _disc(mark: Mark) -> folium.CircleMarker:
    return folium.CircleMarker(
        (mark.latitude, mark.longitude),
        radius=mark.radius,
        color="#ffffff",
        weight=1,
        fill=True,
        fill_color=mark.fill,
        fill_opacity=0.9,
        interactive=False,
    )


def _degrees(geometry: BaseGeometry) -> BaseGeometry:
    return transform(geometry, lambda at: np.round(np.column_stack(_TO_DEGREES.transform(*at.T)), DIGITS))


def _geojson(geometry: BaseGeometry) -> object:
    return json.loads(to_geojson(geometry))
