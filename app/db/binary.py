"""Fields of rows in the binary form of COPY (PostgreSQL's documentation, « COPY », file formats)."""

from collections.abc import Iterable
from datetime import date
from struct import pack

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = pack(">i", -1)
EPOCH = date(2000, 1, 1)
TEXT_OID = 25
FROM_INCLUDED, TO_INFINITY = 0x02, 0x10


class _Lengths(dict[int, bytes]):
    def __missing__(self, length: int) -> bytes:
        return pack(">i", length)


# What goes before a text of so many bytes; one of none is NULL, as in the registers.
LENGTHS = _Lengths({0: NULL, **{length: pack(">i", length) for length in range(1, 256)}})


def text(value: bytes) -> bytes:
    """Return a text, NULL when it is empty."""
    return LENGTHS[len(value)] + value


def boolean(value: bool) -> bytes:
    """Return a boolean."""
    return pack(">i?", 1, value)


def texts(values: Iterable[bytes]) -> bytes:
    """Return an array of texts of one dimension, none of them NULL."""
    elements = [pack(">i", len(value)) + value for value in values]
    size = pack(">ii", len(elements), 1) if elements else b""
    return _sized(pack(">iii", bool(elements), 0, TEXT_OID) + size + b"".join(elements))


def days_from(day: date) -> bytes:
    """Return the range of dates from a day on, without end."""
    return _sized(pack(">Bii", FROM_INCLUDED | TO_INFINITY, 4, (day - EPOCH).days))


def _sized(value: bytes) -> bytes:
    return pack(">i", len(value)) + value
