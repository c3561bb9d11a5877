"""Ranks by 64-bit mark, in twelve bytes a slot where a dict takes a hundred: a country's places are many."""

import numpy as np
import numpy.typing as npt

ABSENT = -1
FEW = 1 << 12

type Marks = npt.NDArray[np.int64]
type Ranks = npt.NDArray[np.int32]


class RankTable:
    """Open addressing with linear probing, at most three quarters full. A mark is any 64-bit hash but 0."""

    def __init__(self) -> None:
        self._count = 0
        self._marks, self._ranks = np.zeros(FEW, np.int64), np.empty(FEW, np.int32)

    def find(self, marks: Marks) -> Ranks:
        """Return the rank of each mark, ``ABSENT`` where there is none."""
        mask = len(self._marks) - 1
        slots = marks & mask
        there = self._marks[slots]
        found = np.where(there == marks, self._ranks[slots], np.int32(ABSENT))
        left = np.flatnonzero((there != marks) & (there != 0))
        while len(left):
            slots[left] = (slots[left] + 1) & mask
            there = self._marks[slots[left]]
            same = there == marks[left]
            found[left[same]] = self._ranks[slots[left[same]]]
            left = left[~same & (there != 0)]
        return found

    def put(self, marks: Marks, ranks: Ranks) -> None:
        """Hold marks, each once, that are absent."""
        self._count += len(marks)
        size = len(self._marks)
        while 4 * self._count > 3 * size:
            size *= 2
        if size > len(self._marks):
            full = self._marks != 0
            held, their_ranks = self._marks[full], self._ranks[full]
            self._marks, self._ranks = np.zeros(size, np.int64), np.empty(size, np.int32)
            self._place(held, their_ranks)
        self._place(marks, ranks)

    def _place(self, marks: Marks, ranks: Ranks) -> None:
        mask = len(self._marks) - 1
        slots, left = marks & mask, np.arange(len(marks))
        while len(left):
            free = left[self._marks[slots[left]] == 0]
            # Of several that want one slot the last has it, in both arrays.
            self._marks[slots[free]], self._ranks[slots[free]] = marks[free], ranks[free]
            left = left[self._marks[slots[left]] != marks[left]]
            slots[left] = (slots[left] + 1) & mask
