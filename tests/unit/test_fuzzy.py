"""Resembling streets: what a slip of the pen still means, and what it must never mean."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.supply.address import street_keys
from app.supply.fuzzy import LEAST, MARGIN, MOST, StreetList, resembling, spelling, street

KNOWN = (
    *("Rue Victor Hugo", "Avenue Jean Jaurès", "Rue de l'Église", "Rue des Tanneurs", "Place du Port"),
    *("Rue du Port", "Rue du Pont", "Rue du 8 mai 1945", "Rue du 11 novembre 1918", "Rue Hélène Boucher"),
    *("Boulevard du Général Leclerc", "Avenue du Maréchal Leclerc", "Rue Louis Pasteur", "Impasse des Lilas"),
    *("Rue Jean-Jacques Rousseau", "Allée de l'Hôtel-de-Ville", "Rue de la Métairie", "Avenue de la Gare"),
    *("Rue Saint-Germain-des-Fossés", "Rue des Mésanges", "Rue Marie Curie", "Rue Pierre Curie"),
)


def key(written: str) -> str:
    found = street_keys(written)[0]
    assert found
    return found


STREETS = StreetList([street(key(name)) for name in KNOWN])


def meant(written: str) -> list[str]:
    return [found.key for found in resembling(street(key(written)), STREETS)]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("RUE VITCOR HUGO", "Rue Victor Hugo"),
        ("RUE VICTTOR HUGO", "Rue Victor Hugo"),
        ("RUE VICTR HUGO", "Rue Victor Hugo"),
        ("RUE DES TANEURS", "Rue des Tanneurs"),
        ("RUE DES MESAGNES", "Rue des Mésanges"),
        ("RUE DSE TANNEURS", "Rue des Tanneurs"),
        ("RUE HUGO VICTOR", "Rue Victor Hugo"),
        ("RUE V HUGO", "Rue Victor Hugo"),
        ("AV J JAURES", "Avenue Jean Jaurès"),
        ("RUE J J ROUSSEAU", "Rue Jean-Jacques Rousseau"),
        ("RUE PASTEUR", "Rue Louis Pasteur"),
        ("RUE DU DOCTEUR LOUIS PASTEUR", "Rue Louis Pasteur"),
        ("REU VICTOR HUGO", "Rue Victor Hugo"),
        ("RUE VICTORHUGO", "Rue Victor Hugo"),
        ("RUE DU 8 MAI", "Rue du 8 mai 1945"),
        ("R DE L GLISE", "Rue de l'Église"),
        ("RUE DE LA MTAIRIE", "Rue de la Métairie"),
        ("RUE HLNE BOUCHER", "Rue Hélène Boucher"),
        ("RUE H�L�NE BOUCHER", "Rue Hélène Boucher"),
        ("ALLEE DE L HTEL DE VILLE", "Allée de l'Hôtel-de-Ville"),
    ],
)
def test_a_slip_means_the_street_that_it_resembles(written: str, known: str) -> None:
    assert meant(written) == [key(known)]


@pytest.mark.parametrize(
    "written",
    [
        "RUE DU PORC",
        "AV VITCOR HUGO",
        "RUE HECTOR HUGO",
        "RUE DU 8 MAI 1954",
        "RUE DU 11 NOVEMBRE 1981",
        "RUE DU 19 MARS 1962",
        "RUE CURIE MARTIN",
        "RUE JEANNE CURIE",
        "RUE SAINT GERMAIN",
        "RUE DES TILLEULS",
        "RUE VICTOR",
        "RUE JEAN",
        "RUE",
        "RUE A",
        "ZONE ARTISANALE",
    ],
)
def test_another_name_means_nothing(written: str) -> None:
    assert meant(written) == []


def test_streets_that_resemble_as_well_stay_together() -> None:
    assert set(meant("RUE CURIE")) == {key("Rue Marie Curie"), key("Rue Pierre Curie")}


def test_the_type_decides_between_two_streets_of_one_name() -> None:
    assert meant("BOULEVARD LECLERC")[0] == key("Boulevard du Général Leclerc")


def test_a_slip_costs_less_with_the_type_than_without() -> None:
    typed, bare = (
        resembling(street(key(name)), STREETS)[0].score for name in ("RUE VITCOR HUGO", "VITCOR HUGO")
    )
    assert bare < typed < 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("RENE", "IRENE"), ("ALICE", "ELISE"), ("CECILE", "EMILE"), ("DORE", "DAME"), ("ROND", "LONG")),
        *(("PONT", "PORT"), ("AIME", "ALICE")),
    ],
)
def test_a_short_word_is_not_another_one(one: str, other: str) -> None:
    assert spelling([one, "TREVAZEL"], [other, "TREVAZEL"]) == 0


def test_a_commune_without_streets_has_no_answer() -> None:
    assert resembling(street("RUE VICTOR HUGO"), StreetList([])) == []


words = st.text(alphabet="ABCDEILMNORSTU", min_size=5, max_size=9)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)


@given(names, st.data())
def test_two_neighbours_exchanged_in_a_long_name_are_always_found(name: str, draw: st.DataObject) -> None:
    known = key(f"RUE {name}")
    letters = known.removeprefix("RUE ")
    places = [
        i for i in range(len(letters) - 1) if " " not in letters[i : i + 2] and letters[i] != letters[i + 1]
    ]
    assume(places)
    at = draw.draw(st.sampled_from(places))
    wrong = letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]
    assume(street_keys(f"RUE {wrong}")[0] == f"RUE {wrong}")
    found = resembling(street(f"RUE {wrong}"), StreetList([street(known)]))
    assert [match.key for match in found] == [known]


@given(st.lists(names, max_size=12), names)
def test_what_is_found_is_known_ordered_near_the_best_and_few(known: list[str], written: str) -> None:
    streets = StreetList([street(found) for found in sorted({key(f"RUE {name}") for name in known})])
    found = resembling(street(key(f"RUE {written}")), streets)
    scores = [match.score for match in found]
    assert {match.key for match in found} <= {known.key for known in streets.streets}
    assert scores == sorted(scores, reverse=True)
    assert all(LEAST <= score <= 1 and score >= scores[0] - MARGIN for score in scores)
    assert len(found) <= MOST


@given(words, words)
def test_spelling_is_sure_only_of_the_same_word(one: str, other: str) -> None:
    assert 0 <= spelling([one], [other]) <= 1
    assert (spelling([one], [other]) == 1) == (one == other)
