"""Parquet (GeoParquet) and GeoPackage, written batch by batch from the same Arrow columns."""

from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from app.api.formats.about import About
from app.api.formats.cells import plain, text
from app.api.formats.listed import BATCH_LINES, Column, Item, Kind, Listed

GEOMETRY = "geometry"
# The version of GeoParquet whose metadata is written; without « crs » coordinates are longitude, latitude.
GEOPARQUET = "1.1.0"
TYPES: dict[Kind, pa.DataType] = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "date": pa.date32(),
    "text": pa.string(),
}
READERS: dict[Kind, Callable[[Any], Any]] = {"bool": plain, "int": plain, "date": plain, "text": text}


def write_parquet(listed: Listed, about: About, path: Path) -> None:
    """Write parquet; GeoParquet 1.1 (WKB) when the list has outlines."""
    columns = listed.described()
    metadata = {"observatoire": orjson.dumps(about.told)}
    if listed.geometry:
        metadata["geo"] = orjson.dumps(_geo(listed.geometry))
    schema = schema_of(columns, listed).with_metadata(metadata)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches(listed, columns, schema):
            writer.write_batch(batch)


def write_gpkg(listed: Listed, about: About, path: Path) -> None:
    """Write a GeoPackage of one layer, named after its file; without outlines it is a table of attributes."""
    # For who asks for this format: it takes 100 MB and a second to load.
    from pyogrio import write_arrow  # noqa: PLC0415

    columns = listed.described()
    schema = schema_of(columns, listed)
    description = " ".join(f"{name} : {value}." for name, value in about.told.items())
    outlined = {"geometry_name": GEOMETRY, "crs": "EPSG:4326"} if listed.geometry else {}
    write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches(listed, columns, schema)),
        path,
        layer="observatoire",
        driver="GPKG",
        geometry_type=listed.geometry,
        layer_metadata=dict(about.told),
        layer_options={"IDENTIFIER": about.title, "DESCRIPTION": description},
        **outlined,
    )


def _geo(geometry: str) -> dict[str, object]:
    told = {"encoding": "WKB", "geometry_types": [geometry]}
    return {"version": GEOPARQUET, "primary_column": GEOMETRY, "columns": {GEOMETRY: told}}


def schema_of(columns: Sequence[Column], listed: Listed) -> pa.Schema:
    """Return the Arrow schema of a list: each field says what it holds."""
    fields = [
        pa.field(column.name, TYPES[column.kind], metadata={"description": column.meaning})
        for column in columns
    ]
    if listed.geometry:
        fields.append(pa.field(GEOMETRY, pa.binary()))
    return pa.schema(fields)


def batches(listed: Listed, columns: Sequence[Column], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield the lines of a list, a few thousand at a time."""
    for lines in batched(listed.flat(), BATCH_LINES):
        arrays = [
            pa.array(map(READERS.get(column.kind, plain), (line.get(column.name) for line in lines)), type_)
            for column, type_ in zip(columns, schema.types, strict=False)
        ]
        if listed.geometry:
            arrays.append(pa.array(_wkb(listed, lines), pa.binary()))
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _wkb(listed: Listed, lines: Sequence[Item]) -> list[bytes | None]:
    """Return the outline of each line as WKB; None where it has none."""
    if listed.geometry == "Point":
        lonlat = np.array([(line["lon"], line["lat"]) for line in lines], dtype=np.float64)
        drawn = shapely.points(lonlat)
        drawn[np.isnan(lonlat).any(axis=1)] = None
    else:
        drawn = shapely.from_geojson([listed.outline(line) for line in lines])
        single = shapely.get_type_id(drawn) == shapely.GeometryType.POLYGON
        # One type a layer: QGIS makes two of a mixture.
        drawn[single] = [shapely.multipolygons([one]) for one in drawn[single]]
    found: list[bytes | None] = shapely.to_wkb(drawn).tolist()
    return found
