"""The people of an annuaire, for a store that knows nobody: all of their rows but what is hashed."""

import numpy as np
import pyarrow as pa

from app.supply.annuaire_lines import PERSON, Integers, Lines, copied, differ, escaped, joined, numbered
from app.supply.annuaire_reading import LAST, NAMED, RUNS


def people(lines: Lines) -> tuple[bytes, bytes, bytes]:
    """Return who those are whose lines follow each other, their rows without a key, and their ``RUNS``.

    Their id is the number of the first of their lines; who stands in two places is there twice.
    """
    runs = np.empty(len(lines.first), RUNS)
    runs["id"], runs["refused"] = lines.first, lines.refused
    runs["start"], runs["stop"] = lines.start, lines.stop
    chosen = pa.array(_named(lines))
    names = [lines.columns[name].take(chosen) for name in NAMED]
    if lines.special:
        names = [*map(escaped, names)]
    identities = joined(lines.columns[PERSON].take(pa.array(lines.begin)))
    return identities, copied([numbered(lines.first), *names]), runs.tobytes()


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
