"""A span a request for OpenTelemetry, when a collector is set: the route, never what was asked of it.

No address, parameter, header, person or text of an error: ``/api/v1/nearest`` and its status, and the number
that the journal knows the request by. FastAPI's own spans hold the query, where people stand: they stay off.
"""

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from fastapi.telemetry import TelemetryConfig
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, StatusCode, TracerProvider
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.metrics import KNOWN_METHODS
from app.errors import SetupError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider

# What FastAPI would export by itself, were it asked to by the environment.
FRAMEWORK_TELEMETRY_OFF = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False)
INSTALL = (
    ".venv/bin/python -m pip install 'opentelemetry-sdk>=1.40' 'opentelemetry-exporter-otlp-proto-http>=1.40'"
)


def tracer_provider(endpoint: str) -> "SdkTracerProvider":
    """Return what sends spans to a collector (OTLP over HTTP), in batches, off the way of the requests.

    The SDK reads OpenTelemetry's own variables besides: sampler, headers, name of the service. Raises
    SetupError when it is not installed.
    """
    if find_spec("opentelemetry.sdk") is None or find_spec("opentelemetry.exporter") is None:
        raise SetupError(
            "Les traces (OBSERVATOIRE_OTEL_ENDPOINT) demandent deux bibliothèques qui manquent.",
            hint=INSTALL,
        )
    # Tens of megabytes that nobody pays for without a collector.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    service = {"service.name": "observatoire", "service.version": version("observatoire")}
    made = SdkTracerProvider(resource=Resource.create(service))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    return made


class Tracing:
    """Makes a span of each request that reaches a route, named by its template."""

    def __init__(self, app: ASGIApp, provider: TracerProvider) -> None:
        self.app = app
        self._tracer = provider.get_tracer("observatoire", version("observatoire"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on inside its span."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "_OTHER"
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._tracer.start_as_current_span(
            method,
            context=extract(Headers(scope=scope)),
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self.app(scope, receive, note)
            finally:
                route = getattr(scope.get("route"), "path", "other")
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "http.route": route,
                        "http.response.status_code": status,
                        "observatoire.request_id": scope.get("state", {}).get("request_id", ""),
                    }
                )
                if status >= 500:
                    span.set_status(StatusCode.ERROR)
