"""Statistical secrecy (METHODS 11), in one place: what answers, exports, tiles and sheets may not show.

Head-counts of the public register are no secret. What is derived about people (age, activity, length of stay)
is not shown over fewer than 5 practitioners, nor anything of Filosofi over 10 households or fewer. Hiding the
small figures is not enough: one that its total gives back is hidden with another one (complementary
suppression), and so is one of two published figures whose difference is about too few.

A hidden value is « suppressed », which is neither 0 nor unknown.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.indicators.density import Floats
from app.indicators.entry import Secrecy

type Booleans = NDArray[np.bool_]
type Integers = NDArray[np.int64]

Status = Literal["known", "unknown", "suppressed"]

# The fewest people or households that a shown figure may be about.
FEWEST: dict[Secrecy, int] = {"none": 0, "practitioners": 5, "households": 11}
SECRECY_WORDS: dict[Secrecy, str] = {
    "none": "Aucun : un nombre de praticiens ou d'habitants tiré de registres publics.",
    "practitioners": (
        "« NS » au-dessous de 5 praticiens, et pour tout autre territoire dont la valeur rendrait "
        "celle-là par différence."
    ),
    "households": (
        "« NS » jusqu'à 10 ménages, et pour tout autre territoire dont la valeur rendrait celle-là "
        "par différence."
    ),
}
TOLERANCE = 1e-8


def too_few(base: ArrayLike, secrecy: Secrecy) -> Booleans:
    """Return whether each figure is about too few to be shown; ``base`` is about how many.

    Nobody (0) has no secret; an unknown base (NaN) is unknown, not suppressed.

    >>> too_few([0, 1, 4, 5, np.nan], "practitioners").tolist()
    [False, True, True, False, False]
    >>> too_few([10, 11], "households").tolist()
    [True, False]
    """
    about = np.asarray(base, dtype=np.float64)
    return np.asarray((about > 0) & (about < FEWEST[secrecy]))


def hidden_parts(base: ArrayLike, group: ArrayLike, secrecy: Secrecy) -> tuple[Booleans, Booleans]:
    """Return which parts, and which totals, of a partition may not be shown.

    ``base`` (n,) says about how many each part is; ``group`` (n,) which total, 0 to k - 1, it belongs to.
    The second array (k,) is of the totals. In each group the hidden parts together are about enough, and
    are two at least; the smallest ones go first. A total goes when its parts cannot protect each other.

    >>> parts, totals = hidden_parts([3, 7, 9, 20, 2], [0, 0, 0, 1, 1], "practitioners")
    >>> parts.tolist(), totals.tolist()
    ([True, True, False, True, True], [False, False])
    >>> parts, totals = hidden_parts([3], [0], "practitioners")
    >>> parts.tolist(), totals.tolist()
    ([True], [True])
    """
    about = np.nan_to_num(np.asarray(base, dtype=np.float64))
    member = np.asarray(group, dtype=np.int64)
    hidden = too_few(about, secrecy)
    totals = np.zeros(int(member.max(initial=-1)) + 1, dtype=np.bool_)
    for number in np.unique(member[hidden]):
        inside = np.flatnonzero((member == number) & (about > 0))
        ordered = inside[np.argsort(np.where(hidden[inside], -1.0, about[inside]), kind="stable")]
        summed = np.cumsum(about[ordered])
        needed = max(
            int(hidden[inside].sum()), 2, int(np.searchsorted(summed, FEWEST[secrecy], side="left")) + 1
        )
        hidden[ordered[:needed]] = True
        totals[number] = len(ordered) < needed
    return hidden, totals


def hidden_overlapping(
    people: ArrayLike, member: ArrayLike, secrecy: Secrecy, level: ArrayLike | None = None
) -> Booleans:
    """Return which of the territories of overlapping levels may not be shown, shape (territories,).

    ``people`` (pieces,) says how many practitioners or households each piece has, a piece being those who are
    in the very same territories; ``member`` (territories, pieces) which pieces make each territory;
    ``level`` (territories,) the number of its level, whose territories do not overlap (all one by default).

    No territory about too few, no difference of two nested ones, and no rest of one without those of a level
    inside it, is then a linear combination of what is shown. Territories about the fewest are hidden first.
    Groups that only three or more figures of different levels would isolate are not looked for.
    """
    heads = np.nan_to_num(np.asarray(people, dtype=np.float64))
    rows = np.asarray(member, dtype=np.bool_)[:, heads > 0]
    heads = heads[heads > 0]
    rows, heads = _merged(rows, heads)
    base = rows @ heads
    hidden = too_few(base, secrecy)
    levels = np.zeros(len(rows), dtype=np.int64) if level is None else np.asarray(level, dtype=np.int64)
    secrets = _secrets(rows, heads, levels, secrecy)
    while (told := _told(rows[~hidden & (base > 0)], secrets)) is not None:
        shown = np.flatnonzero(~hidden & (base > 0))
        useful = shown[np.abs(told) > TOLERANCE]
        hidden[useful[np.argmin(base[useful])]] = True
    return hidden


def withheld(value: ArrayLike, hidden: ArrayLike) -> Floats:
    """Return the values with those that are hidden unknown (NaN)."""
    return np.where(np.asarray(hidden), np.nan, np.asarray(value, dtype=np.float64))


def status_of(value: ArrayLike, hidden: ArrayLike) -> list[Status]:
    """Return whether each value is shown, hidden or unknown.

    >>> status_of([1.5, 2.0, np.nan], [False, True, False])
    ['known', 'suppressed', 'unknown']
    """
    known = ~np.isnan(np.asarray(value, dtype=np.float64))
    return [
        "suppressed" if secret else "known" if told else "unknown"
        for secret, told in zip(np.asarray(hidden).tolist(), known.tolist(), strict=True)
    ]


def _merged(rows: Booleans, heads: Floats) -> tuple[Booleans, Floats]:
    """Return pieces that no territory tells apart as one."""
    columns, which = np.unique(rows.T, axis=0, return_inverse=True)
    return columns.T, np.bincount(which.ravel(), weights=heads, minlength=len(columns))


def _secrets(rows: Booleans, heads: Floats, level: Integers, secrecy: Secrecy) -> Floats:
    """Return, as vectors over the pieces, every group about too few that figures could isolate."""
    found = [rows[too_few(rows @ heads, secrecy)].astype(np.float64)]
    for whole in rows[(rows @ heads) > 0]:
        inside = ~(rows & ~whole).any(axis=1) & rows.any(axis=1)
        rests = [whole & ~part for part in rows[inside]]
        rests += [whole & ~rows[inside & (level == one)].any(axis=0) for one in np.unique(level[inside])]
        candidates = np.array(rests, dtype=np.bool_).reshape(-1, rows.shape[1])
        found.append(candidates[too_few(candidates @ heads, secrecy)].astype(np.float64))
    return np.unique(np.concatenate(found), axis=0)


def _told(shown: Booleans, secrets: Floats) -> Floats | None:
    """Return the weights of the shown figures that give a secret back, or None when none does."""
    if not len(shown) or not len(secrets):
        return None
    figures = shown.astype(np.float64).T
    weights, *_ = np.linalg.lstsq(figures, secrets.T, rcond=None)
    error = np.abs(figures @ weights - secrets.T).max(axis=0)
    given = np.flatnonzero(error < TOLERANCE)
    return np.asarray(weights[:, given[0]], dtype=np.float64) if len(given) else None
