"""CSV and lines of JSON, written line by line."""

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from app.api.formats.about import About
from app.api.formats.cells import harmless, plain
from app.api.formats.listed import Listed

# What every line of a csv repeats: it has no other place for it.
PROVENANCE = ("unit", "release", "vintage", "source")
BOM = b"\xef\xbb\xbf"
FLUSH_LINES = 2_000


def write_csv(listed: Listed, about: About, file: BinaryIO, *, comma: bool = False) -> None:
    """Write UTF-8 CSV with a header line; unknown values are empty, lists joined by spaces.

    With ``comma``, semicolons part the columns and commas the decimals, behind the mark by which a French
    spreadsheet knows UTF-8.
    """
    if comma:
        file.write(BOM)
    for chunk in _chunks(listed, about, comma=comma):
        file.write(chunk)


def _chunks(listed: Listed, about: About, *, comma: bool) -> Iterator[bytes]:
    names = [column.name for column in listed.described()]
    repeated = [name for name in PROVENANCE if name not in names]
    told = [harmless(str(about.provenance[name])) for name in repeated]
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n", delimiter=";" if comma else ",")
    writer.writerow([*names, *repeated])
    for rank, line in enumerate(listed.flat(), 1):
        writer.writerow([*(_cell(line.get(name), comma=comma) for name in names), *told])
        if rank % FLUSH_LINES == 0:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def _cell(value: Any, *, comma: bool) -> object:  # noqa: ANN401 - whatever an item holds
    value = plain(value)
    if isinstance(value, str):
        return harmless(value)
    if comma and isinstance(value, float):
        return str(value).replace(".", ",")
    return value


def write_ndjson(listed: Listed, about: About, file: BinaryIO) -> None:
    """Write one JSON object a line, as the items of json; the first says what the list is."""
    file.write(orjson.dumps({"about": about.told}, option=orjson.OPT_APPEND_NEWLINE))
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    for item in listed.items:
        file.write(orjson.dumps(item, option=option))
