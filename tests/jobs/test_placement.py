"""Where sites are placed, how well that is known, and which territories count them."""

from datetime import date
from typing import Any

import pytest
from small_registers import (
    GP,
    activity,
    annuaire,
    at,
    ban,
    cedex,
    communes,
    finess,
    iris,
    point,
    qpv,
    table,
)
from sqlalchemy import Row
from store import Store

DAY = date(2025, 1, 1)
IRIS = {
    "001010101": (0, 0, 500, 1000),
    "001010102": (500, 0, 1000, 1000),
    "002010101": (1000, 0, 2000, 1000),
}
COMMUNES = {"00101": (0, 0, 1000, 1000), "00201": (1000, 0, 2000, 1000), "00301": None}
ADDRESSES = [
    {"number": 12, "street": "Rue du Môle", "place": (100, 100)},
    {"number": 12, "rep": "bis", "street": "Rue du Môle", "place": (120, 100)},
    {"number": 20, "street": "Rue du Môle", "place": (180, 100)},
    {"number": 7, "street": "Rue Double", "id": "00101_0100_00007", "place": (200, 700)},
    {"number": 7, "street": "Rue Double", "id": "00101_0200_00007", "place": (900, 900)},
    {"number": 7, "street": "Rue Ancienne", "id": "ADRNIVX_1", "place": (300, 700)},
    {"number": 8, "street": "Rue Ancienne", "id": "ADRNIVX_2", "place": (310, 700)},
    {"number": 1, "street": "Avenue du Phare", "place": (700, 100)},
    {"number": 1, "street": "Place du Port", "place": (800, 800)},
    {"number": 1, "street": "Rue du Port", "place": (200, 800)},
    {"number": 5, "street": "Rue du Môle", "commune": "00201", "town": "Ville 00201", "postcode": "00200"}
    | {"place": (1500, 500)},
    {"number": 3, "street": "Rue Vieille", "commune": "00201", "town": "Ville 00201", "postcode": "00200"}
    | {"old": "00999", "old_name": "Vieux Bourg", "place": (1600, 500)},
]
FAR = (200_000, 100)
ESTABLISHMENTS = [
    {"finess": "000000011", "place": (750, 750), "street": "DU MOLE", "type": "R", "number": "12"},
    {"finess": "000000022", "place": FAR, "street": "DU MOLE", "type": "R", "number": "20"},
    {"finess": "000000033", "place": None, "street": "DU MOLE", "type": "R", "number": "12"},
    {"finess": "000000044", "place": FAR, "street": "INCONNUE", "type": "R"},
    {"finess": "000000055", "place": (500, 500)},
]
HOME = {"commune": "00101"}
WRITTEN = {
    "exact number": at("12", "DU MOLE") | HOME,
    "repetition": at("12", "DU MOLE") | HOME | {"repetition": "B"},
    "nearest number": at("18", "DU MOLE") | HOME,
    "no number": at("", "DU MOLE") | HOME,
    "lone name": at("1", "DU PHARE", kind="Boulevard") | HOME,
    "two names": at("1", "DU PORT", kind="Quai") | HOME,
    "unknown street": at("1", "NULLE PART") | HOME,
    "two streets of one name": at("7", "DOUBLE") | HOME,
    "other BAN ids": at("7", "ANCIENNE") | HOME,
    "no number, other BAN ids": at("", "ANCIENNE") | HOME,
    "by postcode and town": at("12", "DU MOLE"),
    "by cedex": at("12", "DU MOLE") | {"postcode": "00112", "town": "", "office": "00112 AUBRELLE CEDEX"},
    "cedex unknown": at("12", "DU MOLE") | {"postcode": "00119", "town": "", "office": "00119 LOIN CEDEX"},
    "merged commune by code": {"commune": "00999", "number": "3", "street": "RUE VIEILLE"},
    "merged commune by name": {"office": "00200 VIEUX BOURG", "number": "3", "street": "RUE VIEILLE"},
    "other département": {"postcode": "35000", "town": "AILLEURS", "number": "1", "street": "RUE X"},
    "nothing": {},
}


@pytest.fixture(scope="module")
def placed(module_store: Store) -> Store:
    """Return a published city with one practitioner for each way of writing an address."""
    store, folder = module_store, module_store.folder
    store.load(communes(folder, COMMUNES))
    store.load(iris(folder, IRIS))
    store.load(qpv(folder, {"QN00101M": ("00101", (0, 0, 500, 500))}))
    store.load(ban(folder, ADDRESSES))
    store.load(cedex(folder, {"00112": "00101"}))
    store.load(finess(folder, DAY, ESTABLISHMENTS))
    lines = [
        activity(f"8{rank:011d}", GP, fields, family=kind)
        for rank, (kind, fields) in enumerate(WRITTEN.items())
    ]
    lines.append(activity("899999999999", GP, finess="000000011", family="in a FINESS site"))
    store.load(annuaire(folder, DAY, lines))
    store.release()
    return store


def of_practitioner(store: Store, kind: str) -> Row[Any]:
    return store.rows(
        "SELECT pl.location_class, pl.method, pl.score, ST_X(pl.geom) AS x, ST_Y(pl.geom) AS y,"
        " ARRAY(SELECT t.level || ':' || t.code FROM published.territory t"
        "       WHERE t.id = ANY(pl.territories) ORDER BY 1) AS inside"
        " FROM published.placement pl JOIN supply.practice p ON p.site_id = pl.site_id"
        " JOIN supply.practitioner r ON r.id = p.practitioner_id WHERE r.family_name = :kind",
        kind=kind,
    )[0]


def of_establishment(store: Store, number: str) -> Row[Any]:
    return store.rows(
        "SELECT location_class, ST_X(geom) AS x, ST_Y(geom) AS y FROM published.establishment"
        " WHERE finess = :n",
        n=number,
    )[0]


@pytest.mark.parametrize(
    ("kind", "location_class", "place"),
    [
        ("exact number", "housenumber", (100, 100)),
        ("repetition", "housenumber", (120, 100)),
        ("nearest number", "street", (180, 100)),
        ("by postcode and town", "housenumber", (100, 100)),
        ("by cedex", "housenumber", (100, 100)),
        ("lone name", "housenumber", (700, 100)),
        ("other BAN ids", "housenumber", (300, 700)),
        ("merged commune by code", "housenumber", (1600, 500)),
        ("merged commune by name", "housenumber", (1600, 500)),
        ("in a FINESS site", "finess", (750, 750)),
    ],
)
def test_a_place_has_its_class_and_its_point(
    placed: Store, kind: str, location_class: str, place: tuple[float, float]
) -> None:
    found = of_practitioner(placed, kind)
    assert found.location_class == location_class
    assert (found.x, found.y) == pytest.approx(point(*place), abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "houses"),
    [
        ("no number", [(100, 100), (120, 100), (180, 100)]),
        ("no number, other BAN ids", [(300, 700), (310, 700)]),
    ],
)
def test_a_street_without_number_is_placed_on_one_of_its_houses(
    placed: Store, kind: str, houses: list[tuple[float, float]]
) -> None:
    found = of_practitioner(placed, kind)
    assert found.location_class == "street"
    assert (found.x, found.y) in [pytest.approx(point(*house), abs=1e-6) for house in houses]


@pytest.mark.parametrize(
    ("kind", "location_class"),
    [
        ("unknown street", "municipality"),
        ("two names", "municipality"),
        ("two streets of one name", "municipality"),
        ("cedex unknown", "none"),
        ("other département", "none"),
        ("nothing", "none"),
    ],
)
def test_a_town_is_not_a_place(placed: Store, kind: str, location_class: str) -> None:
    found = of_practitioner(placed, kind)
    assert (found.location_class, found.x, found.y) == (location_class, None, None)
    assert not [name for name in found.inside if name.startswith(("iris:", "qpv:", "carreau:"))]


def test_a_sure_match_scores_higher_than_a_loose_one(placed: Store) -> None:
    scores = [of_practitioner(placed, kind).score for kind in ("exact number", "lone name", "nearest number")]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0


def test_a_placed_site_is_in_every_level_around_it(placed: Store) -> None:
    assert of_practitioner(placed, "exact number").inside == [
        *("commune:00101", "departement:00", "epci:000000001"),
        *("iris:001010101", "qpv:QN00101M", "region:00"),
    ]


def test_coordinates_of_finess_stand_before_its_address(placed: Store) -> None:
    found = of_establishment(placed, "000000011")
    assert found.location_class == "finess"
    assert (found.x, found.y) == pytest.approx(point(750, 750), abs=1e-6)


def test_coordinates_200_km_off_are_not_believed_and_the_address_is_used(placed: Store) -> None:
    found = of_establishment(placed, "000000022")
    assert found.location_class == "housenumber"
    assert (found.x, found.y) == pytest.approx(point(180, 100), abs=1e-6)


def test_coordinates_200_km_off_without_usable_address_leave_the_commune(placed: Store) -> None:
    assert of_establishment(placed, "000000044").location_class == "municipality"


def test_an_establishment_without_coordinates_is_placed_by_its_address(placed: Store) -> None:
    assert of_establishment(placed, "000000033").location_class == "housenumber"


def test_a_point_on_the_border_of_two_iris_counts_once(placed: Store) -> None:
    inside = placed.one(
        "SELECT count(*) FROM published.establishment e JOIN published.territory t"
        " ON t.id = ANY(e.territories) AND t.level = 'iris' WHERE e.finess = '000000055'"
    )
    assert inside == 1


def test_only_placed_people_enter_the_counts_of_iris_and_the_commune_says_how_many_are_not(
    placed: Store,
) -> None:
    counts = placed.counts("medecin_generaliste")
    assert counts["iris", "001010101"].headcount == 8
    assert counts["iris", "001010102"].headcount == 2
    assert counts["iris", "002010101"].headcount == 2
    home = counts["commune", "00101"]
    assert (home.headcount, home.unlocated) == (13, 3)
    assert all(row.unlocated == 0 for (level, _), row in counts.items() if level in ("iris", "qpv"))


def test_head_counts_of_iris_add_up_to_the_placed_part_of_the_commune(placed: Store) -> None:
    counts = placed.counts("pharmacie", "establishment")
    iris_total = sum(row.headcount for (level, _), row in counts.items() if level == "iris")
    commune = counts["commune", "00101"]
    assert (iris_total, commune.headcount, commune.unlocated) == (4, 5, 1)


def test_without_commune_the_departement_is_read_from_the_postcode(store: Store) -> None:
    folder = store.folder
    codes = {"00101": None, "2A004": None, "2B033": None, "97120": None, "97801": None}
    rows = [
        {
            "code": code,
            "nom": f"Ville {code}",
            "codeEpci": "1",
            "codeDepartement": code[: 3 if code[1] == "7" else 2],
        }
        | {"departement": {"code": code[: 3 if code[1] == "7" else 2], "nom": "D"}}
        for code in codes
    ]
    from small_registers import layer

    store.load(layer(folder / "communes_2025.geojson", [(row, None) for row in rows]))
    written = {
        "00": "00780",
        "2A": "20167",
        "2B": "20290",
        "971": "97111",
        "978": "97150",
    }
    lines = [
        activity(f"8{rank:011d}", GP, postcode=postcode, town=f"INCONNUE {rank}", number="1", street="RUE X")
        for rank, postcode in enumerate(written.values())
    ]
    lines.append(activity("899999999999", GP, postcode="00780", town="ABROAD", country="99109"))
    store.load(annuaire(folder, DAY, lines))
    store.release()
    counts = store.counts("medecin_generaliste")
    found = {code: row.headcount for (level, code), row in counts.items() if level == "departement"}
    assert found == dict.fromkeys(written, 1)
    abroad = store.one(
        "SELECT count(*) FROM published.practice WHERE NOT liberal AND cardinality(territories) > 0"
    )
    assert abroad == 0


def test_a_ban_resaved_with_its_header_repeated_still_places(store: Store) -> None:
    rows = [
        {"id": "a", "numero": 1, "nom_voie": "Rue Haute", "code_insee": "00101", "lon": point(10, 10)[0]}
        | {"lat": point(10, 10)[1]}
    ]
    store.load(table(store.folder / "adresses-00-2025-01.csv", rows * 2))
    assert store.one("SELECT count(*) FROM supply.address") == 1
