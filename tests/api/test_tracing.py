"""Traces: what a collector on loopback is told of requests, and what it never is."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.api import tracing
from app.errors import SetupError

ASKED = "/api/v1/nearest?lat=46.405&lon=-3.305&profession=medecin_generaliste"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(ThreadingHTTPServer):
    """Keeps what is exported to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received: list[tuple[str, bytes]] = []

    @property
    def spans(self):
        """Return every span that came, by name."""
        found = [ExportTraceServiceRequest.FromString(body) for _, body in self.received]
        scopes = [scope for one in found for part in one.resource_spans for scope in part.scope_spans]
        return {span.name: span for scope in scopes for span in scope.spans}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_collector_is_told_the_route_and_its_status_and_nothing_of_what_was_asked(
    collector, published, city, open_client
):
    endpoint = f"http://127.0.0.1:{collector.server_port}/"
    with open_client(published[0], otel_endpoint=endpoint) as client:
        answer = client.get(ASKED, headers={"traceparent": PARENT, "X-API-Key": "clef-secrete"})
        client.get(f"/tiles/{city.releases['new']}/iris/3/3/2.mvt")
        client.get("/nulle-part/QUENOUILLARD")
    assert {path for path, _ in collector.received} == {"/v1/traces"}
    spans = collector.spans
    assert set(spans) == {"GET /api/v1/nearest", "GET /tiles/{release}/{layer}/{z}/{x}/{y}.mvt", "GET other"}
    told = {one.key: one.value for one in spans["GET /api/v1/nearest"].attributes}
    assert told.pop("observatoire.request_id").string_value == answer.headers["X-Request-ID"]
    assert told.pop("http.response.status_code").int_value == answer.status_code
    assert set(told) == {"http.request.method", "http.route"}
    assert spans["GET /api/v1/nearest"].trace_id.hex() in PARENT
    everything = b"".join(body for _, body in collector.received)
    for secret in (b"46.405", b"-3.305", b"medecin", b"clef-secrete", b"QUENOUILLARD", b"testclient"):
        assert secret not in everything


def test_without_a_collector_no_request_passes_through_it(client):
    assert tracing.Tracing not in [one.cls for one in client.app.user_middleware]


def test_a_collector_that_does_not_answer_costs_no_answer(published, open_client, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with open_client(published[0], otel_endpoint="http://127.0.0.1:9") as client:
        assert client.get("/healthz").status_code == 200


def test_the_lacking_libraries_are_named(monkeypatch):
    monkeypatch.setattr(tracing, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="OBSERVATOIRE_OTEL_ENDPOINT") as refused:
        tracing.tracer_provider("http://127.0.0.1:4318")
    assert "opentelemetry-sdk" in str(refused.value.hint)
