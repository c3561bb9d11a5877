"""Answers kept in memory: a release never changes, so neither does what was answered from it."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

MOST_BYTES = 64 << 20
# One answer may not push all the others out.
LARGEST_BYTES = MOST_BYTES // 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: its bytes and its headers."""

    body: bytes
    media_type: str
    headers: dict[str, str]


class KeptAnswers:
    """The answers asked last, at most ``most_bytes`` of bodies; safe to share between threads.

    Keys hold the release and its fingerprint: after a publication or a rollback nothing old is found.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, largest_bytes: int = LARGEST_BYTES) -> None:
        self._most = most_bytes
        self._largest = largest_bytes
        self._held = 0
        self._answers: OrderedDict[tuple[object, ...], Answer] = OrderedDict()
        self._lock = Lock()

    def find(self, key: tuple[object, ...]) -> Answer | None:
        """Return a kept answer, or None."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def keep(self, key: tuple[object, ...], answer: Answer) -> None:
        """Keep an answer, letting go of those not asked for the longest time."""
        if len(answer.body) > self._largest:
            return
        with self._lock:
            replaced = self._answers.pop(key, None)
            self._held += len(answer.body) - (len(replaced.body) if replaced else 0)
            self._answers[key] = answer
            while self._held > self._most:
                _, oldest = self._answers.popitem(last=False)
                self._held -= len(oldest.body)
