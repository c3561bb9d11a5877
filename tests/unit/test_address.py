"""Normal forms of addresses: the ways the registers write one place come to one form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.supply.address import (
    NormalAddress,
    WrittenAddress,
    fold,
    house_number,
    normalise,
    street_keys,
    town_key,
)

FIELDS = (
    *("number", "repetition", "street_type", "street_name", "complement", "postcode", "town"),
    *("bureau_cedex", "commune_code", "country"),
)


def written(**fields: str | None) -> WrittenAddress:
    return WrittenAddress(**{name: fields.get(name) for name in FIELDS})


def normal(**fields: str | None) -> NormalAddress:
    return normalise(written(**fields))


@pytest.mark.parametrize(
    ("street", "key", "core"),
    [
        ("AV DU GAL LECLERC", "AVENUE GENERAL LECLERC", "GENERAL LECLERC"),
        ("Avenue du Général Leclerc", "AVENUE GENERAL LECLERC", "GENERAL LECLERC"),
        ("AVE GENERAL LECLERC", "AVENUE GENERAL LECLERC", "GENERAL LECLERC"),
        ("BD DE LA LIBERTE", "BOULEVARD LIBERTE", "LIBERTE"),
        ("BLD LIBERTÉ", "BOULEVARD LIBERTE", "LIBERTE"),
        ("R ST MALO", "RUE SAINT MALO", "SAINT MALO"),
        ("RUE STE ANNE", "RUE SAINTE ANNE", "SAINTE ANNE"),
        ("PL DU MAL FOCH", "PLACE MARECHAL FOCH", "MARECHAL FOCH"),
        ("IMP DES LILAS", "IMPASSE LILAS", "LILAS"),
        ("RTE DE L'OCEAN", "ROUTE OCEAN", "OCEAN"),
        ("CHE DES DUNES", "CHEMIN DUNES", "DUNES"),
        ("ALL DES PINS", "ALLEE PINS", "PINS"),
        ("SQ DU DR ROUX", "SQUARE DOCTEUR ROUX", "DOCTEUR ROUX"),
        ("QU D'AVAL", "QUAI AVAL", "AVAL"),
        ("CRS DES HALLES", "COURS HALLES", "HALLES"),
        ("COUR DES HALLES", "COUR HALLES", "HALLES"),
        ("RPT DU PHARE", "ROND POINT PHARE", "PHARE"),
        ("Rond-Point du Phare", "ROND POINT PHARE", "PHARE"),
        ("ZA DU MOULIN", "ZONE ARTISANALE MOULIN", "MOULIN"),
        ("Zone artisanale du Moulin", "ZONE ARTISANALE MOULIN", "MOULIN"),
        ("GRANDE RUE", "GRANDE RUE", "GRANDE RUE"),
        ("GDE RUE", "GRANDE RUE", "GRANDE RUE"),
        ("R DE L'ŒUVRE", "RUE OEUVRE", "OEUVRE"),
        ("rue de l'Hôtel-de-Ville", "RUE HOTEL VILLE", "HOTEL VILLE"),
        ("RUE", "RUE", "RUE"),
        ("RUE DE LA", "RUE DE LA", "DE LA"),
        ("LE BOURG", "BOURG", "BOURG"),
        ("", None, None),
        (" - ", None, None),
    ],
)
def test_a_street_has_one_form_whatever_its_writing(street: str, key: str | None, core: str | None) -> None:
    assert street_keys(street) == (key, core)


@pytest.mark.parametrize(
    ("number", "repetition", "expected"),
    [
        ("12", None, (12, "")),
        ("12-14", None, (12, "")),
        ("12/14", None, (12, "")),
        ("12 BIS", None, (12, "BIS")),
        ("12bis", None, (12, "BIS")),
        ("12B", None, (12, "BIS")),
        ("12T", None, (12, "TER")),
        ("12", "T", (12, "TER")),
        ("12", "ter", (12, "TER")),
        ("12", "Q", (12, "QUATER")),
        ("12 A", None, (12, "A")),
        ("12", "C", (12, "C")),
        ("0012", None, (12, "")),
        ("", None, (None, "")),
        (None, None, (None, "")),
        ("SN", None, (None, "")),
    ],
)
def test_a_house_number_is_its_first_number_and_its_repetition(
    number: str | None, repetition: str | None, expected: tuple[int | None, str]
) -> None:
    assert house_number(number, repetition) == expected


@pytest.mark.parametrize(
    ("town", "key"),
    [
        ("25300 DOUBS", "DOUBS"),
        ("01012 BOURG EN BRESSE CEDEX", "BOURG BRESSE"),
        ("Bourg-en-Bresse", "BOURG BRESSE"),
        ("ST-MALO CEDEX 2", "SAINT MALO"),
        ("STE ANNE", "SAINTE ANNE"),
        ("LE MANS", "MANS"),
        ("L'HAŸ-LES-ROSES", "HAY ROSES"),
        ("PARIS 15", "PARIS"),
        ("75015", None),
        ("", None),
    ],
)
def test_a_town_loses_postcode_cedex_and_particles(town: str, key: str | None) -> None:
    assert town_key(town) == key


def test_the_town_in_bureau_cedex_gives_postcode_and_town() -> None:
    found = normal(number="3", street_type="R", street_name="HAUTE", bureau_cedex="25300 DOUBS")
    assert (found.postcode, found.town_key, found.cedex) == ("25300", "DOUBS", None)


def test_a_cedex_is_no_postcode_and_keeps_its_town() -> None:
    found = normal(street_name="RUE HAUTE", postcode="01012", bureau_cedex="01012 BOURG EN BRESSE CEDEX")
    assert (found.postcode, found.cedex, found.town_key) == (None, "01012", "BOURG BRESSE")


def test_a_cedex_is_seen_although_the_town_is_written_too() -> None:
    found = normal(postcode="00112", town="Aubrelle", bureau_cedex="00112 AUBRELLE CEDEX 3")
    assert (found.postcode, found.cedex, found.town_key) == (None, "00112", "AUBRELLE")


def test_a_cedex_is_seen_in_the_town_itself() -> None:
    found = normal(postcode="00112", town="AUBRELLE CEDEX")
    assert (found.postcode, found.cedex, found.town_key) == (None, "00112", "AUBRELLE")


def test_the_written_town_stands_before_bureau_cedex() -> None:
    assert normal(town="Aubrelle", bureau_cedex="00100 AUBRELLE NORD").town_key == "AUBRELLE"


def test_a_type_written_twice_counts_once() -> None:
    assert normal(street_type="Rue", street_name="RUE DU MOLE").street_key == "RUE MOLE"
    assert normal(street_type="Avenue", street_name="AV DU MOLE").street_key == "AVENUE MOLE"


def test_a_type_inside_the_label_is_read() -> None:
    found = normal(number="12", street_name="BD DU MOLE")
    assert (found.number, found.street_key, found.street_core) == (12, "BOULEVARD MOLE", "MOLE")


def test_a_number_inside_the_label_is_read() -> None:
    found = normal(street_name="12 BIS, RUE DU MOLE")
    assert (found.number, found.repetition, found.street_key) == (12, "BIS", "RUE MOLE")


@pytest.mark.parametrize("label", ["12-14 RUE DU MOLE", "12 / 14 BIS RUE DU MOLE", "12, 14, 16 R DU MOLE"])
def test_a_range_inside_the_label_is_its_first_number(label: str) -> None:
    found = normal(street_name=label)
    assert (found.number, found.repetition, found.street_key) == (12, "", "RUE MOLE")


@pytest.mark.parametrize("label", ["12 R DU MOLE", "12, R DU MOLE", "12 r. du Môle"])
def test_a_rue_cut_to_its_letter_is_no_repetition(label: str) -> None:
    found = normal(street_name=label)
    assert (found.number, found.repetition, found.street_key) == (12, "", "RUE MOLE")


def test_a_street_named_after_a_date_keeps_it() -> None:
    found = normal(number="4", street_type="Rue", street_name="DU 8 MAI 1945")
    assert (found.number, found.street_key) == (4, "RUE 8 MAI 1945")


def test_a_house_in_the_complement_stands_in_for_a_missing_street() -> None:
    found = normal(complement="7 RUE DU MOLE", postcode="00100", town="Aubrelle")
    assert (found.number, found.street_key) == (7, "RUE MOLE")


def test_a_complement_without_house_is_no_street() -> None:
    assert normal(complement="CENTRE COMMERCIAL", postcode="00100").street_key is None


def test_overseas_addresses_are_at_home() -> None:
    found = normal(street_name="RUE DU PORT", postcode="97150", town="SAINT MARTIN", country="99000")
    assert (found.abroad, found.postcode, found.town_key) == (False, "97150", "SAINT MARTIN")


@pytest.mark.parametrize("country", [None, "", "99000", "99100", "FR", "France", "FRANCE"])
def test_france_is_not_abroad(country: str | None) -> None:
    assert not normal(country=country).abroad


@pytest.mark.parametrize("country", ["99109", "ALLEMAGNE", "99138"])
def test_another_country_is_abroad_and_another_place(country: str) -> None:
    there = normal(number="1", street_name="RUE HAUTE", town="Aubrelle", country=country)
    here = normal(number="1", street_name="RUE HAUTE", town="Aubrelle")
    assert there.abroad
    assert there.key != here.key


def test_writings_of_one_place_have_one_key() -> None:
    keys = {
        normal(number="12", street_type="Rue", street_name="DU MOLE", postcode="00100", town="Aubrelle").key,
        normal(number="12", street_type="R", street_name="DU MOLE", bureau_cedex="00100 AUBRELLE").key,
        normal(street_name="12 RUE DU MÔLE", postcode="00100", town="AUBRELLE").key,
        normal(number="12-14", street_name="R. du Môle", bureau_cedex="00100 Aubrelle").key,
    }
    assert len(keys) == 1


def test_nothing_written_has_no_key() -> None:
    assert normal().key is None
    assert normal(number="12").key is None


def test_repetitions_tell_houses_apart() -> None:
    assert normal(number="12", street_name="R HAUTE").key != normal(number="12B", street_name="R HAUTE").key


WORDS = st.sampled_from(
    ["RUE", "R", "AV", "GRANDE", "GDE", "ST", "SAINTE", "DE", "L'", "MOLE", "8", "12", "BIS", "CEDEX", "-"]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=6).map(" ".join))
ADDRESSES = st.builds(WrittenAddress, *(st.none() | TEXTS for _ in FIELDS))


@settings(deadline=None)
@given(TEXTS)
def test_folding_twice_folds_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(TEXTS)
def test_the_normal_form_of_a_town_is_its_own(town: str) -> None:
    key = town_key(town)
    assert key is None or town_key(key) in (key, None)


@pytest.mark.parametrize("town", ["AUBRELLE CEDEX CEDEX 3", "AUBRELLE CEDEX SP 07", "Aubrelle Cédex"])
def test_nothing_after_cedex_belongs_to_the_town(town: str) -> None:
    assert town_key(town) == "AUBRELLE"


@settings(deadline=None)
@given(TEXTS)
def test_a_street_key_ends_with_its_core(street: str) -> None:
    key, core = street_keys(street)
    assert (key is None) == (core is None)
    assert key is None or core is None or key.endswith(core)


@settings(deadline=None)
@given(TEXTS)
def test_case_accents_and_spaces_do_not_matter(street: str) -> None:
    assert street_keys(f"  {fold(street).lower()} ") == street_keys(street)


@settings(deadline=None, max_examples=300)
@given(ADDRESSES)
def test_any_text_has_a_normal_form(address: WrittenAddress) -> None:
    found = normalise(address)
    assert found.number is None or 0 <= found.number <= 99_999
    assert not (found.postcode and found.cedex)
    assert normalise(address) == found
