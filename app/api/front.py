"""Answers given before the routes: what is kept, and isochrones that nothing has to be read for.

Only to GET of the API's own addresses without a credential, and only while what the base said of the
published release is believed. Everything else goes on to the application, which alone refuses and explains.
"""

from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import isochrone_front
from app.api.belief import Belief, Published
from app.api.cache import REVALIDATE, is_current, not_modified
from app.api.deps import given
from app.api.entrance import counted
from app.api.kept import KeptAnswers
from app.api.middleware import Named
from app.api.tile_front import CREDENTIALS

API = "/api/v1/"
# Addresses whose answer is found without a route; the answers themselves have their own bound.
MOST_ADDRESSES = 10_000
# Browsers send a tenth of it; a header may be half a million long, and would be remembered.
LONGEST_ADDRESS = 2_000
type Address = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True)
class Noted:
    """Under what an answer is kept, the route that gave it, and what was published then."""

    key: tuple[object, ...]
    route: Named
    said: Published


class Front:
    """Gives what can be given at once, and passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._noted: OrderedDict[Address, Noted] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once or pass the request on."""
        said = self._believed(scope)
        if said is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        response = self._again(request, said) or await self._drawn(request, said)
        await (response or self.app)(scope, receive, send)
        self._note(request, said)

    def _believed(self, scope: Scope) -> Published | None:
        """Return what is published, for a request that may be answered here."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(API):
            return None
        if any(name in CREDENTIALS for name, _ in scope["headers"]):
            return None
        belief: Belief = scope["app"].state.belief
        return belief.now()

    def _again(self, request: Request, said: Published) -> Response | None:
        """Return the answer that an address was given of what is published; None when it is not kept."""
        noted = self._noted.get(_address(request))
        if noted is None or noted.said != said:
            return None
        kept: KeptAnswers = request.app.state.kept
        answer = kept.find(noted.key)
        if answer is None or not counted(request, noted.route.path):
            return None
        request.scope["route"] = noted.route
        validator = answer.headers["ETag"]
        if is_current(request, validator):
            return not_modified(validator, REVALIDATE).response
        return given(answer)

    async def _drawn(self, request: Request, said: Published) -> Response | None:
        """Return the isochrone of one point; None for another question."""
        response = await isochrone_front.answer(request, said)
        if response is not None:
            request.scope["route"] = Named(isochrone_front.PATH)
        return response

    def _note(self, request: Request, said: Published) -> None:
        """Remember under what the answer to an address is kept."""
        key = getattr(request.state, "kept_as", None)
        if key is None or key[0] != said.release:
            return
        address = _address(request)
        if sum(map(len, address)) > LONGEST_ADDRESS:
            return
        self._noted[address] = Noted(key, Named(request.scope["route"].path), said)
        self._noted.move_to_end(address)
        while len(self._noted) > MOST_ADDRESSES:
            self._noted.popitem(last=False)


def _address(request: Request) -> Address:
    """Return all of a request that its answer depends on."""
    scope = request.scope
    return scope["path"], scope["query_string"], request.headers.get("accept", "")
