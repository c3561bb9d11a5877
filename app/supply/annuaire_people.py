"""The people of an annuaire as rows of ``supply.practitioner``, for a store that knows nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from struct import Struct

from app.db.binary import LENGTHS
from app.sources.annuaire import Annuaire, person_blocks
from app.supply.annuaire_lines import BLOCKS_TOGETHER, Lines, Part, Refused, read_lines
from app.supply.annuaire_reading import NAMED, LineMarks

COLUMNS = ("id", "key", "civility", "family_name", "given_name")
# How many fields follow, then the first two with their lengths.
HEAD = Struct(">hiii32s")
MARK = Struct(">i8sq")  # id, head of the key, mark of the lines
LAST = b"\xff"  # after every name


@dataclass(frozen=True, slots=True)
class PeopleRows:
    """Rows to COPY in binary form, and what is remembered of them: ``annuaire_changes.KNOWN``."""

    rows: bytes
    marks: bytes


@dataclass(frozen=True, slots=True)
class People:
    """The people of ``source``, wherever their lines stand: who stands in two places is there twice.

    Their id is the number of the first of their lines.
    """

    source: Annuaire
    secret: str

    def chunks(self) -> Iterator[PeopleRows]:
        """Yield the rows of some blocks at a time. What is refused is told by who reads the practices."""
        part, marks = Part(self.source, NAMED), LineMarks(self.secret)
        for blocks in batched(person_blocks(self.source), BLOCKS_TOGETHER):
            rows: list[bytes] = []
            remembered: list[bytes] = []
            for number, block in blocks:
                lines = read_lines(self.source, number, block, (part,), Refused())
                for row, mark in _rows(block, lines, part, marks):
                    rows.append(row)
                    remembered.append(mark)
            yield PeopleRows(b"".join(rows), b"".join(remembered))


def _rows(block: bytes, lines: Lines, part: Part, marks: LineMarks) -> Iterator[tuple[bytes, bytes]]:
    """Yield the row of each person, and what is to be remembered of them."""
    (names,) = lines.parts
    for identity, number, begin, end, start, stop, refused in lines.runs:
        key = marks.key(identity)
        # Somebody of whom a line is refused is read again every time, so that it is refused every time.
        mark = MARK.pack(number, key[:8], 0 if refused else marks.content(block[start:stop]))
        name = names[begin]
        if end - begin == 1 or names[begin:end].count(name) == end - begin:
            family, given, civility = part.fields(name)
        else:
            family, given, civility = _first_name(names[begin:end], part)
        row = HEAD.pack(5, 4, number, 32, key) + b"%b%b%b%b%b%b" % (
            *(LENGTHS[len(civility)], civility, LENGTHS[len(family)], family, LENGTHS[len(given)], given),
        )
        yield row, mark


def _first_name(names: Sequence[bytes], part: Part) -> tuple[bytes, ...]:
    """Return (family, given, civility): of several the first, whatever the order of the lines."""
    return min(map(part.fields, names), key=lambda fields: tuple(text or LAST for text in fields))
