"""Lines of an annuaire cut into the few parts that are read, a block at a time.

Nearly every block is regular: as many fields a line as the header has, someone and a profession in each.
Its separators are found all at once, and only the parts asked for are taken. Any other is read line by line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import Protocol

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from app.sources.annuaire import Annuaire, LastBroken, person_runs, sound_lines
from app.sources.delimited import decoded
from app.sources.rows import Rejects

type Text = bytes
type Integers = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]

# What is read of so many blocks is copied at once.
BLOCKS_TOGETHER = 2
BAR, LINE_FEED = ord("|"), ord("\n")
# Bytes of the longest identifier that is compared with the next one's without Python; a line has more.
IDENTITY_BYTES = 16


class Taken(Protocol):
    """What is taken of each line."""

    def bounds(self, ends: Integers) -> tuple[Integers, Integers]:
        """Return where it begins and ends in each line; ``ends`` are those of all fields of all lines."""

    def text(self, fields: Sequence[str]) -> str:
        """Return it, from the fields of one line."""


class Part:
    """The fields of a line from the first to the last of some columns, whatever stands between them."""

    def __init__(self, source: Annuaire, names: Sequence[str]) -> None:
        present = [source.positions[name] for name in names if name in source.positions] or [source.person]
        self._first, self._last = min(present), max(present)
        # Absent columns are the empty field that ``fields`` appends.
        self._pick = itemgetter(
            *(source.positions[name] - self._first if name in source.positions else -1 for name in names)
        )

    def bounds(self, ends: Integers) -> tuple[Integers, Integers]:
        """See ``Taken``."""
        return _begin(ends, self._first), ends[:, self._last]

    def text(self, fields: Sequence[str]) -> str:
        """See ``Taken``."""
        return "|".join(fields[self._first : self._last + 1])

    def fields(self, text: Text) -> tuple[Text, ...]:
        """Return the columns, in their order, of a part of a line."""
        fields = text.split(b"|")
        fields.append(b"")
        found: tuple[Text, ...] = self._pick(fields)
        return found

    def words(self, text: Text) -> tuple[str, ...]:
        """Return the columns as ``fields`` does, decoded."""
        fields = text.decode().split("|")
        fields.append("")
        found: tuple[str, ...] = self._pick(fields)
        return found


class FirstWritten:
    """The first of some columns in which a line has anything."""

    def __init__(self, source: Annuaire, names: Sequence[str]) -> None:
        self._positions = [source.positions[name] for name in names if name in source.positions]

    def bounds(self, ends: Integers) -> tuple[Integers, Integers]:
        """See ``Taken``."""
        begin = end = np.zeros(len(ends), np.int64)
        for position in reversed(self._positions):
            first, after = _begin(ends, position), ends[:, position]
            begin, end = np.where(after > first, (first, after), (begin, end))
        return begin, end

    def text(self, fields: Sequence[str]) -> str:
        """See ``Taken``."""
        return next((fields[position] for position in self._positions if fields[position]), "")


@dataclass(frozen=True, slots=True)
class Lines:
    """Usable lines of a block: their numbers, one list of texts for each part asked for, and whose they are.

    Of each person whose lines follow each other: the identifier, the number of the first line and its rank
    among the usable ones, where the lines stand in the block as they are (refused ones included), and whether
    any is refused.
    """

    numbers: Integers
    parts: tuple[list[Text], ...]
    identities: list[Text]
    first: Integers
    begin: Integers
    start: Integers
    stop: Integers
    refused: Flags


@dataclass(frozen=True, slots=True)
class Refused:
    """Lines that are not usable: counted by reason, and the last one of a wrong width."""

    rejects: Rejects = field(default_factory=Rejects)
    broken: LastBroken = field(default_factory=LastBroken)


def read_lines(source: Annuaire, start: int, block: bytes, parts: Sequence[Taken], refused: Refused) -> Lines:
    """Return the usable lines of a block that begins with line ``start``; the others go to ``refused``."""
    ends = _regular(source, block) if start > source.table.header_lines else None
    if ends is None:
        return _one_by_one(source, start, block, parts, refused)
    named, after = _begin(ends, source.person), ends[:, source.person]
    begin = np.append(0, np.flatnonzero(_differ(block, named, after)) + 1)
    last = ends[:, -1]
    return Lines(
        numbers=np.arange(start, start + len(ends)),
        parts=tuple(_texts(block, *part.bounds(ends)) for part in parts),
        identities=_texts(block, named[begin], after[begin]),
        first=start + begin,
        begin=begin,
        start=_begin(ends, 0)[begin],
        stop=last[np.append(begin[1:], len(ends)) - 1],
        refused=np.zeros(len(begin), np.bool_),
    )


def _regular(source: Annuaire, block: bytes) -> Integers | None:
    """Return where each field of each line ends, or None when a line is not like the others."""
    width = len(source.table.header)
    if b"\r" in block:
        return None
    octets = np.frombuffer(block, np.uint8)
    feeds = octets == LINE_FEED
    ends = np.append(np.flatnonzero((octets == BAR) | feeds), len(block))
    count = int(np.count_nonzero(feeds)) + 1
    if len(ends) != count * width:
        return None
    table = ends.reshape(count, width)
    if not feeds[table[:-1, -1]].all():
        return None
    for position in (source.person, source.positions["profession_code"]):
        if (table[:, position] == _begin(table, position)).any():
            return None
    return table


def _begin(ends: Integers, position: int) -> Integers:
    """Return where a field of each line begins."""
    before = ends[:, position - 1] if position else np.append(-1, ends[:-1, -1])
    return before + 1


def _texts(block: bytes, begin: Integers, end: Integers) -> list[Text]:
    return [block[first:last] for first, last in zip(begin.tolist(), end.tolist(), strict=True)]


def _differ(block: bytes, begin: Integers, end: Integers) -> Flags:
    """Return which texts, from the second on, are not the one before them."""
    size = end - begin
    if size.max() > IDENTITY_BYTES:
        texts = _texts(block, begin, end)
        return np.array([one != other for one, other in pairwise(texts)], np.bool_)
    octets = np.frombuffer(block + bytes(IDENTITY_BYTES), np.uint8)
    shown = sliding_window_view(octets, IDENTITY_BYTES)[begin]
    shown[np.arange(IDENTITY_BYTES) >= size[:, None]] = 0
    words = shown.view(np.int64)
    other: Flags = (size[1:] != size[:-1]) | (words[1:] != words[:-1]).any(axis=1)
    return other


def _one_by_one(
    source: Annuaire, first: int, block: bytes, parts: Sequence[Taken], refused: Refused
) -> Lines:
    rejects, broken = refused.rejects, refused.broken
    found: tuple[list[Text], ...] = tuple([] for _ in parts)
    numbers: list[int] = []
    runs: list[tuple[int, int, int, int, bool]] = []
    identities: list[Text] = []
    for identity, start, stop, number in person_runs(block, first, source.person):
        begin, before = len(numbers), rejects.total
        text = decoded(source.table, block[start:stop], number)
        for line, fields in sound_lines(source, number, text, rejects, broken):
            numbers.append(line)
            for texts, part in zip(found, parts, strict=True):
                texts.append(part.text(fields).encode())
        if len(numbers) > begin:
            identities.append(identity)
            runs.append((number, begin, start, stop, rejects.total > before))
    table = np.array(runs, np.int64).reshape(-1, 5)
    return Lines(
        numbers=np.array(numbers, np.int64),
        parts=found,
        identities=identities,
        first=table[:, 0],
        begin=table[:, 1],
        start=table[:, 2],
        stop=table[:, 3],
        refused=table[:, 4] > 0,
    )
