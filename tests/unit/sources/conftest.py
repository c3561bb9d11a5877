"""Reading source files in tests: the synthetic twins of the repository, and files written on the spot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from app.settings import PROJECT
from app.sources.catalogue import RegisterName
from app.sources.recognise import recognise
from app.sources.rows import RecognisedFile, Rejects

TWINS = PROJECT / "tests" / "fixtures" / "sources"
MAX_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read to its end: what it was, its rows as dictionaries, what was refused."""

    file: RecognisedFile
    rows: list[dict[str, str | None]]
    rejects: Rejects


Read = Callable[..., Reading]
Write = Callable[[str, str | bytes], Path]


def read_file(
    path: Path,
    *,
    max_bytes: int = MAX_BYTES,
    vintage: date | None = None,
    expected: RegisterName | None = None,
) -> Reading:
    """Recognise a file and read all its rows."""
    recognised = recognise(path, max_bytes=max_bytes, vintage=vintage, expected=expected)
    rejects = Rejects()
    columns = recognised.register.columns
    rows = [dict(zip(columns, row, strict=True)) for row in recognised.rows(rejects)]
    return Reading(recognised, rows, rejects)


@pytest.fixture(scope="session")
def twin() -> Callable[[str], Path]:
    """Return the path of a synthetic twin."""
    return lambda name: TWINS / name


@pytest.fixture(scope="session")
def read() -> Read:
    """Return the reader of whole files."""
    return read_file


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file and gives its path."""

    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write
