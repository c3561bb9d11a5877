"""Points that somebody keeps in a file: the body of the API, GeoJSON, or a table with lon and lat."""

import csv
import io
from pathlib import Path
from typing import Annotated

import orjson
import typer

from app.api.asked_points import AskedPoint, points_of
from app.errors import ParameterError

PointsOption = Annotated[
    Path | None,
    typer.Option(
        "--points",
        metavar="FICHIER",
        help="Points : corps de l'API (.json), GeoJSON, ou CSV avec les colonnes lon, lat et id.",
    ),
]
FORM = "Colonnes attendues : lon et lat en degrés, et id si vous voulez, séparées par « , » ou « ; »."


def read_points_file(path: Path) -> list[AskedPoint]:
    """Return the points of a file. Raises ParameterError when it cannot be read, is empty or too long."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ParameterError("points", f"Le fichier {path} ne se lit pas : {error.strerror}.") from error
    if path.suffix.lower() == ".csv":
        return points_of(orjson.dumps({"points": _of_table(path, body)}))
    said = _json(body)
    if isinstance(said, dict) and said.get("type") == "FeatureCollection":
        return points_of(orjson.dumps({"points": [_of_feature(one) for one in _features(said)]}))
    return points_of(body)


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None  # refused where the API refuses it, in the same words


def _features(said: dict[str, object]) -> list[object]:
    features = said.get("features")
    if not isinstance(features, list):
        raise ParameterError("points", "Ce GeoJSON n'a pas de liste « features ».")
    return features


def _of_feature(feature: object) -> dict[str, object]:
    """Return a point of GeoJSON as the API writes it; one that is no point is named among the refused."""
    if not isinstance(feature, dict):
        return {}
    geometry, properties = feature.get("geometry"), feature.get("properties")
    named = feature.get("id", properties.get("id") if isinstance(properties, dict) else None)
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point" or not isinstance(place, list):
        return {"id": named}
    return {"id": named, **dict(zip(("lon", "lat"), place, strict=False))}


def _of_table(path: Path, body: bytes) -> list[dict[str, object]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParameterError("points", f"Le fichier {path} n'est pas en UTF-8.", hint=FORM) from error
    header, _, _ = text.partition("\n")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",")
    columns = {name.strip().lower(): name for name in rows.fieldnames or ()}
    if not {"lon", "lat"} <= columns.keys():
        raise ParameterError("points", f"Le fichier {path} n'a pas de colonnes lon et lat.", hint=FORM)
    named = columns.get("id")
    return [
        {
            "id": row[named] if named else None,
            **{side: _degrees(row[columns[side]]) for side in ("lon", "lat")},
        }
        for row in rows
    ]


def _degrees(written: str | None) -> float | str | None:
    """Return a number of degrees, a comma taken for a point; what is none stays as written, to be refused."""
    try:
        return float((written or "").strip().replace(",", "."))
    except ValueError:
        return written
