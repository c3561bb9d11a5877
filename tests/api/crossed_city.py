"""The small city with one practitioner in its QPV, people on both sides of it, and households."""

from typing import Any

from small_city import City, write_city, write_gaps
from sqlalchemy import create_engine, insert, text
from sqlalchemy.pool import NullPool

from app.db import tables

# code, people, of them in a QPV, households, poor, single parents, alone, mean standard of living
HOUSEHOLDS = (
    ("001010101", 1500.0, 0.0, 600.0, 60.0, 48.0, 240.0, 25_000.0, False),
    ("001010102", 1000.0, 600.0, 400.0, 160.0, 80.0, 120.0, 15_000.0, False),
    ("001020101", 20.0, 0.0, 8.0, 3.0, 2.0, 1.0, 20_000.0, True),
    ("QN00001M", 400.0, 400.0, 160.0, 64.0, 32.0, 48.0, 14_000.0, False),
)


def write_crossed(url: str) -> City:
    """Write the city; the QPV lies half in each of two IRIS of 1 000 people, one a commune."""
    city = write_city(url)
    engine = create_engine(url, poolclass=NullPool)
    release, zone = city.releases["new"], city.territories["001010102"]
    with engine.begin() as connection:
        connection.execute(
            text("""INSERT INTO territory.population (release_id, territory_id, age_class, sex, value, method)
                    SELECT :release, :zone, age_class, sex, 1000 * part, 'iris'
                    FROM (VALUES ('all', 'T', 1.0), ('all', 'F', 0.5), ('0-14', 'T', 0.4)) v
                      (age_class, sex, part)"""),
            {"release": release, "zone": zone},
        )
        connection.execute(
            text("UPDATE supply.placement SET territories = territories || :qpv WHERE site_id = :street"),
            {"qpv": city.territories["QN00001M"], "street": city.sites["street"]},
        )
        connection.execute(insert(tables.need), [_household(city, row) for row in HOUSEHOLDS])
        city.connection = connection
        write_gaps(city)
    engine.dispose()
    return city


def _household(city: City, row: tuple[Any, ...]) -> dict[str, Any]:
    code, people, priority, households, poor, single_parent, alone, income, hidden = row
    return {
        "release_id": city.releases["new"],
        "territory_id": city.territories[code],
        "people": people,
        "priority_people": priority,
        "households": households,
        "poor_households": poor,
        "single_parent_households": single_parent,
        "one_person_households": alone,
        "income_sum": people * income,
        "hidden": hidden,
    }
