"""Staged polygons, cells and populations into the typed store of territories."""

from collections.abc import Callable

from sqlalchemy import Connection

from app.db.sql import load
from app.territory.simplify import store_shapes

PACKAGE = "app.territory"


def load_iris(connection: Connection, source_file_id: int) -> None:
    """Store IRIS, the communes they make up, and the quartiers that the file names."""
    _store_polygons(connection, "iris_polygons", source_file_id)
    _run(connection, "iris_communes", source_file_id)
    _run(connection, "iris_quartiers", source_file_id)
    store_shapes(connection, source_file_id)


def load_qpv(connection: Connection, source_file_id: int) -> None:
    """Store QPV, and the communes they name."""
    _store_polygons(connection, "qpv_polygons", source_file_id)
    _run(connection, "qpv_communes", source_file_id)
    store_shapes(connection, source_file_id)


def load_quartiers(connection: Connection, source_file_id: int) -> None:
    """Store the city's own quartiers."""
    _store_polygons(connection, "quartier_polygons", source_file_id)
    store_shapes(connection, source_file_id)


def load_communes(connection: Connection, source_file_id: int) -> None:
    """Store communes and every level above them."""
    _store_polygons(connection, "commune_polygons", source_file_id)
    _run(connection, "communes_above", source_file_id)
    store_shapes(connection, source_file_id)


def load_cells(connection: Connection, source_file_id: int) -> None:
    """Store the squares of 200 m with their people."""
    _store_polygons(connection, "cell_polygons", source_file_id)
    _run(connection, "cell_store", source_file_id)
    store_shapes(connection, source_file_id)


def load_iris_population(connection: Connection, source_file_id: int) -> None:
    """Store IRIS populations by age and sex."""
    _run(connection, "iris_population_store", source_file_id)


def load_qpv_table(connection: Connection, source_file_id: int) -> None:
    """Store the populations that INSEE publishes for QPV."""
    _run(connection, "qpv_table_store", source_file_id)


def load_basemap(connection: Connection, source_file_id: int) -> None:
    """Store what is drawn under the maps."""
    _run(connection, "basemap_store", source_file_id)


def load_timetable(_connection: Connection, _source_file_id: int) -> None:
    """Store nothing: the graph of each release reads the kept archive."""


LOADERS: dict[str, Callable[[Connection, int], None]] = {
    "iris": load_iris,
    "qpv": load_qpv,
    "quartiers": load_quartiers,
    "communes": load_communes,
    "filosofi": load_cells,
    "iris_population": load_iris_population,
    "qpv_table": load_qpv_table,
    "osm": load_basemap,
    "gtfs": load_timetable,
}


def _run(connection: Connection, name: str, source_file_id: int) -> None:
    connection.execute(load(PACKAGE, name), {"source_file_id": source_file_id})


def _store_polygons(connection: Connection, name: str, source_file_id: int) -> None:
    connection.execute(load(PACKAGE, "polygon_table"))
    connection.execute(load(PACKAGE, name))
    _run(connection, "polygon_store", source_file_id)
