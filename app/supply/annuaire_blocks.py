"""Blocks of whole lines of an annuaire, read one after the other into the same memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.sources.annuaire import Annuaire, identity
from app.sources.delimited import too_long

# Each step over a column costs some microseconds, whatever its length.
BLOCK_BYTES = 3 << 20
LINE_FEED = ord("\n")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, the first of them ``number``.

    ``memory`` is overwritten by the next block: they are its ``size`` first bytes, where line feeds part them
    at ``feeds``.
    """

    number: int
    memory: bytearray
    size: int
    feeds: npt.NDArray[np.int64]

    @property
    def last(self) -> int:
        """Return the number of the last line."""
        return self.number + len(self.feeds)

    def view(self) -> memoryview:
        """Return the lines as they are."""
        return memoryview(self.memory)[: self.size]

    def has(self, *marks: bytes) -> bool:
        """Say whether some of these stand anywhere."""
        return any(self.memory.find(mark, 0, self.size) >= 0 for mark in marks)


def blocks(source: Annuaire) -> Iterator[Block]:
    """Yield the header, then the others: the lines of one person that follow each other stay together.

    Unless they are longer than a block. The line feed between two blocks is in neither. The last block is
    empty when the file ends with one.
    """
    memory = bytearray(BLOCK_BYTES)
    number, filled = 1, 0
    with source.table.content.open() as stream:
        while True:
            filled += stream.fill(memoryview(memory)[filled:])
            feeds = np.flatnonzero(np.frombuffer(memory, np.uint8, filled) == LINE_FEED)
            size = _size(source, memory, feeds, number, filled)
            inside = feeds[: np.searchsorted(feeds, size)]
            yield Block(number, memory, size, inside)
            if size == filled < len(memory):
                return
            number += len(inside) + 1
            memory[: filled - size - 1] = memory[size + 1 : filled]
            filled -= size + 1


def _size(source: Annuaire, memory: bytearray, feeds: npt.NDArray[np.int64], number: int, filled: int) -> int:
    """Return where a block ends: at a line feed, or with what fills the memory when there is no more."""
    header = source.table.header_lines
    if number == 1 and len(feeds) >= header:
        return int(feeds[header - 1])
    if filled < len(memory):
        return int(feeds[-1]) if len(feeds) and feeds[-1] == filled - 1 else filled
    if not len(feeds):
        raise too_long(source.table.path, number)
    return _before_last_person(memory, feeds, source.person)


def _before_last_person(memory: bytearray, feeds: npt.NDArray[np.int64], position: int) -> int:
    """Return the line feed before the lines of the last person, the last one when all are theirs."""
    last, end = None, int(feeds[-1])
    for feed in reversed([-1, *feeds[:-1].tolist()]):
        whose = identity(bytes(memory[feed + 1 : end]), position)
        if last is not None and (not last or whose != last):
            return end
        last, end = whose, feed
    return int(feeds[-1])
