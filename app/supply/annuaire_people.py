"""The people of an annuaire as rows of ``supply.practitioner``, for a store that knows nobody."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.supply.annuaire_lines import (
    PERSON,
    Integers,
    Lines,
    copied,
    differ,
    escaped,
    hexadecimal,
    numbered,
    octets,
)
from app.supply.annuaire_reading import KNOWN, LAST, MARK_BYTES, NAMED, LineMarks


def people(lines: Lines, marks: LineMarks) -> tuple[bytes, bytes]:
    """Return the rows of those whose lines follow each other, and what is to be remembered of them.

    Their id is the number of the first of their lines; who stands in two places is there twice.
    """
    keys = marks.keys(octets(lines.columns[PERSON].take(pa.array(lines.begin))))
    content = np.frombuffer(marks.contents(lines.block, lines.start.tolist(), lines.stop.tolist()), ">i8")
    remembered = np.empty(len(keys), KNOWN)
    remembered["id"] = lines.first
    remembered["mark"] = np.frombuffer(b"".join([key[:MARK_BYTES] for key in keys]), ">i8")
    # Somebody of whom a line is refused is read again every time, so that it is refused every time.
    remembered["content"] = np.where(lines.refused, 0, np.where(content == 0, 1, content))
    chosen = pa.array(_named(lines))
    names = [lines.columns[name].take(chosen) for name in NAMED]
    if lines.special:
        names = [*map(escaped, names)]
    key = pc.binary_join_element_wise("\\\\x", hexadecimal(keys), "")
    return copied([numbered(lines.first), key, *names]), remembered.tobytes()


def _named(lines: Lines) -> Integers:
    """Return the line that names each person: of several names the first, whatever the order of the lines."""
    names = [lines.columns[name] for name in NAMED]
    other = np.logical_or.reduce([differ(name) for name in names]).nonzero()[0] + 1
    chosen = lines.begin.copy()
    ends = np.append(lines.begin[1:], len(lines.numbers))
    for person in np.unique(np.searchsorted(lines.begin, np.setdiff1d(other, lines.begin), "right") - 1):
        chosen[person] = min(
            range(lines.begin[person], ends[person]),
            key=lambda line: tuple(name[line].as_py() or LAST for name in names),
        )
    return chosen
