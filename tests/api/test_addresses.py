"""Searching an address: by its beginning, without accents, in the published release only."""

import pytest
from small_city import write_city
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.pool import NullPool

from app.db import tables
from app.maps.addresses import take_apart

PATH = "/api/v1/addresses"
STREETS = {
    "RUE VICTOR HUGO": (1, 3, 5, 12, 20),
    "AVENUE VICTOR BASCH": (2,),
    "PLACE HOTEL VILLE": (None,),
    "IMPASSE BASSE_50": (1,),
}


@pytest.fixture(scope="module")
def ban_city(clone_database):
    """Return the address of a city whose BAN is loaded, and its first commune's code and name."""
    url = clone_database()
    write_city(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        release = connection.execute(
            select(tables.release.c.id).where(tables.release.c.status == "published")
        ).scalar_one()
        commune = connection.execute(
            text("SELECT code, name FROM published.territory WHERE level = 'commune' ORDER BY code")
        ).first()
        for number, used in (("1", True), ("2", False)):
            _load_ban(connection, commune.code, number, release if used else None)
    engine.dispose()
    return url, commune


@pytest.fixture
def searched(ban_city, open_client):
    """Return a client on that city, and the commune."""
    with open_client(ban_city[0]) as client:
        yield client, ban_city[1]


def _load_ban(connection, commune_code, name, release):
    """Load a BAN file; without a release nobody shows it."""
    file = connection.execute(
        insert(tables.source_file)
        .values(
            register="ban", part=name, variant="essai", vintage="2025-11-01", sha256=name.ljust(64, "0"),
            file_name="ban.csv", size_bytes=10, rows_in=1, rows_kept=1, rows_rejected=0,
        )
        .returning(tables.source_file.c.id)
    ).scalar_one()  # fmt: skip
    if release:
        connection.execute(insert(tables.release_input).values(release_id=release, source_file_id=file))
    streets = STREETS if release else {"RUE CACHEE": (1,)}
    for street, numbers in streets.items():
        keys = {"source_file_id": file, "commune_code": commune_code, "street_key": street}
        keys["street_core"] = street.partition(" ")[2]
        connection.execute(insert(tables.street).values(**keys, homonyms=False))
        connection.execute(
            insert(tables.address),
            [
                keys
                | {"ban_id": f"{street}{n}", "number": n, "geom": f"SRID=4326;POINT(-3.3 46.4{n or 0:02})"}
                for n in numbers
            ],
        )


def labels(client, asked, **more):
    answer = client.get(PATH, params={"q": asked, **more})
    assert answer.status_code == 200, answer.text
    return [item["label"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    "asked", ["12 rue victor hugo", "12, r. Víctor Hug", "12 HUGO", "12 rue Victor-Hugo 00100"]
)
def test_an_address_is_found_as_somebody_types_it(searched, asked):
    client, commune = searched
    first = client.get(PATH, params={"q": asked}).json()["items"][0]
    assert (first["label"], first["precision"]) == ("12 Rue Victor Hugo", "housenumber")
    assert (first["commune"], first["commune_code"]) == (commune.name, commune.code)
    assert (first["lon"], first["lat"]) == (-3.3, 46.412)


def test_a_street_is_found_by_its_beginning_and_its_commune(searched):
    client, commune = searched
    assert labels(client, "victor") == ["Rue Victor Hugo", "Avenue Victor Basch"]
    assert labels(client, f"hôtel de ville {commune.name}") == ["Place Hotel Ville"]
    assert labels(client, "victor nulle part") == []
    assert labels(client, "victor", limit=1) == ["Rue Victor Hugo"]


def test_a_number_that_the_street_lacks_is_told_as_the_street(searched):
    found = searched[0].get(PATH, params={"q": "13 rue victor hugo"}).json()["items"][0]
    assert (found["label"], found["precision"], found["lat"]) == ("Rue Victor Hugo", "street", 46.412)


def test_a_street_without_number_is_pointed_in_its_middle(searched):
    assert searched[0].get(PATH, params={"q": "rue victor hugo"}).json()["items"][0]["lat"] == 46.405


def test_a_file_that_no_release_shows_is_not_searched(searched):
    assert labels(searched[0], "rue cachee") == []


@pytest.mark.parametrize("asked", ["50%", "bass_", "'; DROP TABLE x; --", "..", "12", "75001"])
def test_signs_of_a_pattern_are_no_pattern(searched, asked):
    assert "Rue Victor Hugo" not in labels(searched[0], asked)


@pytest.mark.parametrize("q", [None, "", "a", "a" * 121, "rue\x00"])
def test_nothing_to_search_is_refused(searched, q):
    answer = searched[0].get(PATH, params={} if q is None else {"q": q})
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "q"


def test_a_repetition_is_told_from_the_first_letter_of_a_street():
    assert take_apart("3 b rue Basse").repetition == "BIS"
    assert take_apart("3 rue Basse").repetition == ""
