"""A map as a page shows it, drawn again here as a file to take away."""

from datetime import date
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from app.api.schemas.pictures import PictureBody
from app.api.sheets import told_sources
from app.api.snapshot import Release
from app.errors import ParameterError
from app.maps.drawing import OUTLINE, Drawn, Shape
from app.maps.ground import ground_of, outlines_of
from app.maps.paper import PAPERS, Box, Paper, framed, legal_projection, north_angle
from app.maps.picture import COMMUNE_MM, PIXEL, Credits, Entry, Mark, Over, Picture, map_paper, picture_svg

WGS84 = 4326
# Of degrees: a box of less shows nothing.
SMALLEST = 1e-4


def credit_of(connection: Connection, release: Release, body: PictureBody, site: str, day: date) -> Credits:
    """Return where a picture comes from; ``site`` is the address of our pages."""
    link = f"{site.rstrip('/')}/{body.query}"
    return Credits(told_sources(connection, {body.level, "qpv"}), release.id, release.vintage, link, day)


def picture_of(body: PictureBody) -> Picture:
    """Return what a page sent. Raises ParameterError for a box or a shape that is none."""
    west, south, east, north = body.box
    if east - west < SMALLEST or north - south < SMALLEST:
        raise ParameterError(
            "box",
            "Le cadre de la carte est vide : l'est doit dépasser l'ouest, et le nord le sud.",
            hint="Donnez ouest, sud, est, nord, en degrés.",
        )
    # A little over, so that no edge is drawn along the frame.
    across, up = (east - west) / 2, (north - south) / 2
    seen = (west - across, south - up, east + across, north + up)
    over = [
        Over(_geometry(one.geometry, rank, seen), one.fill, one.edge, one.width, one.opacity)
        for rank, one in enumerate(body.shapes)
    ]
    return Picture(
        title=body.title,
        answer=body.answer,
        heading=body.heading,
        level=body.level,
        box=body.box,
        legend=[Entry(one.fill, one.label, tuple(one.ids), one.round) for one in body.legend],
        told=body.told,
        marks=[Mark(one.lon, one.lat, one.radius, one.fill, one.text) for one in body.marks],
        over=over,
    )


def svg_of(connection: Connection, picture: Picture, credit: Credits, fonts: Path | None) -> str:
    """Return a picture as SVG, in the legal projection of the place."""
    west, south, east, north = picture.box
    srid = legal_projection((west + east) / 2, (south + north) / 2)
    drawn = _drawn(connection, picture, srid, map_paper(picture, credit))
    return picture_svg(picture, drawn, credit, fonts)


def html_of(connection: Connection, picture: Picture, credit: Credits, leaflet: Path) -> str:
    """Return a picture as one HTML file that moves and zooms without a network."""
    # For who takes the file: it takes a second to load.
    from app.maps.offline import MERCATOR, offline_html  # noqa: PLC0415

    return offline_html(picture, _drawn(connection, picture, MERCATOR, PAPERS["A3"]), credit, leaflet)


def _drawn(connection: Connection, picture: Picture, srid: int, paper: Paper) -> Drawn:
    west, south, east, north = picture.box
    to_frame = Transformer.from_crs(WGS84, srid, always_xy=True)
    frame = framed(srid, to_frame.transform_bounds(west, south, east, north), paper, 0.0)
    outlines = outlines_of(connection, frame, list(dict.fromkeys([picture.level, "commune", "qpv"])))
    told = {one for entry in picture.legend for one in entry.ids}
    limits = [
        Shape(one.geom, "none", OUTLINE, COMMUNE_MM, 0)
        for one in outlines
        if one.level == "commune" and picture.level != "commune"
    ]
    return Drawn(
        frame=frame,
        ground=ground_of(connection, frame),
        outlines=[one for one in outlines if one.id in told],
        paints=[entry.paint for entry in picture.legend],
        quarters=[one for one in outlines if one.level == "qpv"],
        chosen=None,
        places=(),
        north=north_angle(frame, (west + east) / 2, (south + north) / 2),
        shapes=[*limits, *(_shape(one, to_frame) for one in picture.over)],
    )


def _shape(over: Over, to_frame: Transformer) -> Shape:
    geometry = shapely.transform(over.geom, lambda at: np.column_stack(to_frame.transform(*at.T)))
    return Shape(geometry, over.fill, over.edge, over.width * PIXEL, over.opacity)


def _geometry(said: dict[str, object], rank: int, seen: Box) -> BaseGeometry:
    """Return the geometry of one shape, cut at ``seen``. Raises ParameterError naming it when it is none."""
    try:
        geometry = shape(said)
        valid = shapely.make_valid(geometry)
    except (ShapelyError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise _no_geometry(rank) from error
    # Far from the frame no projection holds; what is empty has bounds of NaN, which compare false.
    west, south, east, north = geometry.bounds
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return shapely.intersection(valid, shapely.box(*seen))
    raise _no_geometry(rank)


def _no_geometry(rank: int) -> ParameterError:
    return ParameterError(
        "shapes",
        f"La forme n° {rank + 1} n'est pas une géométrie GeoJSON en degrés.",
        hint="Envoyez la carte telle que la page la montre.",
    )
