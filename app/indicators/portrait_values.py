"""What an indicator gives to a portrait: its values over the territories that are compared.

An entry of the registry that has a ``portrait`` appears in every portrait, with its rank, its comparisons and
its sentence: nothing else knows of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats
from app.indicators.wording import Level


class Shared:
    """What all the portraits of one release read alike, asked of the database once."""

    def __init__(self) -> None:
        self._read: dict[object, Any] = {}

    def once[T](self, read: Callable[[Connection], T], connection: Connection) -> T:
        """Return what ``read`` reads; two that ask at the same time may both read it."""
        if read not in self._read:
            self._read[read] = read(connection)
        found: T = self._read[read]
        return found


@dataclass(frozen=True, slots=True)
class Around:
    """Whom a portrait compares: numbers of the territory itself, first, of its peers and of what holds it.

    ``peers`` are those that it is ranked among, itself one of them; ``communes`` those that it lies in.
    ``loaded`` are the subjects whose register the release was built on.
    """

    ids: tuple[int, ...]
    level: Level
    loaded: frozenset[str]
    peers: tuple[int, ...]
    communes: tuple[int, ...]
    shared: Shared
    _read: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def once[T](self, read: Callable[[Connection, "Around"], T], connection: Connection) -> T:
        """Return what ``read`` reads, asked of the database once though several readers need it."""
        if read not in self._read:
            self._read[read] = read(connection, self)
        found: T = self._read[read]
        return found


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A value of the whole country that somebody else publishes, and who and when."""

    value: float
    origin: str


@dataclass(frozen=True, slots=True)
class Trend:
    """How a territory's figure moved since a day, and whether more than chance would."""

    since: date
    before: float
    after: float
    entries: int
    exits: int
    p_value: float
    established: bool


class Measured(NamedTuple):
    """One indicator, for one profession or none, over ``Around.ids``: arrays of that length, NaN unknown.

    ``subject`` begins the sentence, ``said`` is what it says of the territory when the value and its unit are
    not enough, or why it is unknown. ``base`` tells about how many practitioners or households each value is,
    for the secrecy of the indicator's entry; ``hidden`` what a build already found may not be shown.
    ``trend`` is the past of the territory itself. ``mode`` is how one travels. ``share_of`` names the whole
    of which the values are shares, from 0 to 1: sentences tell them in percent. A ``total`` is never said to
    differ from that of what holds the territory, which is larger whatever happens.
    """

    indicator: str
    subject: str
    unit: str
    value: Floats
    low: Floats | None = None
    high: Floats | None = None
    base: Floats | None = None
    hidden: NDArray[np.bool_] | None = None
    profession: str | None = None
    mode: str | None = None
    said: str = ""
    trend: Trend | None = None
    share_of: str = ""
    total: bool = False
    france: Elsewhere | None = None


def menu(connection: Connection) -> Sequence[Row[Any]]:
    """Return the professions and groups of the release, in the order of the menu."""
    return connection.execute(load("app.indicators", "portrait_professions")).all()


class PortraitReader(Protocol):
    """Reads one or several indicators for a portrait, in a transaction on the published release."""

    def __call__(self, connection: Connection, around: Around) -> Iterable[Measured]:
        """Return what is measured, a profession at a time."""
        ...
