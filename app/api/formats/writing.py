"""A list written in the form that was asked: bytes for what is read at once, a file for what is kept."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from app.api.answers import to_features, to_json, to_list
from app.api.formats.about import About, about
from app.api.formats.delimited import write_csv, write_ndjson
from app.api.formats.known import FORMATS
from app.api.formats.listed import Item, Listed
from app.api.formats.workbook import write_xlsx
from app.api.snapshot import Release
from app.errors import ParameterError

# A file is refused past it: a map of a whole country is taken region by region.
MOST_BYTES = 1 << 30
# The lines of one sheet of a workbook, its header put aside.
MOST_SHEET_LINES = 1_048_575
CHECK_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class Options:
    """How a table is written: with commas in its decimals or not."""

    comma: bool = False


def body(form: str, listed: Listed, head: Item) -> bytes:
    """Return json or geojson: ``head`` is what every answer begins with."""
    if form == "geojson":
        items = list(listed.items)
        features = (
            (_identity(listed, rank, item), item, _outline(listed, item)) for rank, item in enumerate(items)
        )
        return to_features(head, features, count=len(items), **listed.head)
    return to_list(head, list(listed.items), **listed.head, **listed.more)


def _identity(listed: Listed, rank: int, item: Item) -> int:
    return rank if listed.identity is None else int(item[listed.identity])


def _outline(listed: Listed, item: Item) -> str | None:
    if listed.geometry != "Point":
        return listed.outline(item)
    if item["lon"] is None:
        return None
    return to_json({"type": "Point", "coordinates": [item["lon"], item["lat"]]}).decode()


@contextmanager
def table_file(
    form: str,
    listed: Listed,
    release: Release,
    vintages: Mapping[str, date],
    *,
    title: str,
    options: Options | None = None,
) -> Iterator[Path]:
    """Yield the file of a table, written in a folder of its own that is gone afterwards.

    Raises ParameterError when it grows past what one file may hold.
    """
    told = about(listed, release, vintages, title)
    with TemporaryDirectory(prefix="observatoire-") as folder:
        path = Path(folder) / f"table.{FORMATS[form].suffix}"
        write_file(form, listed, told, path, options or Options())
        yield path


def write_file(form: str, listed: Listed, about: About, path: Path, options: Options) -> None:
    """Write a list into a new file. Raises ParameterError when it grows past what one file may hold."""
    bounded = (
        replace(listed, items=_bounded(form, listed, path)) if not isinstance(listed.items, list) else listed
    )
    WRITERS[form](bounded, about, path, options)
    _check_size(path)


def _bounded(form: str, listed: Listed, path: Path) -> Iterator[Item]:
    """Yield the items of a list that is read as it is written; the file is looked at on the way."""
    for rank, item in enumerate(listed.items, 1):
        if rank % CHECK_ITEMS == 0:
            _check_size(path)
        if form == "xlsx" and rank > MOST_SHEET_LINES:
            raise ParameterError(
                "format",
                f"Une feuille Excel ne tient pas plus de {MOST_SHEET_LINES} lignes.",
                hint="Demandez format=parquet ou format=csv, ou limitez la liste avec « within ».",
            )
        yield item


def _check_size(path: Path) -> None:
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise ParameterError(
            "format",
            f"Le fichier dépasserait {MOST_BYTES >> 20} Mio ; il n'a pas été gardé.",
            hint="Limitez la liste à un territoire, par exemple within=commune:00101.",
        )


def _into(path: Path, write: Callable[[BinaryIO], None]) -> None:
    with path.open("wb") as file:
        write(file)


def _arrow(form: str, listed: Listed, about: About, path: Path) -> None:
    # Read when such a file is first asked: Arrow takes 50 MB that most processes never use.
    from app.api.formats import columnar  # noqa: PLC0415

    write = columnar.write_parquet if form == "parquet" else columnar.write_gpkg
    write(listed, about, path)


type Writer = Callable[[Listed, About, Path, Options], None]
WRITERS: Mapping[str, Writer] = {
    "csv": lambda listed, about, path, options: _into(
        path, lambda file: write_csv(listed, about, file, comma=options.comma)
    ),
    "ndjson": lambda listed, about, path, _: _into(path, lambda file: write_ndjson(listed, about, file)),
    "xlsx": lambda listed, about, path, _: write_xlsx(listed, about, path),
    "parquet": lambda listed, about, path, _: _arrow("parquet", listed, about, path),
    "gpkg": lambda listed, about, path, _: _arrow("gpkg", listed, about, path),
}
