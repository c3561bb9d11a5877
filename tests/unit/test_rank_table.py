"""Ranks by mark: what a dict would answer, in less room."""

import random

import numpy as np

from app.supply.rank_table import ABSENT, FEW, RankTable


def test_it_answers_as_a_dict_does_however_it_grew() -> None:
    rng = random.Random(3)
    # Marks that fall together, as hashes seldom do.
    marks = list(
        {rng.choice((rng.getrandbits(62) + 1, FEW * rng.randrange(1, 9 * FEW))) for _ in range(3 * FEW)}
    )
    table = RankTable()
    begin = 0
    for count in (10, 1, FEW, 7, len(marks)):
        some = np.array(marks[begin : begin + count], np.int64)
        assert (table.find(some) == ABSENT).all()
        table.put(some, np.arange(begin, begin + len(some), dtype=np.int32))
        begin += count
    others = [-mark for mark in marks[:100]]
    found = table.find(np.array([*others, *marks], np.int64))
    assert found.tolist() == [*[ABSENT] * 100, *range(len(marks))]


def test_a_mark_asked_for_twice_at_once_is_found_twice() -> None:
    table = RankTable()
    table.put(np.array([7, -8], np.int64), np.arange(2, dtype=np.int32))
    assert table.find(np.array([-8, 9, 7, -8], np.int64)).tolist() == [1, ABSENT, 0, 1]
