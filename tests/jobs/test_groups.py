"""Groups of professions: counted like professions, one head a person, and refused when they cannot be."""

import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from small_registers import (
    GP,
    NURSE,
    activity,
    annuaire,
    at,
    ban,
    communes,
    finess,
    iris,
    iris_population,
    qpv,
)
from starlette.exceptions import StarletteDeprecationWarning
from store import Outcome, Store, stored_rows

from app.api.main import create_app
from app.errors import CheckError
from app.jobs.releases import publish_release

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

DAY = date(2025, 1, 1)
MIDWIFE = {"profession": "50", "category": "C", "mode": "L", "sector": "SA07"}
CHILD_PSYCHIATRIST = {"profession": "10", "category": "C", "skill": "SM43", "mode": "L", "sector": "SA07"}
PSYCHIATRIST = CHILD_PSYCHIATRIST | {"skill": "SM42"}


def groups(folder: Path, *lines: str, year: int = 2025, header: str = "regroupement;profession") -> Path:
    """Write the groups of a city, dated by their name."""
    path = folder / f"groupes_{year}.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def load_town(store: Store) -> None:
    """Load a commune of two IRIS, a QPV, and people of several professions in two streets."""
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 800, 400)}))
    store.load(iris(folder, {"001010101": (0, 0, 400, 400), "001010102": (400, 0, 800, 400)}))
    store.load(iris_population(folder, {"001010101": 1200, "001010102": 600}))
    store.load(qpv(folder, {"QN00101M": ("00101", (0, 0, 200, 400))}))
    store.load(
        ban(
            folder,
            [
                {"number": 1, "street": "Rue Haute", "place": (100, 100)},
                {"number": 2, "street": "Rue Basse", "place": (500, 100)},
            ],
        )
    )
    high, low = at("1", "HAUTE"), at("2", "BASSE")
    lines = [
        # One person, both a nurse and a midwife, at two addresses.
        activity("810000000001", NURSE, high, commune="00101"),
        activity("810000000001", MIDWIFE, low, commune="00101"),
        activity("810000000002", NURSE, high, commune="00101"),
        activity("810000000003", GP, low, commune="00101"),
        activity("810000000004", PSYCHIATRIST, low, commune="00101"),
        activity("810000000005", CHILD_PSYCHIATRIST, low, commune="00101"),
    ]
    store.load(annuaire(folder, DAY, lines))


def test_somebody_of_two_member_professions_is_one_head_shared_between_the_places(store: Store) -> None:
    load_town(store)
    store.load(groups(store.folder, "Soins à domicile;infirmier", "Soins à domicile;Sages-femmes"))
    store.release()
    found = store.counts("soins_a_domicile")
    assert (found["commune", "00101"].headcount, found["commune", "00101"].weight) == (2, 2.0)
    assert (found["iris", "001010101"].headcount, found["iris", "001010101"].weight) == (2, 1.5)
    assert (found["iris", "001010102"].headcount, found["iris", "001010102"].weight) == (1, 0.5)
    assert (found["qpv", "QN00101M"].headcount, found["qpv", "QN00101M"].sites) == (2, 1)
    assert sum(row.weight for (level, _), row in found.items() if level == "iris") == pytest.approx(2)


def test_the_recourses_are_shipped_and_a_city_may_give_them_other_members(store: Store) -> None:
    load_town(store)
    first = store.release()
    # Nurses and the general practitioner, but neither the midwife as such nor the psychiatrists.
    assert store.counts("premier_recours")["commune", "00101"].headcount == 3
    store.load(groups(store.folder, "Premier recours;medecin_generaliste"))
    store.release()
    assert store.counts("premier_recours")["commune", "00101"].headcount == 1
    named = "SELECT label, members FROM published.profession WHERE slug = 'premier_recours'"
    assert tuple(store.rows(named)[0]) == ("Premier recours", ["medecin_generaliste"])
    publish_release(store.engine, store.settings, first.id, accept=True)
    assert store.counts("premier_recours")["commune", "00101"].headcount == 3
    assert store.rows(named)[0].label == "Praticiens de premier recours"
    assert len(store.rows(named)[0].members) == 4


def test_groups_take_groups_and_are_compared_with_their_members_common_population(store: Store) -> None:
    load_town(store)
    lines = ("Femmes;gynecologue", "Maternité;sage_femme", "Les deux;femmes", "Les deux;Maternité")
    store.load(groups(store.folder, *lines))
    store.release()
    rows = store.rows(
        "SELECT slug, members, population_age, population_sex, feminine FROM published.profession"
        " WHERE members IS NOT NULL ORDER BY position"
    )
    assert [tuple(row) for row in rows][2:] == [
        ("femmes", ["gynecologue"], "15-49", "F", False),
        ("maternite", ["sage_femme"], "all", "F", True),
        ("les_deux", ["gynecologue", "sage_femme"], "all", "T", False),
    ]


def test_child_psychiatrists_are_counted_among_the_psychiatrists_and_apart(store: Store) -> None:
    load_town(store)
    store.release()
    assert store.counts("psychiatre")["commune", "00101"].headcount == 2
    assert store.counts("pedopsychiatre")["commune", "00101"].headcount == 1


def test_establishments_of_mental_health_and_prevention_are_counted_by_their_category(store: Store) -> None:
    load_town(store)
    kinds = {"189": "cmpp", "197": "csapa", "223": "pmi", "230": "pmi", "617": "maison_medicale_de_garde"}
    rows = [
        {"finess": f"00000{code}0", "category": code, "place": (100, 100), "number": 1, "voie": "HAUTE"}
        for code in kinds
    ]
    store.load(finess(store.folder, DAY, rows))
    store.load(groups(store.folder, "Enfance;pmi", "Enfance;cmpp"))
    store.release()
    for slug, expected in (("cmpp", 1), ("csapa", 1), ("pmi", 2), ("enfance", 3)):
        assert store.counts(slug, "establishment")["qpv", "QN00101M"].headcount == expected


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("A;rebouteux", "A;infirmier"), "professions inconnues : rebouteux"),
        (("A;B", "B;C", "C;A"), "se contient lui-même : a > b > c > a"),
        (("A;A",), "se contient lui-même : a > a"),
        (("Infirmiers;sage_femme",), "porte le nom d'une profession"),
        (("A;infirmier", "A;pharmacie"), "ajouterait des personnes à des établissements"),
    ],
)
def test_groups_that_cannot_be_counted_are_refused_and_leave_nothing(
    store: Store, lines: tuple[str, ...], said: str
) -> None:
    before = stored_rows(store)
    with pytest.raises(CheckError, match=said) as refused:
        store.load(groups(store.folder, *lines))
    assert "Rien n'a été modifié" in refused.value.detail
    assert stored_rows(store) == before


@pytest.mark.parametrize("line", ["Vide;", ";infirmier", "***;infirmier", f"{'x' * 81};infirmier"])
def test_a_file_of_empty_or_nameless_groups_is_refused(store: Store, line: str) -> None:
    with pytest.raises(CheckError, match="aucune ligne utilisable"):
        store.load(groups(store.folder, line))


def test_a_group_with_nobody_is_counted_zero_and_never_unknown(store: Store) -> None:
    load_town(store)
    store.load(groups(store.folder, "Yeux;orthoptiste", "Yeux;ophtalmologue"))
    store.release()
    assert store.counts("yeux") == {}
    assert store.one("SELECT count(*) FROM published.profession WHERE slug = 'yeux'") == 1


def test_the_api_offers_groups_and_tells_each_practice_once_when_no_profession_is_named(store: Store) -> None:
    load_town(store)
    store.load(groups(store.folder, "Soins à domicile;infirmier", "Soins à domicile;Sages-femmes"))
    store.release()
    with TestClient(create_app(store.settings)) as client:
        told = client.get("/api/v1/professions").json()["items"]
        by_slug = {item["profession"]: item for item in told}
        assert by_slug["soins_a_domicile"]["members"] == ["infirmier", "sage_femme"]
        assert by_slug["infirmier"]["members"] is None
        assert by_slug["pedopsychiatre"]["part_of"] == "psychiatre"
        assert "infirmier sage_femme" in client.get("/api/v1/professions?format=csv").text
        title = client.get("/api/v1/densities?level=iris&profession=soins_a_domicile").json()["title"]
        assert title.startswith("Soins à domicile libéraux pour 100\u202f000 habitants, par IRIS")
        every = client.get("/api/v1/practices").json()["items"]
        assert {item["profession"] for item in every} == {
            *("infirmier", "sage_femme", "medecin_generaliste", "psychiatre", "pedopsychiatre"),
        }
        group = client.get("/api/v1/practices?profession=soins_a_domicile").json()["items"]
        assert [(item["profession"], item["practitioners"]) for item in group] == [
            ("soins_a_domicile", 2),
            ("soins_a_domicile", 1),
        ]
        portrait = client.get("/api/v1/territories/commune/00101").json()
        [density] = [one for one in portrait["densities"] if one["profession"] == "soins_a_domicile"]
        assert density["headcount"] == 2
        unknown = client.get("/api/v1/densities?level=iris&profession=soins_a_domicil").json()
        assert "soins_a_domicile" in unknown["hint"]


def test_groups_are_neither_judged_nor_told_twice_between_releases(
    store: Store, command: Callable[..., Outcome]
) -> None:
    load_town(store)
    first = store.release()
    line = activity("810000000009", NURSE, at("1", "HAUTE"), commune="00101")
    store.load(annuaire(store.folder, date(2025, 2, 1), [line]))
    second = store.release()
    assert store.one("SELECT count(*) FROM ops.release_measure WHERE subject LIKE '%recours'") == 0
    diff = ("release", "diff", str(first.id), str(second.id))
    told = command(store, *diff).out
    assert "Infirmiers" in told
    assert "recours" not in told
    assert "Pédopsychiatres" not in told
    assert "premier recours" in command(store, *diff, "--profession", "premier_recours").out
    refused = command(store, *diff, "--profession", "rebouteux")
    assert (refused.code, "n'existe pas" in refused.err) == (1, True)


def test_building_again_takes_no_number_of_a_known_profession(store: Store) -> None:
    load_town(store)
    store.release()
    last = "SELECT last_value FROM pg_sequences WHERE sequencename = 'profession_id_seq'"
    before = store.one(last)
    store.load(annuaire(store.folder, date(2025, 2, 1), [activity("810000000009", NURSE, at("1", "HAUTE"))]))
    store.release()
    assert store.one(last) == before
