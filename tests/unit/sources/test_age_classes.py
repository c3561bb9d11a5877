"""Classes of age as départements, insurers and regional unions write them."""

import pytest

from app.sources.ages import age_range, refuse_personal
from tests.unit.sources.conftest import Read, Write


@pytest.mark.parametrize(
    ("written", "ages"),
    [
        ("moins de 35 ans", (20, 34)),
        ("Moins  de 30", (20, 29)),
        ("< 40 ans", (20, 39)),
        ("35-39", (35, 39)),
        ("35 à 39 ans", (35, 39)),
        ("de 35 ans à 39 ans", (35, 39)),
        ("entre 60 et 64 ans", (60, 64)),
        ("65 ans et plus", (65, 100)),
        ("65 et plus", (65, 100)),
        ("65+", (65, 100)),
        ("plus de 65 ans", (66, 100)),
        ("42 ans", (42, 42)),
    ],
)
def test_a_class_is_two_ages_both_included(written: str, ages: tuple[int, int]) -> None:
    assert age_range(written) == ages


@pytest.mark.parametrize("written", ["", "ensemble", "total", "35", "35/39", "ans", "35-39-44"])
def test_what_is_no_class_is_none_or_one_age(written: str) -> None:
    assert age_range(written) == ((35, 35) if written == "35" else None)


def test_a_spreadsheet_s_table_is_read_too(read: Read, write: Write) -> None:
    text = "Profession,Niveau,Code,Classe d'âge,Effectif\nInfirmier,Région,53,60 à 64 ans,1 204\n"
    found = read(write("ages.csv", text.encode("latin-1")))
    assert found.rows == [
        {
            "profession": "Infirmier",
            "level": "region",
            "code": "53",
            "age_from": "60",
            "age_to": "64",
            "headcount": "1204",
        }
    ]


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        (("RPPS", "année de naissance"), True),
        (("Identification nationale PP", "date_naissance", "profession"), True),
        (("profession", "niveau", "lieu de naissance"), False),
        (("rpps", "profession"), False),
    ],
)
def test_only_a_table_of_persons_and_births_is_one(
    columns: tuple[str, ...], refused: bool, write: Write
) -> None:
    assert (refuse_personal(write("a.csv", "x"), columns) is not None) is refused
