"""Emergencies: what hospitals are authorised to, counted like a profession, unknown without its file."""

import warnings
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from small_registers import GP, activity, annuaire, at, ban, communes, finess, iris, iris_population
from starlette.exceptions import StarletteDeprecationWarning
from store import Store

from app.api.main import create_app
from app.errors import CheckError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

DAY = date(2025, 1, 1)
HOSPITAL, CLINIC, PHARMACY = "000010001", "000010002", "000010003"


def activities(folder: Path, *lines: str, header: str = "finess;activite;modalite") -> Path:
    """Write what establishments are authorised to, dated by its name."""
    path = folder / "activites_20250101.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def load_town(store: Store, *authorised: str, groups: Sequence[str] = ()) -> None:
    """Load a commune of two IRIS, a hospital, a clinic, a pharmacy, and what they are authorised to."""
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 800, 400)}))
    store.load(iris(folder, {"001010101": (0, 0, 400, 400), "001010102": (400, 0, 800, 400)}))
    store.load(iris_population(folder, {"001010101": 1200, "001010102": 600}))
    store.load(ban(folder, [{"number": 1, "street": "Rue Haute", "place": (100, 100)}]))
    places = [
        {"finess": HOSPITAL, "category": "355", "place": (100, 100)},
        {"finess": CLINIC, "category": "365", "place": (500, 100)},
        {"finess": PHARMACY, "category": "620", "place": (500, 200)},
    ]
    store.load(finess(folder, DAY, places))
    store.load(annuaire(folder, DAY, [activity("810000000001", GP, at("1", "HAUTE"), commune="00101")]))
    if authorised:
        store.load(activities(folder, *authorised))
    if groups:
        path = folder / "groupes_2025.csv"
        path.write_text("\n".join(["regroupement;profession", *groups]) + "\n", encoding="utf-8")
        store.load(path)
    store.release()


EVERYTHING = (
    f"{HOSPITAL};14;23",
    f"{HOSPITAL};14;24",
    f"{HOSPITAL};01;00",
    f"{CLINIC};14;22",
    f"{PHARMACY};02;",
)


def test_a_hospital_authorised_in_two_forms_is_one_emergency_and_a_mobile_team_is_none(store: Store) -> None:
    load_town(store, *EVERYTHING)
    found = store.counts("urgences", "establishment")
    assert {place: row.headcount for place, row in found.items() if place[0] == "iris"} == {
        ("iris", "001010101"): 1
    }
    assert (found["commune", "00101"].headcount, found["commune", "00101"].weight) == (1, 1.0)
    # What it is by its category stays.
    assert store.counts("hopital", "establishment")["commune", "00101"].headcount == 2


def test_a_group_of_hospitals_and_emergencies_counts_an_establishment_once(store: Store) -> None:
    load_town(store, *EVERYTHING, groups=("Recours;hopital", "Recours;urgences"))
    assert store.counts("recours", "establishment")["commune", "00101"].headcount == 2
    with TestClient(create_app(store.settings)) as client:
        sites = client.get("/api/v1/practices", params={"profession": "recours"}).json()["items"]
    assert sorted(site["finess"] for site in sites) == [HOSPITAL, CLINIC]


def test_without_its_file_nothing_says_that_there_is_no_emergency(store: Store) -> None:
    load_town(store, groups=("Recours;hopital", "Recours;urgences", "Soins;hopital"))
    with TestClient(create_app(store.settings)) as client:
        listed = {one["profession"] for one in client.get("/api/v1/professions").json()["items"]}
        refused = client.get("/api/v1/densities", params={"profession": "urgences", "level": "commune"})
    # A group that would lack some of its members is not counted either.
    assert listed & {"urgences", "recours", "soins"} == {"soins"}
    assert refused.status_code == 404
    assert "aucun fichier ne les dit" in refused.json()["detail"]
    assert refused.json()["hint"]


def test_an_emergency_is_found_wherever_establishments_are(store: Store) -> None:
    load_town(store, *EVERYTHING)
    asked = {"profession": "urgences"}
    with TestClient(create_app(store.settings)) as client:
        sites = client.get("/api/v1/practices", params=asked).json()["items"]
        density = client.get("/api/v1/densities", params=asked | {"level": "iris"}).json()["items"]
        past = client.get("/api/v1/trends", params=asked | {"level": "commune"})
        portrait = client.get("/api/v1/territories/commune/00101").json()["indicators"]
    assert [site["finess"] for site in sites] == [HOSPITAL]
    assert [item["headcount"] for item in density] == [1, 0]
    # Of its past nothing is known: no count of today's authorisations at an older vintage.
    assert (past.status_code, past.json()["parameter"]) == (404, "profession")
    told = {
        one["indicator"]: figure
        for one in portrait
        for figure in one["figures"]
        if figure["profession"] == "urgences"
    }
    assert (told["headcount"]["value"], told["headcount"]["trend"]) == (1, None)
    assert "change" not in told


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((f"{HOSPITAL};Médecine d'urgence;",), id="by its label"),
        pytest.param(
            (f"{int(HOSPITAL)};14 - Médecine d'urgence;23 - Structure",), id="zeros eaten, both told"
        ),
    ],
)
def test_an_activity_is_read_by_its_code_or_its_label(store: Store, lines: tuple[str, ...]) -> None:
    load_town(store, *lines)
    assert store.counts("urgences", "establishment")["commune", "00101"].headcount == 1


def test_a_file_without_any_counted_activity_is_refused_rather_than_read_as_none(store: Store) -> None:
    with pytest.raises(CheckError) as refused:
        store.load(activities(store.folder, f"{HOSPITAL};01;00"))
    assert "Rien n'a été modifié" in refused.value.detail
    assert "14 23" in (refused.value.hint or "")
