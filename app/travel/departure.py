"""When one leaves in public transport: a minute of a day, or an hour of it whose median is told."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterError
from app.travel.failures import TimetableError
from app.travel.timetable import refuse_outside

# The hour of a first appointment. The median over its departures is what the field reports
# (docs/decisions/022).
FROM_S, TO_S = 8 * 3600, 9 * 3600
STEP_S = 60
FORM = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T([01]\d|2[0-3]):([0-5]\d))?", re.ASCII)
HINT = (
    "Forme attendue : un jour, 2025-11-12 (médiane des départs de 8 h à 9 h), ou un instant, "
    "2025-11-12T08:05."
)


@dataclass(frozen=True, slots=True)
class Departure:
    """A day, and seconds from its midnight: every minute from the first, the last one not included.

    One single minute when both are the same.
    """

    day: date
    first_s: int = FROM_S
    last_s: int = TO_S

    @property
    def instants(self) -> NDArray[np.int32]:
        """Return the seconds at which one leaves, (n,)."""
        return np.arange(self.first_s, max(self.last_s, self.first_s + 1), STEP_S, dtype=np.int32)

    @property
    def exact(self) -> bool:
        """Say whether it is one minute."""
        return self.first_s == self.last_s

    def terms(self) -> dict[str, object]:
        """Return what an answer says of it."""
        return {"day": self.day, "earliest": _clock(self.first_s), "latest": _clock(self.last_s)}


def parse_departure(written: str | None, days: tuple[date, date], usual: date) -> Departure:
    """Return the departure asked, that of the usual day without any.

    Raises ParameterError for what is no day, or one of which the timetable says nothing.
    """
    if written is None:
        return Departure(usual)
    found = FORM.fullmatch(written)
    try:
        day = date.fromisoformat(found[1] if found else "")
    except ValueError as error:
        raise ParameterError("departure", f"« {written} » n'est pas un départ.", hint=HINT) from error
    try:
        refuse_outside(days, day)
    except TimetableError as error:
        raise ParameterError("departure", error.detail, hint=error.hint) from error
    if found is None or found[2] is None:
        return Departure(day)
    instant = int(found[2]) * 3600 + int(found[3]) * 60
    return Departure(day, instant, instant)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
