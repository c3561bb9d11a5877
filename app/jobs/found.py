"""One thing that ``observatoire doctor`` found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "look", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what it is, how it stands, and what to do about it. French, ready to read."""

    state: State
    about: str
    said: str
    todo: str = ""
