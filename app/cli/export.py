"""``observatoire export``: any list of the API into a file, asked of the API itself, in this process."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, BinaryIO
from urllib.parse import quote, urlencode

import orjson
import typer
from fastapi import FastAPI
from starlette.types import Message

from app.api.formats.known import FORMATS
from app.api.main import create_app
from app.cli.running import migrated_engine, say, settings_now
from app.errors import ParameterError

PREFIX = "/api/v1/"
OK = 200
STANDARD = "-"

ListArgument = Annotated[
    str, typer.Argument(metavar="LISTE", help="Liste de l'API : densities, practices, territories, coverage…")
]
AskedArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NOM=VALEUR]...", help="Paramètres de l'API, par exemple level=iris."),
]
OutputOption = Annotated[
    str,
    typer.Option(
        "--output",
        metavar="FICHIER",
        help="Fichier à écrire ; sa fin (.csv, .xlsx, .gpkg, .parquet…) dit la forme. « - » : la sortie.",
    ),
]


def export(name: ListArgument, asked: AskedArgument = None, output: OutputOption = STANDARD) -> None:
    """Écrire une liste de l'API dans un fichier, avec les mêmes paramètres et la même réponse."""
    query = _query(asked or [], output)
    settings = settings_now()
    migrated_engine(settings).dispose()
    path = f"{PREFIX}{quote(name.removeprefix(PREFIX).strip('/'))}"
    if output == STANDARD:
        asyncio.run(_ask(create_app(settings), path, query, sys.stdout.buffer))
        return
    # Beside its final name, so that a failure never leaves half a file under it.
    target = Path(output)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            asyncio.run(_ask(create_app(settings), path, query, file))
        part.replace(target)
    except FileNotFoundError as error:
        raise ParameterError(
            "output", f"Le dossier de « {target} » n'existe pas.", hint="Créez-le."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    say(f"Écrit dans {target} : {target.stat().st_size} octets.")


def _query(asked: list[str], output: str) -> str:
    """Return the query of the address. Raises ParameterError for what has not the form name=value."""
    pairs: dict[str, str] = {}
    for one in asked:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise ParameterError(
                one,
                f"« {one} » n'a pas la forme nom=valeur.",
                hint="Exemple : profession=medecin_generaliste.",
            )
        pairs[name] = value
    suffix = Path(output).suffix.removeprefix(".")
    if "format" not in pairs and suffix in FORMATS:
        pairs["format"] = suffix
    return urlencode(pairs)


async def _ask(app: FastAPI, path: str, query: str, file: BinaryIO) -> None:
    """Ask the application as a server would, and write its answer as it comes. Raises ParameterError."""
    status, refused = 0, bytearray()
    told = asyncio.Event()

    async def receive() -> Message:
        if told.is_set():
            await asyncio.Event().wait()
        told.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif status == OK:
            file.write(message.get("body", b""))
        else:
            refused.extend(message.get("body", b""))

    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http"},
        **{"method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode()},
        **{
            "root_path": "",
            "headers": [(b"host", b"localhost")],
            "client": None,
            "server": ("localhost", 80),
        },
    }
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)
    if status != OK:
        problem = orjson.loads(bytes(refused))
        raise ParameterError(
            str(problem.get("parameter", "")), str(problem["detail"]), hint=str(problem.get("hint", ""))
        )
