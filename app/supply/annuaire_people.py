"""The people of an annuaire as rows of ``supply.practitioner``, for a store that knows nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, chain, pairwise

import numpy as np

from app.db.binary import LENGTHS
from app.sources.annuaire import Annuaire, person_blocks
from app.supply.annuaire_lines import BLOCKS_TOGETHER, Lines, Part, Refused, read_lines
from app.supply.annuaire_reading import KEY_BYTES, MARK_BYTES, NAMED, LineMarks

COLUMNS = ("id", "key", "civility", "family_name", "given_name")
# How many fields follow, then the first two with their lengths.
HEAD = np.dtype(
    [("fields", ">i2"), ("id_size", ">i4"), ("id", ">i4"), ("key_size", ">i4"), ("key", f"V{KEY_BYTES}")]
)
# What is remembered: practitioner, head of their key, mark of their lines in the newest vintage (0 when it is
# unknown).
KNOWN = np.dtype([("id", ">i4"), ("mark", ">i8"), ("content", ">i8")])
LAST = b"\xff"  # after every name


@dataclass(frozen=True, slots=True)
class PeopleRows:
    """Rows to COPY in binary form, and what is remembered of them: ``KNOWN``."""

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
            found = [
                _rows(block, read_lines(self.source, number, block, (part,), Refused()), part, marks)
                for number, block in blocks
            ]
            yield PeopleRows(*map(b"".join, zip(*found, strict=True)))


def _rows(block: bytes, lines: Lines, part: Part, marks: LineMarks) -> tuple[bytes, bytes]:
    """Return the rows of people, and what is to be remembered of them."""
    count = len(lines.first)
    keys = np.frombuffer(b"".join(map(marks.key, lines.identities)), f"V{KEY_BYTES}")
    content = np.frombuffer(marks.contents(block, lines.start.tolist(), lines.stop.tolist()), ">i8")
    remembered = np.empty(count, KNOWN)
    remembered["id"] = lines.first
    remembered["mark"] = keys.view(">i8").reshape(count, KEY_BYTES // MARK_BYTES)[:, 0]
    # Somebody of whom a line is refused is read again every time, so that it is refused every time.
    remembered["content"] = np.where(lines.refused, 0, np.where(content == 0, 1, content))
    heads = np.empty(count, HEAD)
    heads["fields"], heads["id_size"], heads["key_size"] = len(COLUMNS), 4, KEY_BYTES
    heads["id"], heads["key"] = lines.first, keys
    rows = [
        (head, LENGTHS[len(civility)], civility, LENGTHS[len(family)], family, LENGTHS[len(given)], given)
        for head, (family, given, civility) in zip(
            heads.view(f"V{HEAD.itemsize}").tolist(), _names(lines, part), strict=True
        )
    ]
    return b"".join(chain.from_iterable(rows)), remembered.tobytes()


def _names(lines: Lines, part: Part) -> Iterator[tuple[bytes, ...]]:
    """Yield (family, given, civility) of each person."""
    (names,) = lines.parts
    for first, after in pairwise([*lines.begin.tolist(), len(names)]):
        name = names[first]
        if after - first == 1 or names[first:after].count(name) == after - first:
            yield part.fields(name)
        else:
            yield _first_name(names[first:after], part)


def _first_name(names: Sequence[bytes], part: Part) -> tuple[bytes, ...]:
    """Return (family, given, civility): of several the first, whatever the order of the lines."""
    return min(map(part.fields, names), key=lambda fields: tuple(text or LAST for text in fields))
