"""What a reader is told of the surroundings that a catchment does not know."""

from app.indicators.border import BIASED, Border


def test_complete_surroundings_need_no_word() -> None:
    assert Border(1000, (), (), uncovered=0.03).warnings() == [], "slivers between contours"


def test_neighbours_without_people_or_places_are_named() -> None:
    (said,) = Border(1250, ("Alpha", "Bêta"), ("Alpha",), uncovered=0.0).warnings()
    assert said == (
        "Communes voisines à moins de 1,2 km sans habitant chargé : Alpha, Bêta. "
        "Communes voisines à moins de 1,2 km sans lieu d'exercice chargé : Alpha. " + BIASED
    )


def test_many_neighbours_are_counted_after_five() -> None:
    names = tuple("ABCDEFG")
    (said,) = Border(1000, names, (), uncovered=0.0).warnings()
    assert "A, B, C, D, E et 2 autres." in said


def test_ground_in_no_commune_is_told_as_a_share() -> None:
    (said,) = Border(13333.3, (), (), uncovered=0.214).warnings()
    assert said.startswith("21 % des abords à moins de 13,3 km ne sont dans aucune commune chargée")


def test_unknown_communes_are_no_sign_that_all_is_there() -> None:
    (said,) = Border(1000, (), (), uncovered=None).warnings()
    assert said.startswith("Les communes ne sont pas connues")
