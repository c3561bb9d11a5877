"""Sentences of the portrait page that no other answer says: they say no more than the figures."""

import pytest

from app.indicators.wording import THIN_SPACE
from app.web.history.counts import Changed
from app.web.portrait.block import bounds_cell, count_cell, number_cell, share_cell
from app.web.portrait.reach import Walk, reach_sentence


def test_a_walk_says_the_share_and_the_half() -> None:
    shares = tuple(min(1.0, minute / 20) for minute in range(31))
    assert reach_sentence(Walk(shares, 10.0)) == (
        f"75,0{THIN_SPACE}% des habitants sont à moins de 15 minutes à pied du lieu d'exercice le plus proche"
        f"{THIN_SPACE}; la moitié, à 10,0 minutes ou moins."
    )


def test_half_of_the_people_beyond_the_search_are_said_to_be_so() -> None:
    sentence = reach_sentence(Walk((0.0,) * 30 + (0.2,), None))
    assert sentence.endswith(f"{THIN_SPACE}; plus de la moitié en sont à plus de 30 minutes.")


def test_an_unknown_walk_says_nothing() -> None:
    assert reach_sentence(None) == ""


def test_beyond_the_limit_of_the_search_a_share_is_unknown_not_the_last_one() -> None:
    walk = Walk((0.0,) * 20 + (0.5,), 20.0)
    assert (walk.limit, walk.within(20), walk.within(30)) == (20, 0.5, None)


@pytest.mark.parametrize(
    ("cell", "said", "kind"),
    [
        (number_cell(0.0), "0", "zero"),
        (number_cell(None), "inconnu", "unknown"),
        (number_cell(None, "suppressed"), "NS", "suppressed"),
        (number_cell(1234.5), f"1{THIN_SPACE}234", "known"),
        (count_cell(-2), "−2", "known"),
        (count_cell(None), "inconnu", "unknown"),
        (share_cell(0.0), "0", "zero"),
        (share_cell(None, "suppressed"), "NS", "suppressed"),
        (share_cell(0.123), f"12,3{THIN_SPACE}%", "known"),
        (bounds_cell(0.0, 135.03), "0 à 135", "known"),
        (bounds_cell(None, 3.0), "–", "known"),
    ],
)
def test_zero_unknown_and_not_shown_are_never_the_same_cell(cell, said: str, kind: str) -> None:
    assert (cell.said, cell.kind) == (said, kind)


def test_a_balance_counts_what_came_and_left_not_what_moved_inside() -> None:
    assert Changed("a", "a", opened=3, closed=1, moved=9, moved_in=2, moved_out=1, changed=7).balance == 3
