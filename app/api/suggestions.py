"""Close names offered to somebody who mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3


def close_names(asked: str, known: Iterable[str]) -> list[str]:
    """Return at most three of ``known`` that look like ``asked``, the closest first."""
    return get_close_matches(asked, list(known), n=MOST, cutoff=0.6)


def did_you_mean(asked: str, known: Iterable[str]) -> str:
    """Return the question « Vouliez-vous dire … ? », or nothing when nothing is close."""
    close = " ou ".join(f"« {name} »" for name in close_names(asked, known))
    return f"Vouliez-vous dire {close} ?" if close else ""
