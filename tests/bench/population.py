"""How far apart the ways of spreading people are, on real files where they are at hand."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from app.db import migrate
from app.settings import PROJECT, Settings
from tests.realdata import spread


def lines(settings: Settings, engine: Engine) -> Iterator[str]:
    """Yield the comparison in French; each way has the bench's database for itself, emptied before."""
    folder = Path(os.environ.get("OBSERVATOIRE_REAL_DATA") or PROJECT.parent / "shared" / "data")
    if not folder.is_dir():
        yield "population : les extraits publics (OBSERVATOIRE_REAL_DATA) ne sont pas là"
        return

    def emptied() -> str:
        migrate.upgrade(engine)
        migrate.downgrade(engine, "base")
        migrate.upgrade(engine)
        return settings.database_url.get_secret_value() if settings.database_url else ""

    with TemporaryDirectory(dir=settings.home) as room:
        yield from spread.lines(spread.spreads(folder, emptied, Path(room)))
        yield spread.stated_line(folder, emptied, Path(room))
        yield spread.areas_line(folder, emptied, Path(room) / "surface")
