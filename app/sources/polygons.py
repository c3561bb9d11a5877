"""Rows of the registers of polygons: geometry checks, projection, then the same assembly as the others."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from app.sources.assemble import assemble
from app.sources.columns import Match, Record
from app.sources.layers import BATCH, PEEKED_FEATURES, Batch, Geometries, Layer
from app.sources.places import PROJECTED, WGS84, Guard, guess_srid, named
from app.sources.refusal import refusal
from app.sources.rows import Rejects, Row
from app.sources.texts import column_texts

POLYGONS = (3, 6)  # shapely's type numbers of Polygon and MultiPolygon
INVALID = "polygone non valide, réparé au chargement"


def polygon_rows(layer: Layer, found: Match, srid: int, rejects: Rejects) -> Iterator[Row]:
    """Yield the rows of a layer. Features without polygon or outside France are rejected with their rank."""
    records = polygon_records(layer, found, srid, rejects)
    return assemble(layer.path, found.variant, records, rejects)


def polygon_records(layer: Layer, found: Match, srid: int, rejects: Rejects) -> Iterator[tuple[int, Record]]:
    """Yield the records of a layer with ``geom`` (WKB in hexadecimal, 2D) and ``srid``.

    Raises SourceError when most of the polygons do not lie in France in this projection.
    """
    names = {key: layer.columns[position] for key, position in found.positions.items()}
    guard = Guard(layer.path, ("x", "y"))
    for batch in layer.batches(tuple(dict.fromkeys(names.values())), BATCH):
        kept, invalid = _sound(batch, rejects)
        xs, ys, known = centres(batch.geometries, srid)
        hexes = shapely.to_wkb(batch.geometries, hex=True, output_dimension=2)
        keys = tuple(names)
        columns = [column_texts(batch.values[name]) for name in names.values()]
        values = list(zip(*columns, strict=True))
        if len(invalid):
            codes = columns[keys.index("code")] if "code" in keys else []
            which = [str(codes[i] if len(codes) else f"objet {batch.first + int(i)}") for i in invalid]
            rejects.remark(INVALID, len(invalid), which)
        for i in kept:
            number = batch.first + int(i)
            if not guard.accept(float(xs[i]), float(ys[i]), known, number, rejects):
                continue
            record: Record = dict(zip(keys, values[i], strict=True))
            record["geom"], record["srid"] = str(hexes[i]), str(srid)
            yield number, record
    guard.close()


def _sound(batch: Batch, rejects: Rejects) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of the usable polygons, and of those of them to mend; the others are rejected."""
    geometries = batch.geometries
    missing = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    polygon = np.isin(shapely.get_type_id(geometries), POLYGONS)
    for i in np.flatnonzero(missing):
        rejects.add(batch.first + int(i), "polygone vide ou absent", "objet sans géométrie")
    for i in np.flatnonzero(~missing & ~polygon):
        rejects.add(batch.first + int(i), "géométrie qui n'est pas un polygone", str(geometries[i].geom_type))
    sound = ~missing & polygon
    return np.flatnonzero(sound), np.flatnonzero(sound & ~shapely.is_valid(geometries))


def centres(geometries: Geometries, srid: int) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Return the centres of the bounding boxes, in a projection whose French extent is known, and which."""
    bounds = shapely.bounds(geometries)
    xs, ys = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    if srid == WGS84 or srid in PROJECTED:
        return xs, ys, srid
    x84, y84 = Transformer.from_crs(srid, WGS84, always_xy=True).transform(xs, ys)
    return np.asarray(x84), np.asarray(y84), WGS84


def first_batch(layer: Layer, columns: tuple[str, ...]) -> Batch | None:
    """Return the first features of a layer, None when it has none."""
    return next(iter(layer.batches(columns, PEEKED_FEATURES)), None)


def settle_srid(layer: Layer, batch: Batch | None) -> tuple[int | None, tuple[str, ...]]:
    """Return the projection of a layer and what to tell about it; guessed by magnitude when not declared."""
    if layer.srid is not None or batch is None:
        return layer.srid, ()
    bounds = shapely.bounds(batch.geometries)
    bounds = bounds[~np.isnan(bounds).any(axis=1)]
    if not len(bounds):
        return None, ("aucun système de coordonnées déclaré",)
    x, y = (bounds[0, 0] + bounds[0, 2]) / 2, (bounds[0, 1] + bounds[0, 3]) / 2
    srid = guess_srid(float(x), float(y))
    if srid is None:
        what = f"Aucun système de coordonnées n'est déclaré, et x = {x:.6g}, y = {y:.6g} n'en dit aucun"
        raise refusal(layer.path, what, "Ajoutez le fichier .prj, ou reprojetez la couche en WGS84.", line=1)
    return srid, (f"système de coordonnées non déclaré : {named(srid)}, d'après l'ordre de grandeur",)
