"""The professions of the menu against METHODS 1."""

import re

from app.supply.nomenclature import HEALTH_CENTRE_SECTORS, PROFESSIONS, TELECONSULTATION_SECTOR

BY_SLUG = {entry.slug: entry for entry in PROFESSIONS}
CODES = {
    "pharmacien": "21",
    "audioprothesiste": "26",
    "opticien_lunetier": "28",
    "chirurgien_dentiste": "40",
    "sage_femme": "50",
    "infirmier": "60",
    "masseur_kinesitherapeute": "70",
    "osteopathe": "71",
    "pedicure_podologue": "80",
    "orthophoniste": "91",
    "orthoptiste": "92",
    "psychologue": "93",
    "ergotherapeute": "94",
    "dieteticien": "95",
    "psychomotricien": "96",
}
FOLDED = {
    "medecin_generaliste": "26 53 54",
    "cardiologue": "04 73",
    "endocrinologue": "16 62",
    "gynecologue": "19 20 51 52",
    "psychiatre": "42 33 43 92 93",
    "ophtalmologue": "38 85",
    "oto_rhino_laryngologue": "39 34 86",
    "pediatre": "40 87 88 89 90",
    "nephrologue": "30 83",
    "pneumologue": "41 91",
    "neurologue": "32 84",
    "radiologue": "44 55 74 94",
}
ESTABLISHMENTS = {"pharmacie": "620", "centre_de_sante": "124", "maison_de_sante": "603", "cmp": "156"}


def test_every_profession_of_the_register_has_its_code() -> None:
    assert {slug: BY_SLUG[slug].code for slug in CODES} == CODES
    assert all(not BY_SLUG[slug].skills for slug in CODES)


def test_specialities_that_a_reform_renamed_are_folded() -> None:
    for slug, numbers in FOLDED.items():
        assert BY_SLUG[slug].code == "10"
        assert set(BY_SLUG[slug].skills) == {f"SM{number}" for number in numbers.split()}, slug


def test_a_speciality_belongs_to_one_profession() -> None:
    skills = [skill for entry in PROFESSIONS for skill in entry.skills]
    assert len(skills) == len(set(skills))


def test_establishments_are_counted_by_their_category() -> None:
    for slug, category in (ESTABLISHMENTS | {"laboratoire": "611"}).items():
        assert category in BY_SLUG[slug].categories
        assert BY_SLUG[slug].subject == "establishment"


def test_recourses_are_those_of_rennes() -> None:
    first = {entry.slug for entry in PROFESSIONS if entry.recourse == "first"}
    second = {entry.slug for entry in PROFESSIONS if entry.recourse == "second"}
    assert first == {"medecin_generaliste", "infirmier", "masseur_kinesitherapeute", "chirurgien_dentiste"}
    assert second == {
        *("gynecologue", "sage_femme", "pediatre", "orthophoniste", "ophtalmologue", "orthoptiste"),
    }


def test_populations_at_stake_are_those_of_the_methods() -> None:
    special = {
        entry.slug: (entry.age, entry.sex) for entry in PROFESSIONS if (entry.age, entry.sex) != ("all", "T")
    }
    assert special == {"gynecologue": ("15-49", "F"), "sage_femme": ("all", "F"), "pediatre": ("0-14", "T")}


def test_health_centres_and_teleconsultation_are_codes() -> None:
    assert HEALTH_CENTRE_SECTORS == ("SA05", "SA52")
    assert TELECONSULTATION_SECTOR == "SA64"


def test_slugs_are_unique_and_fit_an_address_bar() -> None:
    assert len(BY_SLUG) == len(PROFESSIONS)
    assert all(re.fullmatch(r"[a-z_]+", slug) for slug in BY_SLUG)
