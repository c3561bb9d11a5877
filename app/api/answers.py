"""Bytes of answers: JSON without NaN, CSV that no spreadsheet executes, GeoJSON of stored geometry."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import orjson

from app.api.formats.cells import harmless, plain

type Item = Mapping[str, object]


def to_json(payload: Mapping[str, object]) -> bytes:
    """Return compact UTF-8 JSON; NaN and infinities become null, dates ISO."""
    return orjson.dumps(payload, option=orjson.OPT_SERIALIZE_NUMPY)


def to_list(head: Item, items: Sequence[Item], **echoed: object) -> bytes:
    """Return the envelope of a list: ``head``, the count, the parameters echoed, the items."""
    return to_json({**head, "count": len(items), **echoed, "items": items})


def to_csv(columns: Sequence[str], items: Iterable[Item]) -> bytes:
    """Return UTF-8 CSV with commas and a header line; unknown values are empty, lists joined by spaces."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(item.get(column)) for column in columns] for item in items)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    value = plain(value)
    return harmless(value) if isinstance(value, str) else value


def to_features(head: Item, features: Iterable[tuple[int, Item, str | None]], **echoed: object) -> bytes:
    """Return a FeatureCollection of (id, properties, geometry already written as GeoJSON).

    The geometry is copied, never parsed. The envelope's members stand beside ``features``. The whole is held
    in memory, so that the connection is free before a slow client reads it.
    """
    start = to_json({"type": "FeatureCollection", **head, **echoed})
    # Joined once at the end: formatting each feature would copy every geometry once more.
    parts = [start[:-1], b',"features":[']
    for identity, properties, geometry in features:
        parts += (
            b'{"type":"Feature","id":%d,"properties":' % identity,
            orjson.dumps(properties),
            b',"geometry":',
            geometry.encode() if geometry else b"null",
            b"},",
        )
    if parts[-1] == b"},":
        parts[-1] = b"}"
    return b"".join((*parts, b"]}"))
