"""The town drawn with a ruler, with its times on foot, and people whom no street comes near."""

from dataclasses import dataclass
from pathlib import Path

from grid_streets import LANE, Town, build_town, write_squares
from pydantic import SecretStr
from small_city import City, square, write_city
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app.indicators.cells import store_splits
from app.settings import Settings
from app.travel.search import StreetSearch
from app.travel.times import complete_times

PEOPLE = [100.0, 200.0, 400.0]  # two squares in the first IRIS, one in the second
LOST = 50.0  # people of a square by the lane, in no IRIS, near no street that leads anywhere
TOTALS = {"001010101": 300.0, "001010102": 400.0, "00101": 750.0}
POPULATION = """
    INSERT INTO territory.population
    VALUES (:release, :id, 'all', 'T', :people, 0, 'iris')
    ON CONFLICT (release_id, territory_id, age_class, sex) DO UPDATE SET value = excluded.value"""
SQUARE = """
    INSERT INTO territory.territory (source_file_id, level, code, name, geom)
    SELECT source_file_id, level, 'lost', 'lost', :geom FROM territory.territory WHERE code = 'c0'
    RETURNING id"""
CELL = """
    INSERT INTO territory.cell (territory_id, people, share, households, poor_households, ages, imputed)
    VALUES (:id, :people, 1, :people / 2, :people / 10, NULL, true)"""


@dataclass(frozen=True, slots=True)
class ServedTown:
    """A town with its times on foot, and the numbers of what was written in it."""

    town: Town
    city: City

    def settings(self) -> Settings:
        """Return settings on the town."""
        return Settings(
            home=self.town.home,
            database_url=SecretStr(self.town.url),
            log_format="text",
            threads=4,
            _env_file=None,
        )


def build_served(folder: Path, url: str) -> ServedTown:
    """Write the city, its squares, its streets, and compute its times on foot."""
    city = write_city(url)
    write_squares(url, city, PEOPLE)
    town = build_town(folder, url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        _write_people(connection, city)
        graph = connection.execute(text("SELECT id FROM network.graph")).scalar_one()
        complete_times(connection, StreetSearch(town.graph.streets(), "walk"), graph, city.releases["new"])
        store_splits(connection, city.releases["new"])
    engine.dispose()
    return ServedTown(town, city)


def _write_people(connection: Connection, city: City) -> None:
    """Make squares, IRIS and communes agree, and tell households of the squares."""
    release = city.releases["new"]
    for code, people in TOTALS.items():
        connection.execute(
            text(POPULATION), {"release": release, "id": city.territories[code], "people": people}
        )
    geom = square(LANE[0], LANE[1], 0.0018)
    lost = connection.execute(text(SQUARE), {"geom": geom}).scalar_one()
    connection.execute(text(CELL), {"id": lost, "people": LOST})
    connection.execute(
        text("INSERT INTO territory.membership VALUES (:release, :id, '{}')"),
        {"release": release, "id": lost},
    )
    connection.execute(text(POPULATION), {"release": release, "id": lost, "people": LOST})
    above = [city.territories["00101"], city.territories["00"]]
    connection.execute(
        text("""UPDATE territory.membership SET parents = :above
                WHERE territory_id IN (SELECT id FROM territory.territory WHERE level = 'carreau')"""),
        {"above": above},
    )
    connection.execute(
        text("UPDATE territory.cell SET households = people / 2, poor_households = people / 10")
    )
