"""Properties of the normal forms, whatever is written."""

from hypothesis import given
from hypothesis import strategies as st

from app.supply.address import KINDS, WrittenAddress, fold, house_number, normalise, street_keys, town_key

text = st.text(max_size=40)
maybe = st.none() | text
written = st.builds(
    WrittenAddress,
    *[maybe for _ in range(8)],
    commune_code=st.none() | st.just("35238"),
    country=st.none() | st.just("99000"),
)
letters = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêàçîôûœ", min_size=4, max_size=10)


def test_a_letter_lost_by_a_conversion_parts_no_word() -> None:
    assert fold("H\ufffdl\ufffdne Boucher") == "HLNE BOUCHER"


@given(text)
def test_folding_twice_changes_nothing(words: str) -> None:
    assert fold(fold(words)) == fold(words)


@given(text)
def test_a_folded_text_has_single_spaces_and_no_small_latin_letter(words: str) -> None:
    folded = fold(words)
    assert folded == " ".join(folded.split())
    assert not any("a" <= letter <= "z" for letter in folded)


@given(text)
def test_a_street_key_ends_with_its_core(words: str) -> None:
    key, core = street_keys(words)
    assert (key is None) == (core is None)
    if key and core:
        assert key.endswith(core)
        assert key == core or key.removesuffix(f" {core}") in KINDS


@given(letters, st.sampled_from(["de la ", "des ", "du ", "d'", "l'", ""]))
def test_particles_and_capitals_and_hyphens_never_make_another_street(name: str, particle: str) -> None:
    plain = street_keys(f"Rue {name} Neuf")
    assert street_keys(f"RUE {particle.upper()}{name.upper()}-NEUF") == plain
    assert street_keys(f"  r.  {particle}{name}  neuf ") == plain


@given(st.integers(1, 99_999), st.sampled_from(["", "bis", "TER", "B", " bis", " T"]))
def test_the_first_number_of_a_range_is_read_whatever_follows(number: int, mark: str) -> None:
    alone = house_number(f"{number}{mark}")
    assert alone[0] == number
    assert house_number(f"{number}{mark}-{number + 2}") == alone
    assert house_number(f"{number}{mark}/{number + 2}") == alone


@given(letters.filter(lambda name: "cedex" not in name), st.integers(10_000, 98_999), st.integers(1, 20))
def test_a_town_is_the_same_with_its_postcode_and_its_cedex(name: str, postcode: int, office: int) -> None:
    assert town_key(f"{postcode} {name} CEDEX {office:02d}") == town_key(name) == town_key(f"{name} cedex")


@given(written)
def test_any_address_has_a_normal_form_and_the_same_key_twice(address: WrittenAddress) -> None:
    first, second = normalise(address), normalise(address)
    assert first == second
    assert (first.key is None) <= (first.street_key is None)
