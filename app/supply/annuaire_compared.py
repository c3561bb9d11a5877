"""A stretch of an annuaire compared with what is remembered of the last vintage; what differs is read.

It knows no database and imports little, so that a national file is compared by two processes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from app.sources.annuaire import Annuaire
from app.sources.delimited import BLOCK_BYTES, too_long
from app.supply.annuaire_reading import LineMarks, Person, Reader, Reading, Sites

type Integers = npt.NDArray[np.int64]
type Small = npt.NDArray[np.int32]

BAR, LINE_FEED = ord("|"), ord("\n")
# Larger ones are not kept by the allocator from one to the next.
PART_BYTES = 1 << 17
# How many a field takes at most, on average, up to the identifier.
FIELD_BYTES = 16


@dataclass(frozen=True, slots=True)
class Runs:
    """Lines of one person that follow each other: start and end in bytes, first number, how many."""

    start: Integers
    end: Integers
    number: Small
    lines: Small

    def __getitem__(self, chosen: npt.NDArray[np.bool_] | slice) -> "Runs":
        return Runs(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @property
    def last(self) -> int:
        """Return the number of the last line."""
        return int(self.number[-1] + self.lines[-1]) - 1

    def moved(self, offset: int) -> "Runs":
        """Return the runs where they stand in what holds this at an offset."""
        return Runs(self.start + offset, self.end + offset, self.number, self.lines)

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number, start, end)."""
        return zip(self.number.tolist(), self.start.tolist(), self.end.tolist(), strict=True)


def together(parts: Sequence[Runs]) -> Runs:
    """Return several parts as one."""
    return Runs(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Runs)))


@dataclass(frozen=True, slots=True)
class Compared:
    """What a part of a file holds: what was read of it, and the runs that are as they were.

    ``place`` is where the marks of the latter stand among those known. ``gone`` is how many bytes were gone
    through, ``last`` the number of the last line.
    """

    reading: Reading
    same: Runs
    place: Small
    gone: int
    last: int


@dataclass(slots=True)
class _Waiting:
    """What was found since the last part was handed over."""

    same: list[Runs] = field(default_factory=list)
    place: list[Integers] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    size: int = 0
    gone: int = 0
    last: int = 0

    def handed_over(self, reader: Reader) -> Compared:
        place = np.concatenate(self.place).astype(np.int32)
        return Compared(reader.read_people(self.people), together(self.same), place, self.gone, self.last)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What ``source`` holds from ``start`` to ``end`` in bytes, both where somebody's lines begin.

    None is the end of the file. ``known`` are the marks of the lines of the last vintage, ascending;
    ``sites`` where the store has addresses.
    """

    source: Annuaire
    secret: str
    known: Integers
    sites: Sites = field(default_factory=Sites)
    start: int = 0
    end: int | None = None

    def chunks(self) -> Iterator[Compared]:
        """Compare the stretch; yield about a megabyte that was read after the other."""
        marks, reader, waiting = (
            LineMarks(self.secret),
            Reader(self.source, self.secret, self.sites),
            _Waiting(),
        )
        # Two more, that a mark after the last can be looked at with the one that follows it.
        known = np.append(self.known, (0, 0))
        for offset, text, runs in self._parts():
            content = np.frombuffer(marks.contents(text, runs.start.tolist(), runs.end.tolist()), ">i8")
            content = content.astype(np.int64)
            # 0 is nobody's.
            content[content == 0] = 1
            place, same = _places(content, known)
            for (number, start, end), mark in zip(runs[~same].rows(), content[~same].tolist(), strict=True):
                waiting.people.append((number, text[start:end], mark))
                waiting.size += end - start
            waiting.same.append(runs[same].moved(offset))
            waiting.place.append(place[same])
            waiting.last = runs.last
            waiting.gone += int(runs.end[-1]) + 1
            if waiting.size > BLOCK_BYTES:
                yield waiting.handed_over(reader)
                waiting = _Waiting()
        if waiting.place:
            yield waiting.handed_over(reader)

    def _parts(self) -> Iterator[tuple[int, bytes, Runs]]:
        """Yield texts with their offset and the runs that they begin with, where those stand in the text."""
        position = self.source.person
        with self.source.table.content.open() as stream:
            offset, first, held = 0, 1, b""
            while offset < self.start and (passed := stream.read(min(self.start - offset, PART_BYTES))):
                offset += len(passed)
                # Thrice as fast as counting in the bytes.
                first += int(np.count_nonzero(np.frombuffer(passed, np.uint8) == LINE_FEED))
            while piece := stream.read(self._left(offset + len(held))):
                text = held + piece
                cut = text.rfind(b"\n")
                if len(text) - cut > BLOCK_BYTES + 1:
                    raise too_long(self.source.table.path, first + text.count(b"\n"))
                runs = person_runs(text, max(cut, 0), first, position)
                # The last person's lines may go on.
                kept = int(runs.start[-1])
                if kept:
                    yield offset, text, runs[:-1]
                offset, first, held = offset + kept, int(runs.number[-1]), text[kept:]
            # The line feed between two people is of neither.
            closed = self.end is not None and held.endswith(b"\n")
            yield offset, held, person_runs(held, len(held) - closed, first, position)

    def _left(self, reached: int) -> int:
        return PART_BYTES if self.end is None else min(PART_BYTES, self.end - reached)


def _places(content: Integers, known: Integers) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """Return where marks stand among those known, two more at their end; and whether they do, alone."""
    # In order, so that the search stays where it has just been.
    order = np.argsort(content)
    place = np.empty(len(content), np.int64)
    place[order] = np.searchsorted(known[:-2], content[order])
    return place, (known[place] == content) & (known[place + 1] != content)


def person_runs(text: bytes, size: int, first: int, position: int) -> Runs:
    """Return the runs of the first ``size`` bytes of a text; ``position`` is the field of the identifier.

    Lines are of one person when they begin alike, up to the identifier. Lines that begin otherwise, or too
    far for it to be seen, stand apart: their marks are nobody's then, and they are read.
    """
    width = FIELD_BYTES * (position + 1)
    # Whatever follows is of no matter, as long as something does.
    octets = np.frombuffer(text if len(text) >= size + width else text[:size] + bytes(width), np.uint8)
    stop = np.append(np.flatnonzero(octets[:size] == LINE_FEED), size)
    start = np.append(0, stop[:-1] + 1)
    begin = sliding_window_view(octets, width)[start]
    named = np.cumsum(begin == BAR, axis=1, dtype=np.int16) <= position
    other = (begin[1:] != begin[:-1]) & (named[1:] | named[:-1])
    new = np.append(0, np.flatnonzero(other.any(axis=1) | named[1:, -1]) + 1)
    lines = np.diff(np.append(new, len(start)))
    number = (first + new).astype(np.int32)
    return Runs(start[new], stop[new + lines - 1], number, lines.astype(np.int32))
