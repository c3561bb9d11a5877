"""What every command needs: the settings, a database at the newest schema, a line for a person."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy import Engine

from app import log
from app.db import migrate
from app.db.engines import job_engine
from app.db.roles import open_logins
from app.errors import SetupError
from app.jobs.alerts import review
from app.settings import Settings

FileArgument = Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à lire.")]
DayOption = Annotated[
    datetime | None,
    typer.Option("--vintage", metavar="AAAA-MM-JJ", formats=["%Y-%m-%d"], help="Date du fichier."),
]
Number = Annotated[int, typer.Argument(metavar="VERSION", min=1, max=2_147_483_647)]


def settings_now() -> Settings:
    """Read the settings and set the logs up; raises SetupError naming the setting at fault."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise _refused("_".join(str(part) for part in error.errors()[0]["loc"])) from error
    except SettingsError as error:
        # A value that is no JSON where JSON is expected: only the text says which field.
        raise _refused(str(error).split('"')[1]) from error
    log.configure("text" if sys.stderr.isatty() else settings.log_format)
    return settings


def _refused(field: str) -> SetupError:
    return SetupError(
        f"Le réglage OBSERVATOIRE_{field.upper()} n'est pas valable.",
        hint="Voir le tableau des réglages de docs/guide.md.",
    )


def migrated_engine(settings: Settings) -> Engine:
    """Return the writing engine of a database that is up and at the newest schema."""
    engine = job_engine(settings)
    migrate.upgrade(engine)
    let_web_in(engine, settings)
    return engine


def let_web_in(engine: Engine, settings: Settings, *, anew: bool = False) -> None:
    """Give the web its own logins in a city's database, when the settings have a password for them."""
    if settings.database_url is not None and settings.web_password is not None:
        open_logins(engine, settings.web_password.get_secret_value(), anew=anew)


@contextmanager
def watched_engine(settings: Settings) -> Iterator[Engine]:
    """Give the writing engine; whatever becomes of the work, look for problems then and tell of them."""
    engine = migrated_engine(settings)
    try:
        yield engine
    finally:
        review(engine, settings)


def say(line: str) -> None:
    """Print one line for a person, at once."""
    typer.echo(line)
    sys.stdout.flush()
