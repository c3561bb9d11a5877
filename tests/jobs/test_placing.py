"""The chain that places an address: SIRET, street with a slip, its commune however written, the geocoder."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from small_registers import GP, activity, annuaire, at, ban, communes, finess, point, table
from sqlalchemy import Row
from store import Store

from app.errors import SourceError
from app.indicators.publish import build
from app.supply import resemblance
from app.supply.fuzzy import Likeness, Street, StreetList, resembling
from app.supply.geoplateforme import Answer, Question

DAY, LATER = date(2025, 1, 1), date(2025, 7, 1)
COMMUNES = {
    **{"00101": (0, 0, 1000, 1000), "00201": (1000, 0, 2000, 1000), "01001": (0, 1000, 1000, 2000)},
    **dict.fromkeys(["75056", "69123", "13055", "97801", "97701"]),
}


def big(commune: str, postcode: str, town: str, x: float) -> dict[str, object]:
    """Return the one address of a far commune."""
    return {"commune": commune, "postcode": postcode, "town": town, "number": 5, "place": (x, 5000)} | {
        "street": "Rue du Marché"
    }


ADDRESSES = [
    *({"number": n, "street": "Rue des Tanneurs", "place": (100 + n, 100)} for n in (4, 6)),
    {"number": 2, "street": "Boulevard du Général Leclerc", "place": (300, 100)},
    {"number": 7, "street": "Rue Hélène Boucher", "place": (400, 100)},
    *({"number": n, "street": "Rue des Lilas", "place": (500, 100 + n)} for n in (1, 3, 9)),
    *({"number": n, "street": "Impasse des Lilas", "place": (900, 900 + n)} for n in (2, 4, 9)),
    *({"number": n, "street": "Rue Marie Curie", "place": (600, 100 + n)} for n in (1, 8)),
    *({"number": n, "street": "Rue Pierre Curie", "place": (100, 900 + n)} for n in (1, 5)),
    {"number": 5, "street": "Rue du Marché", "place": (1500, 500), "commune": "00201"}
    | {"town": "Bourg-Marin", "postcode": "00200"},
    big("75115", "75015", "Paris 15e Arrondissement", 7501),
    big("75116", "75016", "Paris 16e Arrondissement", 7502),
    big("69383", "69003", "Lyon 3e Arrondissement", 6901),
    big("13208", "13008", "Marseille 8e Arrondissement", 1301),
    big("97801", "97150", "Saint-Martin", 9781),
    big("97701", "97133", "Saint-Barthélemy", 9771),
]
APART = "33333333300033"
ESTABLISHMENTS = [
    {"finess": "000000011", "place": (750, 750), "siret": "11111111100011"},
    {"finess": "000000022", "place": (100, 900), "siret": "22222222200022"},
    {"finess": "000000033", "place": (200, 200), "siret": APART},
    {"finess": "000000034", "place": (800, 800), "siret": APART},
    {"finess": "000000055", "place": (500, 1500)},
]
HOME = {"commune": "00101"}
MARKET = {"number": "5", "type": "Rue", "street": "DU MARCHE"}
WRITTEN = {
    "slip": at("6", "DES TANNERUS") | HOME,
    "lost accents": at("7", "HLNE BOUCHER") | HOME,
    "initial": at("7", "H BOUCHER") | HOME,
    "abbreviated slip": at("2", "DU GAL LECELRC", kind="BD") | HOME,
    "slip, number near": at("9", "DU GAL LECELRC", kind="BD") | HOME,
    "slip, number far": at("99", "DU GAL LECELRC", kind="BD") | HOME,
    "first name left out, number decides": at("8", "CURIE") | HOME,
    "first name left out, both": at("1", "CURIE") | HOME,
    "no type, number decides": at("3", "DES LILAS", kind="") | HOME,
    "no type, both": at("9", "DES LILAS", kind="") | HOME,
    "other type, two streets": at("3", "DES LILAS", kind="Quai") | HOME,
    "range": at("4-6", "DES TANNEURS") | HOME,
    "siret": at("1", "NULLE PART") | HOME | {"siret": "11111111100011"},
    "siret elsewhere": at("4", "DES TANNEURS") | HOME | {"siret": "22222222200022"},
    "siret of two places": at("2", "NULLE PART") | HOME | {"siret": APART},
    "paris by code and postcode": MARKET | {"commune": "75056", "postcode": "75015"},
    "paris by arrondissement": MARKET | {"commune": "75115"},
    "paris by town": MARKET | {"postcode": "75015", "town": "PARIS"},
    "paris 75116": MARKET | {"commune": "75056", "postcode": "75116"},
    "lyon": MARKET | {"commune": "69123", "postcode": "69003"},
    "marseille": MARKET | {"commune": "13055", "postcode": "13008"},
    "saint-martin by postcode": MARKET | {"postcode": "97150", "town": "MARIGOT"},
    "saint-martin by old code": MARKET | {"commune": "97127", "postcode": "97150"},
    "saint-barthelemy by old code": MARKET | {"commune": "97123"},
    "paris without street": {"commune": "75115"},
    "cedex of two communes": MARKET | {"office": "00777 BOURG MARIN CEDEX"},
    "wrong postcode": MARKET | {"postcode": "00999", "town": "BOURG MARIN"},
}
CEDEX = [{"cedex": "00777", "libelle": "X", "insee": commune} for commune in ("00101", "00201")]


def lines(written: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    return [
        activity(f"8{rank:011d}", GP, fields, family=kind)
        for rank, (kind, fields) in enumerate(written.items())
    ]


def load_ground(store: Store) -> None:
    folder = store.folder
    store.load(communes(folder, COMMUNES))
    store.load(ban(folder, ADDRESSES))
    store.load(table(folder / "cedex_2025.csv", CEDEX))


@pytest.fixture(scope="module")
def placed(module_store: Store) -> Store:
    """Return a city with one practitioner for each way of writing an address."""
    load_ground(module_store)
    module_store.load(finess(module_store.folder, DAY, ESTABLISHMENTS))
    module_store.load(annuaire(module_store.folder, DAY, lines(WRITTEN)))
    module_store.release()
    return module_store


def of_practitioner(store: Store, kind: str) -> Row[Any]:
    return store.rows(
        "SELECT pl.location_class, pl.method, pl.score, ST_X(pl.geom) AS x, ST_Y(pl.geom) AS y,"
        " t.code AS commune"
        " FROM published.placement pl JOIN supply.practice p ON p.site_id = pl.site_id"
        " JOIN supply.practitioner r ON r.id = p.practitioner_id"
        " LEFT JOIN territory.territory t ON t.id = pl.commune_id WHERE r.family_name = :kind",
        kind=kind,
    )[0]


@pytest.mark.parametrize(
    ("kind", "method", "place"),
    [
        ("slip", "ban_fuzzy", (106, 100)),
        ("lost accents", "ban_fuzzy", (400, 100)),
        ("initial", "ban_fuzzy", (400, 100)),
        ("abbreviated slip", "ban_fuzzy", (300, 100)),
        ("first name left out, number decides", "ban_fuzzy", (600, 108)),
        ("no type, number decides", "ban_without_type", (500, 103)),
        ("range", "ban_exact", (104, 100)),
        ("siret elsewhere", "ban_exact", (104, 100)),
        ("paris by code and postcode", "ban_exact", (7501, 5000)),
        ("paris by arrondissement", "ban_exact", (7501, 5000)),
        ("paris by town", "ban_exact", (7501, 5000)),
        ("paris 75116", "ban_exact", (7502, 5000)),
        ("lyon", "ban_exact", (6901, 5000)),
        ("marseille", "ban_exact", (1301, 5000)),
        ("saint-martin by postcode", "ban_exact", (9781, 5000)),
        ("saint-martin by old code", "ban_exact", (9781, 5000)),
        ("saint-barthelemy by old code", "ban_exact", (9771, 5000)),
        ("cedex of two communes", "ban_exact", (1500, 500)),
        ("wrong postcode", "ban_exact", (1500, 500)),
    ],
)
def test_an_address_is_placed_at_its_number(
    placed: Store, kind: str, method: str, place: tuple[float, float]
) -> None:
    found = of_practitioner(placed, kind)
    assert (found.location_class, found.method) == ("housenumber", method)
    assert (found.x, found.y) == pytest.approx(point(*place), abs=1e-6)
    assert 0.5 < found.score <= 1.0


@pytest.mark.parametrize(
    "kind",
    [
        *("slip, number far", "first name left out, both", "no type, both", "other type, two streets"),
        "siret of two places",
    ],
)
def test_what_could_be_elsewhere_stays_at_its_commune(placed: Store, kind: str) -> None:
    found = of_practitioner(placed, kind)
    assert (found.location_class, found.method, found.x) == ("municipality", "commune", None)


def test_a_street_nearly_sure_without_the_number_is_only_the_street(placed: Store) -> None:
    found = of_practitioner(placed, "slip, number near")
    assert (found.location_class, found.method) == ("street", "ban_fuzzy")
    assert found.score < 0.6


def test_the_siret_of_an_establishment_places_who_practises_there(placed: Store) -> None:
    found = of_practitioner(placed, "siret")
    assert (found.location_class, found.method) == ("finess", "siret")
    assert (found.x, found.y) == pytest.approx(point(750, 750), abs=1e-6)


def test_an_arrondissement_counts_for_the_whole_commune(placed: Store) -> None:
    found = of_practitioner(placed, "paris without street")
    assert (found.location_class, found.commune) == ("municipality", "75056")


def test_coordinates_in_another_departement_are_refused(placed: Store) -> None:
    method = placed.one("SELECT method FROM published.establishment WHERE finess = '000000055'")
    assert method == "commune"


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return the written streets that are compared, as it happens."""
    seen: list[str] = []

    def recorded(written: Street, streets: StreetList) -> list[Likeness]:
        seen.append(written.key)
        return resembling(written, streets)

    monkeypatch.setattr(resemblance, "resembling", recorded)
    return seen


def test_a_next_vintage_compares_only_new_streets(store: Store, compared: list[str]) -> None:
    load_ground(store)
    first = {kind: WRITTEN[kind] for kind in ("slip", "lost accents", "siret")}
    store.load(annuaire(store.folder, DAY, lines(first)))
    store.release()
    assert sorted(compared) == ["RUE HLNE BOUCHER", "RUE NULLE PART", "RUE TANNERUS"]
    compared.clear()
    store.load(annuaire(store.folder, LATER, lines(first | {"initial": WRITTEN["initial"]})))
    store.release()
    assert compared == ["RUE H BOUCHER"]
    assert of_practitioner(store, "slip").method == "ban_fuzzy"


def test_a_new_ban_is_compared_with_anew(store: Store, compared: list[str]) -> None:
    load_ground(store)
    store.load(annuaire(store.folder, DAY, lines({"slip": WRITTEN["slip"]})))
    store.release()
    store.load(ban(store.folder, ADDRESSES[2:], name="adresses-00-2025-06.csv"), LATER)
    store.load(annuaire(store.folder, LATER, lines({"slip": WRITTEN["slip"]})))
    store.release()
    assert compared == ["RUE TANNERUS"] * 2
    assert of_practitioner(store, "slip").method == "commune"


class Oracle:
    """An online geocoder that answers one thing, or stays silent."""

    def __init__(self, commune_code: str | None) -> None:
        self.commune_code = commune_code
        self.asked: list[Question] = []

    def locate(self, questions: Sequence[Question]) -> Iterator[list[Answer]]:
        self.asked += questions
        if self.commune_code is None:
            raise SourceError("silence")
        longitude, latitude = point(550, 550)
        yield [Answer(q.key, longitude, latitude, "housenumber", 0.9, self.commune_code) for q in questions]


def built_with(store: Store, oracle: Oracle, day: date) -> dict[str, Row[Any]]:
    kinds = {"nowhere": at("12", "NULLE PART") | HOME | {"repetition": "B"}, "range": WRITTEN["range"]}
    store.load(annuaire(store.folder, day, lines(kinds)))
    with store.engine.begin() as connection:
        release = build(connection, day, oracle).id
        connection.exec_driver_sql("UPDATE ops.release SET status = 'retired'")
        connection.exec_driver_sql(f"UPDATE ops.release SET status = 'published' WHERE id = {release}")
    return {kind: of_practitioner(store, kind) for kind in kinds}


def test_the_online_geocoder_is_asked_once_and_only_for_what_the_ban_lacks(store: Store) -> None:
    load_ground(store)
    oracle = Oracle("00101")
    found = built_with(store, oracle, DAY)
    assert oracle.asked == [
        Question("00101|12BIS|RUE NULLE PART", "12 BIS", "Rue NULLE PART", "00100", "00101")
    ]
    assert (found["nowhere"].location_class, found["nowhere"].method) == ("housenumber", "geoplateforme")
    assert (found["nowhere"].x, found["nowhere"].y) == pytest.approx(point(550, 550), abs=1e-6)
    assert found["range"].method == "ban_exact"
    assert built_with(store, oracle, LATER)["nowhere"].method == "geoplateforme"
    assert len(oracle.asked) == 1


def test_an_answer_in_another_departement_is_refused(store: Store) -> None:
    load_ground(store)
    assert built_with(store, Oracle("35238"), DAY)["nowhere"].method == "commune"


def test_a_silent_geocoder_leaves_addresses_at_their_commune_and_is_asked_again(store: Store) -> None:
    load_ground(store)
    oracle = Oracle(None)
    assert built_with(store, oracle, DAY)["nowhere"].method == "commune"
    oracle.commune_code = "00101"
    assert built_with(store, oracle, LATER)["nowhere"].method == "geoplateforme"
