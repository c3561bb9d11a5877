"""The client of the online geocoder against a local twin of it that misbehaves."""

import csv
import io
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import httpx2
import pytest

from app.errors import SourceError
from app.sources.web import Patience
from app.supply.geoplateforme import Answer, Geoplateforme, Question

type Reply = tuple[int, dict[str, str], str]
type Fault = Callable[[int, str], Reply | None]

HEADER = ("key", "address", "postcode", "citycode", "longitude", "latitude", "result_score", "result_type")
FOUND = (*HEADER, "result_housenumber", "result_citycode")


@dataclass
class Twin:
    """A geocoder that finds everything at a point made of the row's key, unless told otherwise."""

    address: str = ""
    requests: list[tuple[Message, str]] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    fault: Fault = lambda _count, _body: None
    found: dict[str, str] = field(default_factory=dict)

    def reply(self, headers: Message, body: str) -> Reply:
        self.requests.append((headers, body))
        part = next(p for p in re.split(r"\r\n--[^\r]*\r\n|--[^\r\n]*\r\n", body) if "adresses.csv" in p)
        sent = part.split("\r\n\r\n", 1)[1]
        if bad := self.fault(len(self.requests), sent):
            return bad
        return 200, {}, self.answer(sent)

    def answer(self, sent: str) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(text, FOUND, lineterminator="\n")
        writer.writeheader()
        for row in csv.DictReader(io.StringIO(sent)):
            self.rows.append(row)
            number = row["address"].split()[0]
            writer.writerow(
                row
                | {"longitude": row["key"], "latitude": "48.1", "result_score": "0.95"}
                | {"result_type": "housenumber", "result_housenumber": number}
                | {"result_citycode": row["citycode"]}
                | self.found
            )
        return text.getvalue()


@pytest.fixture
def twin() -> Iterator[Twin]:
    made = Twin()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, text = made.reply(self.headers, body)
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A connection cut on purpose is no news."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        made.address = f"http://127.0.0.1:{server.server_port}/geocodage/search/csv"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@dataclass
class Clock:
    """A clock that only moves when somebody waits."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(twin: Twin, clock: Clock) -> Iterator[Geoplateforme]:
    patience = Patience(6, clock.sleep, clock.read, lambda: 0.5)
    with httpx2.Client(timeout=2.0) as link:
        yield Geoplateforme(link, twin.address, patience, sleep=clock.sleep)


def questions(count: int, commune: str = "35238") -> list[Question]:
    return [Question(str(rank), f"{rank + 1}", "RUE DU MÔLE", "35000", commune) for rank in range(count)]


def located(client: Geoplateforme, asked: list[Question]) -> list[Answer]:
    return [answer for chunk in client.locate(asked) for answer in chunk]


def test_each_address_is_answered_once_and_in_order(client: Geoplateforme, twin: Twin) -> None:
    found = located(client, questions(3))
    assert found == [Answer(str(k), float(k), 48.1, "housenumber", 0.95, "35238") for k in range(3)]
    assert twin.rows[0] == {"key": "0", "address": "1 RUE DU MÔLE", "postcode": "35000", "citycode": "35238"}


def test_addresses_go_by_chunks_of_5000(client: Geoplateforme, twin: Twin) -> None:
    assert len(located(client, questions(12_001))) == 12_001
    assert len(twin.requests) == 3


def test_only_columns_of_an_address_are_sent(client: Geoplateforme, twin: Twin) -> None:
    located(client, questions(1))
    body = twin.requests[0][1]
    assert "key,address,postcode,citycode" in body
    assert re.findall(r'name="(\w+)"', body).count("data") == 1
    assert set(re.findall(r'name="(\w+)"', body)) == {"data", "columns", "postcode", "citycode"}


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 429, 0])
def test_a_request_in_eight_that_fails_loses_nothing(client: Geoplateforme, twin: Twin, status: int) -> None:
    client.chunk = 10
    twin.fault = lambda count, _: (status, {}, "") if count % 8 == 0 else None
    found = located(client, questions(200))
    assert [answer.longitude for answer in found] == [float(k) for k in range(200)]
    assert len(twin.requests) == 20 + len(twin.requests) // 8


def test_waits_grow_from_one_failure_to_the_next(client: Geoplateforme, twin: Twin, clock: Clock) -> None:
    twin.fault = lambda count, _: (503, {}, "") if count <= 4 else None
    located(client, questions(1))
    long = [wait for wait in clock.waits if wait > 1]
    assert len(long) == 4
    assert all(later > earlier for earlier, later in pairwise(long))


def test_the_wait_that_the_service_asks_for_is_kept(client: Geoplateforme, twin: Twin, clock: Clock) -> None:
    twin.fault = lambda count, _: (429, {"Retry-After": "37"}, "") if count == 1 else None
    located(client, questions(1))
    assert 37.0 in clock.waits


def test_requests_never_come_faster_than_the_rate(client: Geoplateforme, twin: Twin, clock: Clock) -> None:
    client.chunk, client.rate = 1, 4.0
    located(client, questions(9))
    assert clock.now == pytest.approx(8 / 4)


def test_a_slow_answer_is_asked_again(client: Geoplateforme, twin: Twin) -> None:
    done = threading.Event()

    def slow(count: int, _sent: str) -> Reply | None:
        if count == 1:
            done.wait(1.5)
        return None

    twin.fault = slow
    client.client.timeout = httpx2.Timeout(0.2)
    assert len(located(client, questions(2))) == 2
    done.set()


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_an_answer_cut_short_is_asked_again(client: Geoplateforme, twin: Twin, lines: int) -> None:
    def cut(count: int, sent: str) -> Reply | None:
        return (200, {}, "\n".join(twin.answer(sent).splitlines()[:lines])) if count == 1 else None

    twin.fault = cut
    assert [answer.key for answer in located(client, questions(3))] == ["0", "1", "2"]
    assert len(twin.requests) == 2


def test_a_service_that_stays_silent_is_given_up_and_what_came_before_is_kept(
    client: Geoplateforme, twin: Twin
) -> None:
    client.chunk = 2
    twin.fault = lambda count, _: (503, {}, "") if count > 1 else None
    chunks = client.locate(questions(4))
    assert len(next(chunks)) == 2
    with pytest.raises(SourceError, match=r"503 après 7 essais\. Les adresses restent à leur commune"):
        next(chunks)


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_refused_request_is_not_made_again(client: Geoplateforme, twin: Twin, status: int) -> None:
    twin.fault = lambda _count, _sent: (status, {}, "")
    with pytest.raises(SourceError, match=str(status)):
        located(client, questions(1))
    assert len(twin.requests) == 1


@pytest.mark.parametrize(
    "found",
    [
        {"result_type": "municipality"},
        {"result_score": "0.69"},
        {"result_score": ""},
        {"result_citycode": "44109"},
        {"longitude": "", "latitude": ""},
    ],
)
def test_a_town_a_weak_hit_or_one_in_another_departement_is_no_answer(
    client: Geoplateforme, twin: Twin, found: dict[str, str]
) -> None:
    twin.found = found
    assert located(client, questions(1)) == [Answer("0")]


@pytest.mark.parametrize(
    ("commune", "other", "kept"),
    [
        ("35238", "35047", True),
        ("97411", "97101", False),
        ("97801", "97123", False),
        ("2A004", "2B033", False),
    ],
)
def test_a_departement_overseas_has_three_figures(
    client: Geoplateforme, twin: Twin, commune: str, other: str, kept: bool
) -> None:
    twin.found = {"result_citycode": other}
    assert (located(client, questions(1, commune))[0].longitude is not None) is kept


@pytest.mark.parametrize("found", [{"result_housenumber": "99"}, {"result_type": "street"}])
def test_another_number_is_only_the_street(client: Geoplateforme, twin: Twin, found: dict[str, str]) -> None:
    twin.found = found
    assert located(client, questions(1))[0].location_class == "street"
