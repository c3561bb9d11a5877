"""The people of an annuaire, for a store that knows nobody: all of their rows but what is hashed."""

import numpy as np
import pyarrow as pa

from app.supply.annuaire_lines import PERSON, Integers, Lines, copied, differ, escaped, joined, numbered
from app.supply.annuaire_reading import KNOWN, LAST, NAMED, LineMarks


def people(lines: Lines, marks: LineMarks) -> tuple[bytes, bytes, bytes]:
    """Return who those are whose lines follow each other, what is to be remembered of them, and their rows.

    Their id is the number of the first of their lines; who stands in two places is there twice.
    """
    content = np.frombuffer(marks.contents(lines.text, lines.start.tolist(), lines.stop.tolist()), ">i8")
    known = np.zeros(len(lines.first), KNOWN)
    known["id"] = lines.first
    # Somebody of whom a line is refused is read again every time, so that it is refused every time.
    known["content"] = np.where(lines.refused, 0, np.where(content == 0, 1, content))
    chosen = pa.array(_named(lines))
    names = [lines.columns[name].take(chosen) for name in NAMED]
    if lines.special:
        names = [*map(escaped, names)]
    identities = joined(lines.columns[PERSON].take(pa.array(lines.begin)))
    return identities, known.tobytes(), copied([numbered(lines.first), *names])


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
