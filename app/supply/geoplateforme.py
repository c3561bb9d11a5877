"""The bulk geocoder of the Géoplateforme: addresses sent as CSV by chunks, answers kept or refused.

Off unless a city sets its address. Only addresses are sent, never a name nor a number of a person. A request
in eight fails there on a good day: each is made again with growing waits, or after what the server asks.
"""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Protocol

import httpx2

from app.errors import Place, SourceError
from app.sources.web import Patience, fetch_refusal, refusal_of

ROWS_OF_A_CHUNK = 5_000
# The service allows 50; others share the city's way out.
REQUESTS_A_SECOND = 10.0
LEAST_SCORE = 0.7
CLASSES = {"housenumber": "housenumber", "street": "street", "locality": "locality"}
PASSING = frozenset([408, 425, 429])
STEP = "géocodage en ligne"
_ASKED = ("key", "address", "postcode", "citycode")
_ANSWERED = ("key", "longitude", "latitude", "result_score", "result_type", "result_citycode")
_FIRST_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """An address to find: its key in our store, what is written, and the commune it must lie in."""

    key: str
    number: str
    street: str
    postcode: str
    commune_code: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an address is, in degrees; all but the key is None when it was not found well enough."""

    key: str
    longitude: float | None = None
    latitude: float | None = None
    location_class: str | None = None
    score: float | None = None
    commune_code: str | None = None


class Geocoder(Protocol):
    """What a placement needs of an online geocoder."""

    def locate(self, questions: Sequence[Question]) -> Iterator[list[Answer]]:
        """Yield the answers chunk by chunk. Raises SourceError when the service stays silent."""
        ...


@dataclass(slots=True)
class Geoplateforme:
    """Client of the bulk service at ``address``; requests of one client never come faster than the rate."""

    client: httpx2.Client
    address: str
    patience: Patience
    chunk: int = ROWS_OF_A_CHUNK
    rate: float = REQUESTS_A_SECOND
    sleep: Callable[[float], None] = time.sleep
    _next: float = field(default=0.0, init=False)

    def locate(self, questions: Sequence[Question]) -> Iterator[list[Answer]]:
        """Yield the answers chunk by chunk.

        Raises SourceError when a chunk still fails after the retries, or at once when it is refused.
        """
        for rows in batched(questions, self.chunk):
            yield self._answers(rows)

    def _answers(self, questions: Sequence[Question]) -> list[Answer]:
        body = _written(questions)
        failures = 0
        while True:
            asked: float | None = None
            try:
                answered = self._post(body)
                if answered.status_code == 200:
                    return _read(answered.text, questions)
                if answered.status_code not in PASSING and answered.status_code < 500:
                    raise fetch_refusal(
                        self.address, f"Le géocodeur refuse : {answered.status_code}", kept=""
                    )
                asked = _seconds(answered.headers.get("Retry-After"))
                what = f"Le géocodeur répond {answered.status_code}"
            except httpx2.TransportError as error:
                if refused := refusal_of(error, self.address):
                    raise refused from error
                what = "Le géocodeur ne répond pas"
            except _CutError:
                what = "Le géocodeur ne répond qu'à une partie des adresses"
            failures += 1
            if failures > self.patience.retries:
                raise SourceError(
                    f"{what} après {failures} essais. Les adresses restent à leur commune.",
                    place=Place(source=self.address, step=STEP),
                )
            self.patience.wait(failures, asked)

    def _post(self, body: bytes) -> httpx2.Response:
        now = self.patience.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.rate
        return self.client.post(
            self.address,
            files={"data": ("adresses.csv", body, "text/csv")},
            data={"columns": "address", "postcode": "postcode", "citycode": "citycode"},
        )


class _CutError(Exception):
    """An answer that does not hold every row asked for."""


def _written(questions: Sequence[Question]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_ASKED)
    writer.writerows((q.key, f"{q.number} {q.street}".strip(), q.postcode, q.commune_code) for q in questions)
    return text.getvalue().encode()


def _read(text: str, questions: Sequence[Question]) -> list[Answer]:
    reader = csv.DictReader(io.StringIO(text))
    if not set(_ANSWERED) <= set(reader.fieldnames or ()):
        raise _CutError
    rows = {row["key"]: row for row in reader}
    if any(q.key not in rows or None in rows[q.key].values() for q in questions):
        raise _CutError
    return [_answer(q, rows[q.key]) for q in questions]


def _answer(question: Question, row: dict[str, str]) -> Answer:
    """Judge one row: sure enough, a place and not a town, in the commune's département."""
    kind = CLASSES.get(row["result_type"])
    score, commune = _number(row["result_score"]), row["result_citycode"]
    longitude, latitude = _number(row["longitude"]), _number(row["latitude"])
    if kind is None or score is None or score < LEAST_SCORE or longitude is None or latitude is None:
        return Answer(question.key)
    if departement(commune) != departement(question.commune_code):
        return Answer(question.key)
    if kind == "housenumber" and not _same_number(question.number, row.get("result_housenumber", "")):
        kind = "street"
    return Answer(question.key, longitude, latitude, kind, score, commune)


def departement(commune_code: str) -> str:
    """Return the département of a commune code.

    >>> departement("35238"), departement("2A004"), departement("97411")
    ('35', '2A', '974')
    """
    return commune_code[: 3 if commune_code.startswith(("97", "98")) else 2]


def _same_number(asked: str, found: str) -> bool:
    ours, theirs = _FIRST_NUMBER.search(asked), _FIRST_NUMBER.search(found)
    return bool(ours and theirs and int(ours.group()) == int(theirs.group()))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    return _number(text) if text else None
