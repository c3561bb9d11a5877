"""What the commands on access to care share: options, their check by the API's models, the answer written."""

import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError

from app.api.deps import release_mark
from app.api.formats.known import FORMATS
from app.api.formats.listed import Listed
from app.api.formats.writing import body, table_file
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.wording import Level, Scope
from app.travel.modes import Mode

ProfessionOption = Annotated[str, typer.Option("--profession", help="Profession à chercher.")]
ScopeOption = Annotated[Scope, typer.Option("--scope", help="Exercices comptés.")]
ModeOption = Annotated[
    Mode, typer.Option("--mode", help="Mode : à pied, à vélo, en voiture ou en transports en commun.")
]
DepartureOption = Annotated[
    str | None,
    typer.Option("--departure", metavar="AAAA-MM-JJ[THH:MM]", help="Départ en transports en commun."),
]
LevelOption = Annotated[Level, typer.Option("--level", help="Niveau des territoires.")]
WithinOption = Annotated[
    str | None, typer.Option("--within", help="Territoire auquel se limiter, par exemple commune:35238.")
]


def checked[Query: BaseModel](model: type[Query], **values: object) -> Query:
    """Return the query that options make. Raises ParameterError naming the one at fault."""
    try:
        return model(**values)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise ParameterError(name, f"Le paramètre « {name} » n'a pas la forme attendue.") from error


def write_list(
    listed: Listed,
    form: str,
    release: Release,
    vintages: Mapping[str, date] | None = None,
    *,
    title: str = "",
) -> None:
    """Write a list on the standard output, as the API answers it."""
    if not FORMATS[form].is_file:
        write(body(form, listed, release_mark(release)))
        return
    with table_file(form, listed, release, vintages or {}, title=title) as path:
        write(path.read_bytes())


def write(body: bytes) -> None:
    """Write an answer on the standard output, at once."""
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
