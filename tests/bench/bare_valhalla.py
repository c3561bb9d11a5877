"""Valhalla behind the leanest server there is: what an isochrone costs over HTTP before anything of ours.

``uvicorn tests.bench.bare_valhalla:answer``, with the folder of a graph in BENCH_GRAPH; the body of a request
is what the actor is asked.
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

import valhalla
from starlette.types import Receive, Scope, Send

from app.travel.graph import tile_config


@cache
def _actor() -> valhalla.Actor:
    return valhalla.Actor(tile_config(Path(os.environ["BENCH_GRAPH"])))


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request with what Valhalla says, in one thread."""
    if scope["type"] != "http":
        return
    asked: dict[str, Any] = await receive()
    drawn = _actor().isochrone(asked["body"].decode()).encode()
    length = (b"content-length", str(len(drawn)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": drawn})
