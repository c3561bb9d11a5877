"""The table of formats: the name of each, its media type, the end of its file's name, and who may ask it."""

from dataclasses import dataclass
from typing import Literal, get_args

PlaceForm = Literal["json", "geojson"]
TableForm = Literal["json", "ndjson", "csv", "xlsx", "parquet", "gpkg"]
MapForm = Literal["json", "geojson", "ndjson", "csv", "xlsx", "parquet", "gpkg"]
PLACE_FORMS: tuple[str, ...] = get_args(PlaceForm)
TABLE_FORMS: tuple[str, ...] = get_args(TableForm)
MAP_FORMS: tuple[str, ...] = get_args(MapForm)


@dataclass(frozen=True, slots=True)
class Format:
    """One form of an answer. ``is_file``: a download; ``outlined``: it draws what it lists."""

    media_type: str
    suffix: str
    label: str
    is_file: bool = True
    outlined: bool = False

    @property
    def bare_type(self) -> str:
        """Return the media type without its parameters."""
        return self.media_type.partition(";")[0]


FORMATS: dict[str, Format] = {
    "json": Format("application/json", "json", "JSON", is_file=False),
    "geojson": Format("application/geo+json", "geojson", "GeoJSON", is_file=False, outlined=True),
    "ndjson": Format("application/x-ndjson", "ndjson", "JSON, un objet par ligne"),
    "csv": Format("text/csv; charset=utf-8", "csv", "CSV"),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "Excel"),
    "parquet": Format("application/vnd.apache.parquet", "parquet", "GeoParquet", outlined=True),
    "gpkg": Format("application/geopackage+sqlite3", "gpkg", "GeoPackage", outlined=True),
}


def draws(form: str) -> bool:
    """Say whether a form needs the outlines of what it lists."""
    return FORMATS[form].outlined
