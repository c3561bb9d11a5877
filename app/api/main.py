"""The web application, made from settings: nothing is opened before it starts."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from opentelemetry.trace import TracerProvider
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from app.api import errors
from app.api.beforehand import Beforehand
from app.api.belief import Belief
from app.api.body_limit import BodyLimit
from app.api.compression import Compression
from app.api.documented import PROBLEM_SCHEMA
from app.api.documented_access import tell_access
from app.api.entrance import enter
from app.api.front import Front
from app.api.glossary import complete, complete_parameter
from app.api.kept import KeptAnswers
from app.api.metrics import Metrics
from app.api.middleware import HeadAsGet, Measure, SecurityHeaders
from app.api.ogc import Layers
from app.api.other_sites import OtherSites
from app.api.own_host import OwnHost
from app.api.portrait import PortraitShelf
from app.api.reach import Shelf
from app.api.request_ids import RequestIds
from app.api.routes import (
    access,
    accessibility,
    addresses,
    areas,
    atlas,
    callers,
    catalogue,
    changes,
    coverage,
    densities,
    docs,
    gaps,
    health,
    inequalities,
    isochrones,
    jobs,
    layers,
    nearest,
    needs,
    nomenclature,
    ogc,
    people,
    pictures,
    practices,
    projections,
    quality,
    releases,
    territories,
    tiles,
    trends,
)
from app.api.searches import Searches
from app.api.served import PeopleShelf
from app.api.tile_front import TileDrawing, TileFront, Tiles
from app.api.tracing import FRAMEWORK_TELEMETRY_OFF, Tracing, tracer_provider
from app.db.engines import TILE_POOL, read_engine, watching_engine
from app.db.loop_reader import LoopReader
from app.security.gate import Gate
from app.settings import Settings
from app.travel.routing import Routing

TITLE = "Observatoire de l'offre de soins"
DESCRIPTION = (
    "Où sont les professionnels de santé d'une ville, et combien pour chaque quartier. Toutes les réponses "
    "viennent d'une seule version publiée, nommée dans « release » et dans l'en-tête ETag ; une valeur "
    "inconnue est null ; les dates suivent ISO 8601 ; les erreurs suivent la RFC 9457, en français, et "
    "nomment le paramètre en cause. Sous /api/v1 rien ne disparaît sans être marqué « deprecated » et "
    "annoncé douze mois avant (en-têtes Deprecation et Sunset)."
)
# Isochrones may take seconds: they never hold every thread.
THREADS_FOR_MAPS = 2
# Sheets printed at the same time by one process.
PRESSES = 1
TYPEFACE = "vendor/source-sans-3"
LEAFLET = "vendor/leaflet"

# In the order in which OpenAPI and the page tell them.
ROUTES = (
    *(health, jobs, docs, nomenclature, releases, changes),
    *(quality, territories, areas, addresses, practices, people, densities, isochrones),
    *(gaps, inequalities, needs),
    *(trends, projections, access, coverage, nearest, accessibility),
    *(layers, ogc, catalogue, atlas, pictures, callers),
)


def create_app(
    settings: Settings,
    *,
    pages: APIRouter | None = None,
    problem_page: errors.ProblemPage | None = None,
    static: Path | None = None,
    shared: Path | None = None,
    beforehand: bool = False,
) -> FastAPI:
    """Return the application: the API, and the pages and static files that the caller adds.

    ``problem_page`` shows to a browser what is wrong, where programs get JSON.
    ``shared`` is the folder where the processes of one server add their counters up. With ``beforehand`` it
    reads what is published as soon as it is: for a server, which lasts.
    """

    metrics = Metrics(shared)
    traces = tracer_provider(settings.otel_endpoint) if settings.otel_endpoint else None
    kept_tiles = Tiles(settings.home, settings.tile_cache_mb << 20)
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=version("observatoire"),
        lifespan=partial(_lifespan, settings=settings, shared=shared, beforehand=beforehand),
        openapi_url=None,  # a route of ours: FastAPI's own passes no entrance, and is not counted
        docs_url=None,
        redoc_url=None,
        telemetry=FRAMEWORK_TELEMETRY_OFF,
        dependencies=[Depends(enter)],
        middleware=_in_front(settings, metrics, kept_tiles, traces),
    )
    app.state.metrics, app.state.tiles, app.state.traces = metrics, kept_tiles, traces
    _remember(app, settings, static)
    errors.install(app, problem_page)
    _include(app, pages, static)
    _describe(app)
    return app


def _include(app: FastAPI, pages: APIRouter | None, static: Path | None) -> None:
    """Add the routes of the API, the pages and the static files."""
    # Told last and found first: a map asks dozens, and a hundred routes are long to look through.
    for module in (tiles, *ROUTES):
        app.include_router(module.router)
    if pages is not None:
        app.include_router(pages, include_in_schema=False)
    if static is not None:
        app.mount("/static", StaticFiles(directory=static), name="static")


@asynccontextmanager
async def _lifespan(
    app: FastAPI, *, settings: Settings, shared: Path | None, beforehand: bool
) -> AsyncIterator[None]:
    """Open what a process needs when it starts, and close it when it ends."""
    # As many threads as connections: a request that runs never waits for the pool.
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    app.state.engine, app.state.gate = read_engine(settings), Gate(settings, shared)
    app.state.reader = LoopReader(settings, min(settings.threads, TILE_POOL))
    metrics: Metrics = app.state.metrics
    telling = asyncio.create_task(metrics.keep_telling()) if shared else None
    told = (app.state.people, settings.home, app.state.belief)
    reading = Beforehand(watching_engine(settings), *told) if beforehand else None
    if beforehand:
        # The modules that are there by now last as long as the program: looking through them for what is dead
        # again and again would hold up a request for a sixth of a second.
        gc.collect()
        gc.freeze()
    with reading or nullcontext():
        yield
    if telling:
        telling.cancel()
        metrics.write()
    app.state.routing.close()
    app.state.gate.close()
    await app.state.layers.close()
    if app.state.traces:
        # Sends what is left, in a thread: the collector may be slow.
        await anyio.to_thread.run_sync(app.state.traces.shutdown)
    app.state.engine.dispose()
    await app.state.reader.close()


def _in_front(
    settings: Settings, metrics: Metrics, tiles: Tiles, traces: TracerProvider | None
) -> list[Middleware]:
    """Return what every request goes through, outermost first."""
    return [
        *([Middleware(OwnHost, public_url=settings.public_url)] if settings.public_url else []),
        *_other_sites(settings),
        Middleware(TileFront, tiles=tiles, metrics=metrics),
        Middleware(RequestIds),
        Middleware(SecurityHeaders),
        Middleware(HeadAsGet),
        *([Middleware(Tracing, provider=traces)] if traces else []),
        Middleware(Measure, metrics=metrics),
        Middleware(TileDrawing, tiles=tiles),
        Middleware(Compression),
        Middleware(BodyLimit, most_bytes=settings.max_body_bytes),
        Middleware(Front),
    ]


def _other_sites(settings: Settings) -> list[Middleware]:
    """Return what lets pages of other sites read the API: nothing unless the settings name them.

    Without cookies: what those pages read is what everybody reads.
    """
    sites = settings.cors_sites()
    if not sites:
        return []
    shown = ["ETag", "Link", "Content-Disposition", "Retry-After"]
    read = ["GET", "HEAD", "OPTIONS"]
    return [Middleware(OtherSites, allow_origins=sites, allow_methods=read, expose_headers=shown)]


def _remember(app: FastAPI, settings: Settings, static: Path | None) -> None:
    """Give the application its settings, and what it keeps from one request to the next."""
    app.state.settings = settings
    app.state.belief = Belief()
    app.state.kept = KeptAnswers()
    app.state.shelf = Shelf()
    app.state.layers = Layers(settings)
    app.state.fonts = static / TYPEFACE if static else None
    app.state.leaflet = static / LEAFLET if static else None
    app.state.presses = BoundedSemaphore(PRESSES)
    app.state.people = PeopleShelf()
    app.state.portraits = PortraitShelf()
    app.state.searches = Searches(settings.home)
    app.state.routing = Routing(
        settings.home,
        app.state.searches,
        size=settings.routing_processes,
        limit_s=settings.routing_timeout_s,
        room=max(1, settings.threads - THREADS_FOR_MAPS),
    )


def _describe(app: FastAPI) -> None:
    """Complete OpenAPI with the shape of problems, and drop FastAPI's own English one."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            paths = schema["paths"]
            schema["paths"] = dict(sorted(paths.items(), key=lambda path: path[0].startswith("/tiles/")))
            shapes = schema["components"]["schemas"]
            shapes.update(PROBLEM_SCHEMA)
            complete(shapes)
            for operation in (one for path in schema["paths"].values() for one in path.values()):
                for parameter in operation.get("parameters", ()):
                    complete_parameter(parameter)
            tell_access(schema)
            for name in ("HTTPValidationError", "ValidationError"):
                shapes.pop(name, None)
            app.openapi_schema = schema
        return app.openapi_schema

    # FastAPI's documented way to extend its schema.
    app.openapi = openapi  # type: ignore[method-assign]
