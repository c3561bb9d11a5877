"""How map programs draw our layers: TileJSON, MapLibre and QGIS styles, in the colours of the site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from app.indicators.wording import LEVEL_NAMES
from app.maps.tiles import BASE, LAYERS, MAX_ZOOM, PLACES, TILE_LAYERS

ATTRIBUTION = "© les contributeurs d'OpenStreetMap (fond) · sources publiques, Licence Ouverte 2.0"
WATER, PARK, ROAD, RAIL = "#d9e0e4", "#f7f9f5", "#c9cbcb", "#a9abac"
INK, BLUE, WHITE, PAPER = "#1d2226", "#1f5a99", "#ffffff", "#f1f2f2"
# The outline of a priority neighbourhood is never mistaken for another: wide, with a white halo.
QPV_WIDTH, WIDTH, HALO = 2.5, 1.0, 2.0
# QGIS measures lines in millimetres: a pixel of 96 to the inch.
MM = 25.4 / 96

type Style = dict[str, object]


@dataclass(frozen=True, slots=True)
class Paint:
    """How a layer of ours is drawn: the colour and the width (pixels) of its outline."""

    colour: str
    width: float


def paint_of(layer: str) -> Paint:
    """Return how a layer of contours or places is drawn."""
    return Paint(INK, QPV_WIDTH) if layer == "qpv" else Paint(BLUE if layer == PLACES else RAIL, WIDTH)


def layer_label(layer: str) -> str:
    """Return the French name of a layer of ``TILE_LAYERS``.

    >>> [layer_label(name) for name in ("base", "lieux", "iris")]
    ['Fond de carte', "Lieux d'exercice", 'IRIS']
    """
    if layer == BASE:
        return "Fond de carte"
    return "Lieux d'exercice" if layer == PLACES else LEVEL_NAMES[layer].label_plural  # type: ignore[index]


def tilejson(layer: str, release: int, site: str, bounds: Sequence[float] | None) -> dict[str, object]:
    """Return the TileJSON 3.0.0 of a layer; ``bounds`` are west, south, east, north in degrees."""
    fields: Mapping[str, str] = {"code": "Code officiel", "name": "Nom"}
    if layer == PLACES:
        fields = {"sites": "Nombre de lieux d'exercice à ce point"}
    names, fields = (LAYERS, {"name": "Nom", "rank": "Rang"}) if layer == BASE else ((layer,), fields)
    told: dict[str, object] = {
        "tilejson": "3.0.0",
        "name": layer_label(layer),
        "version": f"{release}.0.0",
        "attribution": ATTRIBUTION,
        "scheme": "xyz",
        "tiles": [f"{site}/tiles/{release}/{layer}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "vector_layers": [{"id": name, "fields": dict(fields)} for name in names],
    }
    return told | ({"bounds": list(bounds)} if bounds else {})


def maplibre(layer: str, tilejson_address: str) -> Style:
    """Return a MapLibre style (version 8) that draws one layer from its TileJSON."""
    return {
        "version": 8,
        "name": layer_label(layer),
        "sources": {"observatoire": {"type": "vector", "url": tilejson_address}},
        "layers": [{**one, "source": "observatoire"} for one in _drawn(layer)],
    }


def _drawn(layer: str) -> list[Style]:
    if layer == BASE:
        return [
            _fill("park", PARK),
            _fill("water", WATER),
            _line("railway", RAIL, 0.8),
            _line("road", ROAD, 1.2),
        ]
    paint = paint_of(layer)
    if layer == PLACES:
        circle = {"circle-radius": 4, "circle-color": paint.colour, "circle-stroke-color": WHITE}
        circle["circle-stroke-width"] = paint.width
        return [{"id": layer, "type": "circle", "source-layer": layer, "paint": circle}]
    halo = _line(layer, WHITE, paint.width + HALO) | {"id": f"{layer}-halo"}
    return [halo, _line(layer, paint.colour, paint.width)]


def _fill(name: str, colour: str) -> Style:
    return {"id": name, "type": "fill", "source-layer": name, "paint": {"fill-color": colour}}


def _line(name: str, colour: str, width: float) -> Style:
    painted = {"line-color": colour, "line-width": width}
    return {"id": name, "type": "line", "source-layer": name, "paint": painted}


def qgis(layer: str) -> str:
    """Return the QML that draws a layer of contours or places read through OGC API, with its names.

    The base map has none: QGIS reads its MapLibre style.
    """
    paint = paint_of(layer)
    if layer == PLACES:
        symbol = _symbol(
            "marker",
            "SimpleMarker",
            {
                "name": "circle",
                "color": _rgb(paint.colour),
                "outline_color": _rgb(WHITE),
                "size": f"{8 * MM:.2f}",
            },
        )
        field = "name"
    else:
        outline = {"outline_color": _rgb(paint.colour), "outline_width": f"{paint.width * MM:.2f}"}
        symbol = _symbol("fill", "SimpleFill", {"style": "no", "outline_style": "solid", **outline})
        field = "name" if layer != "iris" else "code"
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.34" styleCategories="Symbology|Labeling" labelsEnabled="1">\n'
        f'<renderer-v2 type="singleSymbol" enableorderby="0"><symbols>{symbol}</symbols></renderer-v2>\n'
        f'<labeling type="simple"><settings calloutType="simple">{_label(field)}</settings></labeling>\n'
        "</qgis>\n"
    )


def _symbol(kind: str, painter: str, options: Mapping[str, str]) -> str:
    told = "".join(
        f'<Option type="QString" name={quoteattr(name)} value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    layer = (
        f'<layer class="{painter}" enabled="1" locked="0" pass="0"><Option type="Map">{told}</Option></layer>'
    )
    return f'<symbol type="{kind}" name="0" alpha="1" clip_to_extent="1">{layer}</symbol>'


def _label(field: str) -> str:
    halo = f'<text-buffer bufferDraw="1" bufferSize="0.6" bufferColor="{_rgb(WHITE)}"/>'
    return (
        f'<text-style fieldName="{field}" fontSize="8" textColor="{_rgb(INK)}">{halo}</text-style>'
        '<rendering scaleVisibility="1" scaleMin="100000" scaleMax="0"/>'
    )


def _rgb(colour: str) -> str:
    """Return a colour as QGIS writes it.

    >>> _rgb("#1f5a99")
    '31,90,153,255'
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def drawn_layers() -> tuple[str, ...]:
    """Return the layers that have a QGIS style."""
    return tuple(name for name in TILE_LAYERS if name != BASE)
