"""Figures of every profession that a build works out for portraits, kept as rows of bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from app.db.sql import load
from app.db.tables import release_profession, score
from app.indicators.density import Floats

FLOAT = "<f4"


@dataclass(frozen=True, slots=True)
class Scores:
    """One figure of the professions of a release in some territories: (territories, professions) arrays.

    NaN is unknown. ``mode`` is empty where nobody travels; ``origins_id`` are the times it was made of.
    """

    figure: str
    mode: str
    territories: NDArray[np.integer]
    value: Floats
    low: Floats | None = None
    high: Floats | None = None
    origins_id: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """One figure over the territories asked for, (professions, territories); NaN is unknown."""

    value: Floats
    low: Floats
    high: Floats


def professions_of(connection: Connection, release_id: int) -> NDArray[np.int64]:
    """Return the numbers of the professions that a release counts, in the order that scores are kept in."""
    listed = select(release_profession.c.profession_id).where(release_profession.c.release_id == release_id)
    return np.array(sorted(connection.execute(listed).scalars()), dtype=np.int64)


def store_scores(connection: Connection, release_id: int, scores: Scores) -> None:
    """Keep a figure of a release, in the place of what was kept of it."""
    c = score.c
    same = (c.release_id == release_id, c.figure == scores.figure, c.mode == scores.mode)
    connection.execute(delete(score).where(*same))
    arrays = {"value": scores.value, "low": scores.low, "high": scores.high}
    kept = {name: None if each is None else each.astype(FLOAT) for name, each in arrays.items()}
    rows = [
        {
            "release_id": release_id,
            "territory_id": int(territory),
            "figure": scores.figure,
            "mode": scores.mode,
            "origins_id": scores.origins_id,
            **{name: None if each is None else each[at].tobytes() for name, each in kept.items()},
        }
        for at, territory in enumerate(scores.territories)
    ]
    if rows:
        connection.execute(insert(score), rows)


def read_scores(
    connection: Connection, ids: Sequence[int], professions: Sequence[int], without: Sequence[str] = ()
) -> Mapping[tuple[str, str], Read]:
    """Return what is published of some territories by (figure, mode), for professions by number.

    ``professions`` are all those of the published release, in any order; ``without`` are modes not asked.
    """
    rank = np.argsort(np.argsort(professions))
    place = {number: at for at, number in enumerate(ids)}
    found: dict[tuple[str, str], Read] = {}
    asked = {"ids": list(ids), "without": list(without)}
    for row in connection.execute(load("app.indicators", "score_read"), asked):
        kept = [np.full((len(professions), len(ids)), np.nan) for _ in range(3)]
        there = [place[territory] for territory in row.territories]
        for into, written in zip(kept, (row.value, row.low, row.high), strict=True):
            if written is not None:
                into[:, there] = np.frombuffer(written, FLOAT).reshape(len(there), -1)[:, rank].T
        found[row.figure, row.mode] = Read(*kept)
    return found
