"""The professions of the menu against METHODS 1."""

import re

from app.supply.nomenclature import (
    HEALTH_CENTRE_SECTORS,
    PRESETS,
    PROFESSIONS,
    TELECONSULTATION_SECTOR,
)
from geodata.activities import activities
from geodata.categories import categories

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
    skills = [skill for entry in PROFESSIONS if entry.part_of is None for skill in entry.skills]
    assert len(skills) == len(set(skills))


def test_child_psychiatrists_are_told_apart_among_the_psychiatrists() -> None:
    part = BY_SLUG["pedopsychiatre"]
    assert (part.part_of, part.code, part.skills) == ("psychiatre", "10", ("SM43", "SM92"))
    assert set(part.skills) < set(BY_SLUG["psychiatre"].skills)


def test_establishments_are_counted_by_their_category() -> None:
    wanted = ESTABLISHMENTS | {"laboratoire": "611", "cmpp": "189", "csapa": "197", "pmi": "223"}
    for slug, category in wanted.items():
        assert category in BY_SLUG[slug].categories
        assert BY_SLUG[slug].subject == "establishment"


def test_the_table_of_categories_makes_up_the_professions_of_establishments() -> None:
    told = categories()
    assert len({one.code for one in told}) == len(told)
    assert all(re.fullmatch(r"[0-9]{3}", one.code) and one.label and one.source for one in told)
    assert {one.profession for one in told} == {
        entry.slug for entry in PROFESSIONS if entry.subject == "establishment" and not entry.authorised
    }


def test_the_table_of_activities_makes_up_the_others() -> None:
    told = activities()
    assert len({(one.code, one.form) for one in told}) == len(told)
    assert all(re.fullmatch(r"[0-9]{2}", one.code) and one.label and one.source for one in told)
    assert {one.profession for one in told} == {entry.slug for entry in PROFESSIONS if entry.authorised}


def test_shipped_groups_are_the_recourses_of_rennes() -> None:
    assert [(group.slug, len(group.members)) for group in PRESETS] == [
        ("premier_recours", 4),
        ("second_recours", 6),
    ]
    assert {member for group in PRESETS for member in group.members} <= set(BY_SLUG)
    assert not {group.slug for group in PRESETS} & set(BY_SLUG)


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
