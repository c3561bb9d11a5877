"""A release of squares and sites at chosen places, written straight into the store."""

from datetime import date

import numpy as np
import shapely
from sqlalchemy import Connection, text

DAY = date(2025, 11, 3)
HALF = 0.0008  # degrees: about half a square

FILE = """
    INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,
                                 rows_kept, rows_rejected, superseded)
    VALUES (:register, 'test', :day, 'sha', 'f', 1, 1, 1, 0, true) RETURNING id"""
RELEASE = "INSERT INTO ops.release (vintage, fingerprint, status) VALUES (:day, 'x', :status) RETURNING id"
SQUARE = """
    INSERT INTO territory.territory (source_file_id, level, code, name, geom)
    VALUES (:file, :level, :code, :code, ST_Multi(ST_GeomFromWKB(:wkb, 4326))) RETURNING id"""
SITE = """
    INSERT INTO supply.site (key) VALUES (:key)
    ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id"""
CELL = "INSERT INTO territory.cell (territory_id, people, share, imputed) VALUES (:id, :people, 1, false)"
MEMBER = "INSERT INTO territory.membership (release_id, territory_id, parents) VALUES (:release, :id, '{}')"
PLACEMENT = """
    INSERT INTO supply.placement (release_id, site_id, geom, location_class, method, territories)
    VALUES (:release, :site, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :kind, 'test', '{}')"""


def release(connection: Connection, status: str = "built") -> int:
    """Add an empty release with its partition of placements."""
    number: int = connection.execute(text(RELEASE), {"day": DAY, "status": status}).scalar_one()
    connection.execute(
        text(
            f"CREATE TABLE supply.placement_release_{number} PARTITION OF supply.placement "
            f"FOR VALUES IN ({number})"
        )
    )
    return number


def territories(
    connection: Connection, places: np.ndarray, level: str = "carreau", people: float = 10.0
) -> list[int]:
    """Add a square around each place, inhabited when it is a carreau, and return their numbers."""
    file = connection.execute(text(FILE), {"register": "filosofi", "day": DAY}).scalar_one()
    made = []
    for number, (lon, lat) in enumerate(places.tolist()):
        wkb = shapely.to_wkb(shapely.box(lon - HALF, lat - HALF, lon + HALF, lat + HALF))
        values = {"file": file, "level": level, "code": f"{level}{number}", "wkb": wkb}
        made.append(connection.execute(text(SQUARE), values).scalar_one())
    if level == "carreau":
        connection.execute(text(CELL), [{"id": one, "people": people} for one in made])
    return made


def member(connection: Connection, number: int, made: list[int]) -> None:
    """Make territories part of a release."""
    connection.execute(text(MEMBER), [{"release": number, "id": one} for one in made])


def place(
    connection: Connection,
    number: int,
    places: dict[str, tuple[float, float] | None],
    kind: str = "housenumber",
) -> dict[str, int]:
    """Place sites in a release, by their key, and return their numbers."""
    made = {}
    for key, point in places.items():
        made[key] = connection.execute(text(SITE), {"key": key}).scalar_one()
        connection.execute(
            text(PLACEMENT),
            {
                "release": number,
                "site": made[key],
                "lon": point and point[0],
                "lat": point and point[1],
                "kind": kind,
            },
        )
    return made
