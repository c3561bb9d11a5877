"""The official thresholds of the APL: dated, sourced, and changed in ``apl_thresholds.json`` alone."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Consultations a year at or below which an inhabitant is short of general practitioners.

    ``since`` is the day of the text that ``source`` names, in French.
    """

    since: date
    source: str
    very_low: float
    low: float


@cache
def apl_thresholds() -> Thresholds:
    """Return the thresholds in force. Raises ValueError when the low one is not above the very low one."""
    said = json.loads(files("geodata").joinpath("apl_thresholds.json").read_text(encoding="utf-8"))
    found = Thresholds(
        date.fromisoformat(said["since"]), said["source"], float(said["very_low"]), float(said["low"])
    )
    if not 0 < found.very_low < found.low:
        raise ValueError("thresholds of the APL out of order")
    return found
