"""Lines of an annuaire cut into the few parts that are read, a block at a time.

Nearly every block is regular: as many fields a line as the header has, someone and a profession in each.
Its separators are found all at once, and only the parts asked for are taken. Any other is read line by line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from app.sources.annuaire import Annuaire, LastBroken, person_runs, sound_lines
from app.sources.delimited import decoded
from app.sources.rows import Rejects

type Text = bytes

# What is read of so many blocks is copied at once.
BLOCKS_TOGETHER = 2
BAR, LINE_FEED = ord("|"), ord("\n")


class Part:
    """The fields of a line from the first to the last of some columns, whatever stands between them."""

    def __init__(self, source: Annuaire, names: Sequence[str]) -> None:
        present = [source.positions[name] for name in names if name in source.positions] or [source.person]
        self.first, self.last = min(present), max(present)
        # Absent columns are the empty field that ``fields`` appends.
        self._pick = itemgetter(
            *(source.positions[name] - self.first if name in source.positions else -1 for name in names)
        )

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


# Lines of one person that follow each other: identifier, number of the first, ranks of the first and of the
# one after the last among the usable lines of the block, where they stand in it as they are (refused ones
# included), and whether any is refused. A tuple: there are a million.
type Run = tuple[Text, int, int, int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Lines:
    """Usable lines of a block: their numbers, their people, and one list of texts for each part asked for."""

    numbers: Sequence[int]
    runs: list[Run]
    parts: tuple[list[Text], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Lines that are not usable: counted by reason, and the last one of a wrong width."""

    rejects: Rejects = field(default_factory=Rejects)
    broken: LastBroken = field(default_factory=LastBroken)


def read_lines(source: Annuaire, start: int, block: bytes, parts: Sequence[Part], refused: Refused) -> Lines:
    """Return the usable lines of a block that begins with line ``start``; the others go to ``refused``."""
    ends = _regular(source, block) if start > source.table.header_lines else None
    if ends is None:
        return _one_by_one(source, start, block, parts, refused)
    found = [_texts(block, ends, part.first, part.last) for part in parts]
    identities = _texts(block, ends, source.person, source.person)
    begin = [0, *(rank for rank, (one, other) in enumerate(pairwise(identities), 1) if one != other)]
    after = [*begin[1:], len(identities)]
    last = ends[:, -1]
    starts = np.append(0, last[:-1] + 1)
    runs = list(
        zip(
            [identities[rank] for rank in begin],
            [start + rank for rank in begin],
            begin,
            after,
            starts[begin].tolist(),
            last[np.array(after) - 1].tolist(),
            repeat(False),
        )
    )
    return Lines(range(start, start + len(identities)), runs, tuple(found))


def _regular(source: Annuaire, block: bytes) -> npt.NDArray[np.int64] | None:
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
        before = table[:, position - 1] if position else np.append(-1, table[:-1, -1])
        if (table[:, position] - before == 1).any():
            return None
    return table


def _texts(block: bytes, ends: npt.NDArray[np.int64], first: int, last: int) -> list[Text]:
    before = ends[:, first - 1] if first else np.append(-1, ends[:-1, -1])
    starts = (before + 1).tolist()
    return [block[start:end] for start, end in zip(starts, ends[:, last].tolist(), strict=True)]


def _one_by_one(source: Annuaire, start: int, block: bytes, parts: Sequence[Part], refused: Refused) -> Lines:
    rejects, broken = refused.rejects, refused.broken
    found: tuple[list[Text], ...] = tuple([] for _ in parts)
    numbers: list[int] = []
    runs = []
    for identity, first, last, number in person_runs(block, start, source.person):
        begin, before = len(numbers), rejects.total
        text = decoded(source.table, block[first:last], number)
        for line, fields in sound_lines(source, number, text, rejects, broken):
            numbers.append(line)
            for texts, part in zip(found, parts, strict=True):
                texts.append("|".join(fields[part.first : part.last + 1]).encode())
        if len(numbers) > begin:
            runs.append((identity, number, begin, len(numbers), first, last, rejects.total > before))
    return Lines(numbers, runs, found)
