"""Streets of a town drawn with a ruler over the small city: a square grid, and a lane linked to nothing."""

from dataclasses import dataclass
from pathlib import Path

import osmium
from small_city import City, square
from sqlalchemy import create_engine, insert, text
from sqlalchemy.pool import NullPool

from app.db import tables
from app.travel import store
from app.travel.graph import Graph, Ingredients, build_graph
from app.travel.timetable import Timetable

SIDE = 20  # streets each way
WEST, SOUTH, STEP_LON, STEP_LAT = -3.31, 46.398, 0.0013, 0.0009  # about 100 m
LANE = (-3.302, 46.424)  # its middle, a kilometre north of the grid
HOME = {"highway": "residential"}


@dataclass(frozen=True, slots=True)
class Town:
    """Where the graph lies, the graph, the database of the city it is in."""

    home: Path
    graph: Graph
    url: str


def write_streets(path: Path) -> None:
    """Write the grid and the lane as an extract."""
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for row in range(SIDE):
            for column in range(SIDE):
                place = (WEST + column * STEP_LON, SOUTH + row * STEP_LAT)
                writer.add_node(mutable.Node(id=1 + row * SIDE + column, location=place, version=1))
        for rank in range(3):
            place = (LANE[0] + (rank - 1) * STEP_LON, LANE[1])
            writer.add_node(mutable.Node(id=9_001 + rank, location=place, version=1))
        for line in range(SIDE):
            row = [1 + line * SIDE + rank for rank in range(SIDE)]
            writer.add_way(mutable.Way(id=1 + line, nodes=row, tags=HOME, version=1))
        for line in range(SIDE):
            column = [1 + rank * SIDE + line for rank in range(SIDE)]
            writer.add_way(mutable.Way(id=1_001 + line, nodes=column, tags=HOME, version=1))
        writer.add_way(mutable.Way(id=9_001, nodes=[9_001, 9_002, 9_003], tags=HOME, version=1))


def build_town(folder: Path, url: str, feed: Timetable | None = None) -> Town:
    """Build the graph, with a timetable if there is one, and write it into the store of the city."""
    extract = folder / "grid.osm.pbf"
    write_streets(extract)
    graph, _ = build_graph(folder, Ingredients(extract, "grid", feed=feed))
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        store.record(connection, graph, "grid")
    engine.dispose()
    return Town(folder, graph, url)


def write_squares(url: str, city: City, people: list[float]) -> None:
    """Write squares from west to east, each with its people, as many of each age."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for rank, count in enumerate(people):
            geom = square(-3.305 + rank * 0.0026, 46.404, 0.0018)
            number = connection.execute(
                insert(tables.territory)
                .values(
                    source_file_id=city.files["iris"],
                    level="carreau",
                    code=f"c{rank}",
                    name=f"c{rank}",
                    geom=geom,
                )
                .returning(tables.territory.c.id)
            ).scalar_one()
            connection.execute(
                insert(tables.cell).values(
                    territory_id=number, people=count / 2, share=1.0, ages=[1.0] * 10, imputed=False
                )
            )
            values = {"release": city.releases["new"], "number": number, "people": count}
            connection.execute(
                text("INSERT INTO territory.membership VALUES (:release, :number, '{}')"), values
            )
            connection.execute(
                text("""INSERT INTO territory.population
                        VALUES (:release, :number, 'all', 'T', :people, 0, 'cells')"""),
                values,
            )
    engine.dispose()
