"""The conventional sector: joined one to one by profession, name and address, unknown whenever in doubt."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from small_registers import GP, NURSE, activity, ameli, annuaire, at, communes, insured
from store import Outcome, Store, published_views
from test_forgetting import found_in

from app.errors import CheckError

FIRST, SECOND = date(2025, 1, 6), date(2025, 7, 7)
NEAR, FAR = "DU PORT", "DU LARGE"

# What is in the annuaire, at 3 rue du Port; how the list writes it; whether at the address, in the commune.
WRITINGS = (
    ("ZZALPHA", "Éloïse", "ZZALPHA", "ELOISE", True, True),
    ("ZZBRAVO-MARTIN", "Anne", "ZZBRAVO MARTIN", "ANNE", True, True),
    ("DE ZZCHARLIE", "Anne", "ZZCHARLIE", "ANNE", True, False),
    ("D'ZZDELTA", "Anne", "DZZDELTA", "ANNE", True, True),
    ("ZZECHO-MARTIN", "Anne", "ZZECHO", "ANNE", True, False),
    ("ZZFOXTROT", "Anne", "MARTIN ZZFOXTROT", "ANNE", True, False),
    ("ZZGOLF", "Jean-Pierre", "ZZGOLF", "JEAN PIERRE", True, True),
    ("ZZHOTEL", "Jean-Pierre", "ZZHOTEL", "JEAN", True, False),
    ("ZZINDIA", "Jean-Pierre", "ZZINDIA", "J.P.", True, False),
    ("ZZJULIET", "Jean-Pierre", "ZZJULIET", "JP", True, False),
    ("ZZKILO", "Jeanne", "ZZKILO", "J", True, False),
    ("ZZLIMA", "Anne", "ZZLIMA", "PAULE", False, False),
    ("ZZMIKE", "Jean-Pierre", "ZZMIKE", "PIERRE", False, False),
    ("ZZNOVEMBER-MARTIN", "Jeanne", "ZZNOVEMBER", "J", False, False),
    ("ZZOSCAR-MARTIN", "Anne", "ZZOSCAR-DURAND", "ANNE", False, False),
    ("ZZPAPA", "Jean-Pierre", "ZZPAPA", "JEAN-MARC", False, False),
    ("ZZQUEBEC", "Anne", "ZZQUEBECOIS", "ANNE", False, False),
)


def load(store: Store, people: list[dict[str, str]], lines: list[dict[str, str]]) -> None:
    """Load one annuaire and one list."""
    store.load(annuaire(store.folder, FIRST, people))
    store.load(ameli(store.folder, FIRST, lines))


def person(number: int, family: str, given: str = "Anne", *parts: dict[str, str]) -> dict[str, str]:
    """Return an activity of a general practitioner at 3 rue du Port, unless told otherwise."""
    return activity(f"8100000{number:05d}", GP, at("3", NEAR), *parts, family=family, given=given)


def sectors(store: Store) -> dict[str, str | None]:
    """Return the published sector of each practice by family name and site, None where it is unknown."""
    rows = store.rows(
        "SELECT n.family_name, s.street, c.convention FROM published.practice p"
        " JOIN supply.practitioner n ON n.id = p.practitioner_id JOIN supply.site s ON s.id = p.site_id"
        " LEFT JOIN published.convention c USING (practitioner_id, site_id, profession_code)"
        " ORDER BY 1, 2"
    )
    return {f"{row.family_name}, {row.street}": row.convention for row in rows}


@pytest.fixture(scope="module")
def writings(module_store: Store) -> dict[tuple[str, bool], str | None]:
    """Return the sector found for each writing, at the very address (True) and elsewhere in the commune."""
    people, lines = [], []
    for number, (family, given, listed, listed_given, *_) in enumerate(WRITINGS):
        for near, prefix in ((True, "X"), (False, "Y")):
            # Two people of their own: the list gives one's address, another street for the other's.
            named, said = (name.replace("ZZ", prefix) for name in (family, listed))
            people.append(person(2 * number + near, named, given))
            lines.append(insured(said, listed_given, f"3 RUE {NEAR}" if near else f"9 RUE {FAR}", sector="3"))
    load(module_store, people, lines)
    module_store.release()
    found = sectors(module_store)
    return {
        (family, near): found[f"{family.replace('ZZ', 'X' if near else 'Y')}, Rue {NEAR}"]
        for family, *_ in WRITINGS
        for near in (True, False)
    }


@pytest.mark.parametrize("writing", WRITINGS, ids=lambda writing: f"{writing[2]} {writing[3]}")
def test_a_name_written_another_way_is_known_at_its_address_and_a_whole_one_in_its_commune(
    writings: dict[tuple[str, bool], str | None], writing: tuple[str, str, str, str, bool, bool]
) -> None:
    family, *_, near, far = writing
    assert (writings[family, True] == "secteur_2") is near
    assert (writings[family, False] == "secteur_2") is far


@pytest.mark.parametrize(
    ("sector", "option", "expected"),
    [
        ("1", "", "secteur_1"),
        ("01", "", "secteur_1"),
        ("3", "", "secteur_2"),
        ("3", "3", "secteur_2_optam"),
        ("3", "4", "secteur_2_optam"),
        ("2", "", "droit_permanent"),
        ("0", "", "non_conventionne"),
        ("", "", None),
        ("8", "3", None),
    ],
)
def test_codes_mean_a_sector_and_an_unknown_one_is_never_sector_1(
    store: Store, sector: str, option: str, expected: str | None
) -> None:
    line = insured("ZZA", "ANNE", f"3 R {NEAR}", sector=sector, option_tarifaire_code=option)
    load(store, [person(1, "ZZA")], [line])
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": expected}


@pytest.mark.parametrize(
    ("people", "lines"),
    [
        pytest.param(
            [person(1, "ZZA", "Jeanne"), person(2, "ZZA", "Julie")],
            [insured("ZZA", "J", f"3 RUE {NEAR}")],
            id="an initial of two people",
        ),
        pytest.param(
            [person(1, "ZZA"), person(2, "ZZA", "Anne", at("9", FAR))],
            [insured("ZZA", "ANNE", "1 RUE DE L'ILE")],
            id="two homonyms of the commune",
        ),
        pytest.param(
            [person(1, "ZZA"), person(2, "ZZA")],
            [insured("ZZA", "ANNE", f"3 RUE {NEAR}"), insured("ZZA", "ANNE", f"3 RUE {NEAR}", sector="3")],
            id="two homonyms at one address",
        ),
        pytest.param(
            [person(1, "ZZA")],
            [insured("ZZA", "ANNE", f"3 RUE {NEAR}"), insured("ZZA", "ANNE", f"3 RUE {NEAR}", sector="3")],
            id="two lines that contradict each other",
        ),
        pytest.param([person(1, "ZZA")], [insured("ZZA", "", f"3 RUE {NEAR}")], id="no given name"),
        pytest.param(
            [person(1, "ZZA")],
            [insured("ZZA", "ANNE", f"3 RUE {NEAR}", type_ps_libelle="Infirmiers")],
            id="another profession",
        ),
        pytest.param(
            [person(1, "ZZA")],
            [insured("ZZA", "ANNE", f"3 RUE {NEAR}", town="AILLEURS", coordonnees_code_postal="00990")],
            id="the same street of another town",
        ),
        pytest.param(
            [person(1, "ZZA", "Anne", {"mode": "S", "sector": "SA05"})],
            [insured("ZZA", "ANNE", f"3 RUE {NEAR}")],
            id="a salaried practice",
        ),
    ],
)
def test_what_is_doubtful_stays_unknown(
    store: Store, people: list[dict[str, str]], lines: list[dict[str, str]]
) -> None:
    load(store, people, lines)
    store.release()
    assert set(sectors(store).values()) == {None}


def test_lines_that_agree_are_one_and_a_line_of_the_address_outweighs_one_of_the_commune(
    store: Store,
) -> None:
    agree = [insured("ZZA", "ANNE", f"3 RUE {NEAR}")] * 2
    away = insured("ZZB", "ANNE", "77 RUE PERDUE", sector="3")
    load(store, [person(1, "ZZA"), person(2, "ZZB")], [*agree, away, insured("ZZB", "ANNE", f"3 RUE {NEAR}")])
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": "secteur_1", f"ZZB, Rue {NEAR}": "secteur_1"}


def test_the_sector_belongs_to_the_practice_not_to_the_person(store: Store) -> None:
    people = [person(1, "ZZA"), person(1, "ZZA", "Anne", at("9", FAR))]
    lines = [
        insured("ZZA", "ANNE", f"3 R {NEAR}"),
        insured("ZZA", "ANNE", f"9 R {FAR}", sector="3", option_tarifaire_code="3"),
    ]
    load(store, people, lines)
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": "secteur_1", f"ZZA, Rue {FAR}": "secteur_2_optam"}


def test_a_cedex_on_one_side_is_the_same_town(store: Store) -> None:
    away = {"postcode": "00109", "town": "", "office": "00109 AUBRELLE CEDEX 2"}
    load(store, [person(1, "ZZA", "Anne", away)], [insured("ZZA", "ANNE", "77 RUE PERDUE")])
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": "secteur_1"}


def test_what_became_of_each_line_is_counted_by_profession(
    store: Store, command: Callable[..., Outcome]
) -> None:
    lines = [
        insured("ZZA", "ANNE", f"3 RUE {NEAR}"),
        insured("ZZB", "J", f"3 RUE {NEAR}"),
        insured("ZZINCONNUE", "ANNE", f"3 RUE {NEAR}"),
        insured("ZZA", "ANNE", f"3 RUE {NEAR}", town="LOIN", coordonnees_code_postal="00990"),
        insured("ZZA", "ANNE", f"3 RUE {NEAR}", sector=""),
        insured(
            "", "", f"3 RUE {NEAR}", ps_activite_raison_sociale="PHARMACIE", type_ps_libelle="Pharmaciens"
        )
        | {"specialite_code": "50"},
    ]
    nurse = activity("810000099999", NURSE, at("3", NEAR), family="ZZN")
    people = [person(1, "ZZA"), person(2, "ZZB", "Jeanne"), person(3, "ZZB", "Julie"), nurse]
    load(store, people, lines)
    number = store.release().id
    rows = store.rows("SELECT * FROM published.convention_count ORDER BY profession_code")
    assert [tuple(row) for row in rows] == [
        ("", 1, 1, 0, 0, 0, 0, 0, 0),
        ("10", 5, 1, 1, 1, 1, 1, 3, 1),
        ("60", 0, 0, 0, 0, 0, 0, 1, 0),
    ]
    told = command(store, "release", "show", str(number)).out
    assert "connu de 1 exercices libéraux sur 4 (25,0\u202f%)" in told
    assert "6, dont 1 rapprochées, 1 ambiguës, 1 non trouvées, 1 d'autres villes, 2 sans" in told


def test_what_is_published_moves_only_when_a_release_is(store: Store) -> None:
    load(store, [person(1, "ZZA"), person(2, "ZZB")], [insured("ZZA", "ANNE", f"3 RUE {NEAR}")])
    store.release()
    before = {name: mark for name, mark in published_views(store).items() if name.startswith("convention")}
    store.load(ameli(store.folder, SECOND, [insured("ZZB", "ANNE", f"3 RUE {NEAR}", sector="3")]))
    assert before.items() <= published_views(store).items()
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": None, f"ZZB, Rue {NEAR}": "secteur_2"}


def test_a_newer_annuaire_is_joined_with_the_list_already_loaded(store: Store) -> None:
    lines = [insured("ZZA", "ANNE", f"3 RUE {NEAR}"), insured("ZZB", "ANNE", f"3 RUE {NEAR}")]
    load(store, [person(1, "ZZA")], lines)
    store.load(annuaire(store.folder, SECOND, [person(1, "ZZA"), person(2, "ZZB")]))
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": "secteur_1", f"ZZB, Rue {NEAR}": "secteur_1"}


def test_an_older_list_loaded_late_changes_nothing(store: Store) -> None:
    store.load(annuaire(store.folder, FIRST, [person(1, "ZZA")]))
    store.load(ameli(store.folder, SECOND, [insured("ZZA", "ANNE", f"3 RUE {NEAR}", sector="3")]))
    number = store.release().id
    store.load(ameli(store.folder, FIRST, [insured("ZZA", "ANNE", f"3 RUE {NEAR}")]))
    assert store.release().id == number
    assert sectors(store) == {f"ZZA, Rue {NEAR}": "secteur_2"}


def test_nothing_but_the_sector_of_the_list_is_in_the_database(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    stranger = insured(
        "ZZINCONNUE", "ZZPRENOM", "3 RUE ZZPERDUE", ps_activite_raison_sociale="SELARL ZZRAISON"
    )
    leaver = insured("ZZPARTIE", "ZZPRENOM", f"3 RUE {NEAR}")
    load(store, [person(1, "ZZA"), person(2, "ZZPARTIE", "Zzprenom")], [stranger, leaver])
    store.release()
    assert found_in(store, ("ZZINCONNUE", "ZZPERDUE", "ZZRAISON")) == set()
    store.load(annuaire(store.folder, SECOND, [person(1, "ZZA")]))
    store.release()
    assert found_in(store, ("ZZPARTIE", "ZZPRENOM")) == set()
    assert set(sectors(store).values()) == {None}


def test_a_release_is_built_without_sectors_where_the_list_is_no_longer_kept(store: Store) -> None:
    load(store, [person(1, "ZZA")], [insured("ZZA", "ANNE", f"3 RUE {NEAR}")])
    for kept in store.settings.files.rglob("*liste-ps*"):
        kept.unlink()
    store.release()
    assert sectors(store) == {f"ZZA, Rue {NEAR}": None}
    assert store.rows("SELECT * FROM published.convention_count") == []


def test_a_list_that_lost_half_its_lines_is_refused(store: Store, tmp_path: Path) -> None:
    lines = [insured(f"ZZ{number}", "ANNE", f"{number} RUE {NEAR}") for number in range(1, 121)]
    store.load(ameli(tmp_path, FIRST, lines))
    with pytest.raises(CheckError, match="120 au"):
        store.load(ameli(tmp_path, SECOND, lines[:60]))


def test_the_same_list_again_changes_nothing(store: Store) -> None:
    path = ameli(store.folder, FIRST, [insured("ZZA", "ANNE", f"3 RUE {NEAR}")])
    assert [store.load(path).status for _ in range(2)] == ["done", "unchanged"]
