"""The tipg application: JSON alone, with the site's own errors."""

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from tipg.dependencies import TileParams, bbox_query, filter_query
from tipg.errors import DEFAULT_STATUS_CODES, TiPgError
from tipg.factory import Endpoints

from app.api import errors
from app.api.ogc.asked import NUL, read_box, read_filter, read_tile
from app.api.ogc.store import LayerStore
from app.api.problems import problem
from app.errors import NotFoundError, ObservatoireError, ParameterError, StoreError
from app.log import get_logger
from app.settings import Settings

TITLE = "Observatoire de l'offre de soins : couches pour logiciels cartographiques"
# Faults of the question, by the beginning of PostgreSQL's code: wrong values, unknown columns or syntax, and
# shapes or squares that PostGIS refuses.
ASKED_WRONG = ("22", "42", "XX000")
HINT = "Les couches sont à l'adresse /ogc/collections ; chacune dit ses colonnes dans /queryables."
PREFIX = "/ogc"

log = get_logger(__name__)


def layers_application() -> FastAPI:
    """Return tipg's routes in an application of their own."""
    app = FastAPI(title=TITLE, openapi_url="/api", docs_url=None, redoc_url=None)
    app.include_router(Endpoints(title=TITLE, with_tiles_viewer=False).router)

    # tipg's landing page links to a page by this name: ours.
    @app.get("/api.html", name="swagger_ui_html", include_in_schema=False)
    def described() -> Response:
        return RedirectResponse("/docs", 303)

    app.dependency_overrides[filter_query] = read_filter
    app.dependency_overrides[bbox_query] = read_box
    app.dependency_overrides[TileParams] = read_tile
    app.add_exception_handler(ObservatoireError, errors.on_domain_error)
    app.add_exception_handler(TiPgError, on_refusal)
    app.add_exception_handler(asyncpg.PostgresError, on_database)
    app.add_exception_handler(OSError, on_away)
    app.add_exception_handler(RequestValidationError, errors.on_refused_parameters)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, errors.on_unforeseen_error)
    return app


def on_refusal(_request: Request, error: Exception) -> Response:
    """Answer what tipg refuses; its English stays in the log."""
    status = next(
        (DEFAULT_STATUS_CODES[kind] for kind in type(error).__mro__ if kind in DEFAULT_STATUS_CODES), 500
    )
    log.info("ogc_refused", kind=type(error).__name__, error=str(error))
    return _refused(404 if status == 404 else 422)


def on_http(request: Request, error: Exception) -> Response:
    """Answer an unknown layer or address, or a question of the wrong form."""
    assert isinstance(error, HTTPException)
    if error.status_code in {404, 422}:
        return _refused(error.status_code)
    return errors.on_http_error(request, error)


def on_database(request: Request, error: Exception) -> Response:
    """Answer what the database refuses: a fault of the question, or a store that is away or too slow."""
    code = getattr(error, "sqlstate", None) or ""
    if code.startswith(ASKED_WRONG):
        return _refused(422)
    return on_away(request, error)


def on_away(request: Request, error: Exception) -> Response:
    """Answer a database that is away or too slow: 503, and nothing of what it said."""
    log.error("ogc_database_error", path=request.url.path, kind=type(error).__name__, error=str(error))
    return problem(
        StoreError.status,
        StoreError.title,
        "La base de données n'a pas répondu à temps.",
        hint="Réessayez dans quelques secondes, ou resserrez la demande avec bbox.",
    )


def _refused(status: int) -> Response:
    if status == 404:
        return problem(
            404, NotFoundError.title, "Aucune couche ni aucun élément n'est à cette adresse.", hint=HINT
        )
    return problem(422, ParameterError.title, "La demande OGC API n'est pas valable.", hint=HINT)


class LayersApplication:
    """tipg's application and what it reads."""

    def __init__(self, settings: Settings) -> None:
        self.app = layers_application()
        self.store = LayerStore(settings)

    def answer(self) -> Response:
        """Return an answer that passes its request on to tipg."""
        return LayersAnswer(self.app, self.store)


class LayersAnswer(Response):
    """An answer that tipg writes: the request goes on to it, below /ogc."""

    def __init__(self, app: FastAPI, store: LayerStore) -> None:
        super().__init__()
        self._app, self._store = app, store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once the layers can be read."""
        if b"%00" in scope["query_string"] or "\0" in scope["path"]:
            await problem(422, ParameterError.title, NUL, hint=HINT)(scope, receive, send)
            return
        try:
            await self._store.ready(self._app)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            await on_away(Request(scope), error)(scope, receive, send)
            return
        below = {**scope, "root_path": scope.get("root_path", "") + PREFIX, "headers": _json_alone(scope)}
        for name in ("router", "endpoint", "path_params", "route"):
            below.pop(name, None)
        await self._app(below, receive, send)


def _json_alone(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers without Accept: tipg's pages would load styles from another site."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return [(name, value) for name, value in headers if name != b"accept"]
