"""What the health insurance's labels and codes mean, and names in normal form."""

import doctest

import pytest

from app.supply import convention
from app.supply.convention import name_row, profession_of, sector


def test_the_examples_hold() -> None:
    assert doctest.testmod(convention).failed == 0


@pytest.mark.parametrize(
    ("specialty", "labels", "profession"),
    [
        ("1", ("Médecins généralistes et spécialistes", "Médecin généraliste"), "10"),
        ("18", ("Médecins généralistes et spécialistes", "Stomatologue"), "10"),
        ("36", ("Chirurgiens-dentistes", "Chirurgien-dentiste spécialiste en orthopédie"), "40"),
        ("41", (None, "Chirurgien orthopédiste et traumatologue"), "10"),
        (None, ("Sages-femmes", None), "50"),
        (None, ("Infirmiers", None), "60"),
        (None, (None, "Masseur-kinésithérapeute"), "70"),
        (None, ("Pédicures-podologues", None), "80"),
        (None, ("Orthophonistes", None), "91"),
        (None, ("Orthoptistes", None), "92"),
        ("24", (None, None), "60"),
        ("50", ("Pharmaciens", "Pharmacien"), None),
        (None, ("Fournisseurs de massages", None), None),
    ],
)
def test_a_label_names_the_profession_and_the_code_where_no_label_does(
    specialty: str | None, labels: tuple[str | None, str | None], profession: str | None
) -> None:
    assert profession_of(specialty, *labels) == profession


@pytest.mark.parametrize("code", [None, "", "4", "A"])
def test_a_code_that_is_not_known_is_no_sector(code: str | None) -> None:
    assert sector(code, "3") is None


def test_a_name_that_is_all_particles_keeps_them() -> None:
    assert name_row("Le", "Van") == ("LE", "{LE}", "VAN", "{VAN}", "V")


@pytest.mark.parametrize(("family", "given"), [(None, "Anne"), ("Zzalpha", None), ("-", "Anne")])
def test_a_name_in_part_is_no_name(family: str | None, given: str | None) -> None:
    assert name_row(family, given) is None
