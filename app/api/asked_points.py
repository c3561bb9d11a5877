"""Points that a request brings in its body: read within bounds, named, none of them judged yet."""

from dataclasses import dataclass

import orjson
from starlette.requests import Request

from app.errors import ParameterError
from app.travel.isochrones import no_points

MOST_BYTES = 2 << 20
FORM = 'Forme attendue : {"points": [{"id": "a", "lon": -1.68, "lat": 48.11}]}.'


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """One point as it was asked: its rank from 0, its own name if it has one, its coordinates."""

    index: int
    id: str | int | None
    lon: object
    lat: object


async def read_points(request: Request) -> list[AskedPoint]:
    """Return the points of a request's body. Raises ParameterError when it has none or too many."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ParameterError("points", f"La demande dépasse {MOST_BYTES >> 20} Mo.", hint=FORM)
    return points_of(bytes(body))


def points_of(body: bytes) -> list[AskedPoint]:
    """Return the points that a JSON text lists. Raises ParameterError when it has none or too many."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParameterError("points", "Le corps de la demande n'est pas du JSON.", hint=FORM) from error
    if not isinstance(said, dict) or set(said) != {"points"} or not isinstance(said["points"], list):
        raise ParameterError(
            "points", "Le corps de la demande doit avoir une liste « points », et rien d'autre.", hint=FORM
        )
    refused = no_points(len(said["points"]))
    if refused:
        raise refused
    return [_point(index, entry) for index, entry in enumerate(said["points"])]


def _point(index: int, entry: object) -> AskedPoint:
    if not isinstance(entry, dict):
        return AskedPoint(index, None, None, None)
    name = entry.get("id")
    named = isinstance(name, str | int) and not isinstance(name, bool)
    return AskedPoint(index, name if named else None, entry.get("lon"), entry.get("lat"))
