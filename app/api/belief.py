"""What the base last said of what is published: believed for a moment, so that answers need not ask it again.

An answer is then of the release that was published at most BELIEVED_S seconds ago, whole, and says which.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from app.api.snapshot import Release
from app.travel.modes import Mode

BELIEVED_S = 2.0


@dataclass(frozen=True, slots=True)
class Published:
    """The published release, and the fingerprint of the graph that answers for each mode, if there is one."""

    release: Release
    graphs: Mapping[Mode, str | None]


class Belief:
    """What one process believes; safe to share between threads. It holds nothing until it is told."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._said: tuple[Published | None, float] = None, 0.0
        self._doubted_at = float("-inf")

    def hold(self, said: Published | None, asked_at: float) -> None:
        """Believe what the base answers to a question of some moment (monotonic seconds)."""
        with self._lock:
            if asked_at > self._doubted_at:
                self._said = said, asked_at + BELIEVED_S

    def met(self, release: Release) -> None:
        """Believe nothing that was said before now when a request met another release."""
        said, _ = self._said
        if said is not None and said.release != release:
            with self._lock:
                self._said, self._doubted_at = (None, 0.0), time.monotonic()

    def now(self) -> Published | None:
        """Return what may be believed; None when the base has to be asked."""
        said, until = self._said
        return said if time.monotonic() < until else None
