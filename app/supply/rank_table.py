"""Ranks by 64-bit mark, in twelve bytes a slot where a dict takes a hundred: a country's places are many."""

from array import array
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

ABSENT = -1
FEW = 1 << 12


class RankTable:
    """Open addressing with linear probing, at most three quarters full. A mark is any 64-bit hash but 0."""

    def __init__(self, marks: Iterable[int] = ()) -> None:
        """Hold marks at the ranks 0, 1, 2..."""
        self._count = 0
        self._clear(FEW)
        for rank, mark in enumerate(marks):
            self.put(mark, rank)

    def find(self, marks: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Return the rank of each mark, ``ABSENT`` where there is none."""
        held, ranks = np.frombuffer(self._marks, np.int64), np.frombuffer(self._ranks, np.int32)
        found = np.full(len(marks), ABSENT, np.int32)
        slots, left = marks & self._mask, np.arange(len(marks))
        while len(left):
            there = held[slots[left]]
            same = there == marks[left]
            found[left[same]] = ranks[slots[left[same]]]
            left = left[~same & (there != 0)]
            slots[left] = (slots[left] + 1) & self._mask
        return found

    def get(self, mark: int) -> int:
        """Return the rank of one mark, ``ABSENT`` when there is none."""
        slot = self._slot(mark)
        return self._ranks[slot] if self._marks[slot] else ABSENT

    def put(self, mark: int, rank: int) -> None:
        """Hold a mark that is absent."""
        if 4 * self._count >= 3 * len(self._marks):
            self._grow()
        slot = self._slot(mark)
        self._marks[slot], self._ranks[slot] = mark, rank
        self._count += 1

    def _slot(self, mark: int) -> int:
        """Return where a mark is, or where it would be."""
        marks, mask = self._marks, self._mask
        slot = mark & mask
        while (held := marks[slot]) and held != mark:
            slot = (slot + 1) & mask
        return slot

    def _clear(self, size: int) -> None:
        self._marks, self._ranks = array("q", bytes(8 * size)), array("i", bytes(4 * size))
        self._mask = size - 1

    def _grow(self) -> None:
        full = np.frombuffer(self._marks, np.int64) != 0
        marks = np.frombuffer(self._marks, np.int64)[full]
        ranks = np.frombuffer(self._ranks, np.int32)[full]
        self._clear(2 * len(self._marks))
        held, new_ranks = np.frombuffer(self._marks, np.int64), np.frombuffer(self._ranks, np.int32)
        slots, left = marks & self._mask, np.arange(len(marks))
        while len(left):
            free = left[held[slots[left]] == 0]
            # Of several that want one slot the last has it, in both arrays.
            held[slots[free]], new_ranks[slots[free]] = marks[free], ranks[free]
            left = left[held[slots[left]] != marks[left]]
            slots[left] = (slots[left] + 1) & self._mask
