"""The isochrone of one point, drawn without route, thread or database when all that it needs is in memory."""

import anyio.to_thread
import shapely
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_points import AskedPoint
from app.api.belief import Published
from app.api.cache import AlreadyAnsweredError
from app.api.deps import Reply, considered
from app.api.entrance import counted
from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.parameters import IsochroneQuery
from app.api.reach import Asked, Known, Shelf, written
from app.api.snapshot import check_release
from app.errors import ObservatoireError
from app.travel.engine import Journey
from app.travel.routing import Routing

PATH = "/api/v1/isochrones"
# Larger areas take milliseconds to measure, and would hold up the other requests.
THREAD_FROM_POINTS = 1_250


async def answer(request: Request, said: Published) -> Response | None:
    """Return the answer, None where the route has something to read, to refuse or to explain."""
    if request.scope["path"] != PATH:
        return None
    try:
        asked = read(request)
        known = _known(request, asked, said) if asked else None
        if asked is None or known is None:
            return None
        reply = considered(
            request, said.release, asked.query, offered=MAP_FORMS, name=asked.name(known.travel)
        )
        journey = asked.journey()
        if journey is None or FORMATS[reply.form].is_file or not counted(request, PATH):
            return None
        return await _drawn(request, asked, journey, known, reply)
    except AlreadyAnsweredError as held:
        return held.response if counted(request, PATH) else None
    except (ObservatoireError, ValidationError):
        return None


def read(request: Request) -> Asked | None:
    """Return what is asked, None for what the route refuses: the parameters are its own.

    Raises ValidationError and ParameterError.
    """
    given = request.query_params.multi_items()
    values = dict(given)
    if len(values) < len(given) or not all(values.values()):
        return None
    query = IsochroneQuery.model_validate(values)
    return Asked(query, [AskedPoint(0, None, query.lon, query.lat)], strict=True)


def _known(request: Request, asked: Asked, said: Published) -> Known | None:
    """Return what was read for such an answer, if it is of what is published. Raises NotFoundError."""
    check_release(said.release, asked.query.release)
    state = request.app.state
    shelf: Shelf = state.shelf
    known = shelf.known(asked, state.searches.on)
    if known is None or known.release != said.release:
        return None
    return known if known.travel.ground.fingerprint == said.graphs[asked.query.mode] else None


async def _drawn(
    request: Request, asked: Asked, journey: Journey, known: Known, reply: Reply
) -> Response | None:
    """Return the answer to a journey that a process at rest draws. Raises what the engine raises."""
    routing: Routing = request.app.state.routing
    reach = await routing.reach(known.travel.ground.fingerprint, journey)
    if reach is None:
        return None

    def made() -> Response:
        return written(asked, reply, known, lambda _graph, _journeys: [reach])

    if shapely.get_num_coordinates(reach.areas).sum() < THREAD_FROM_POINTS:
        return made()
    return await anyio.to_thread.run_sync(made)
