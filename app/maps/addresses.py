"""Finding an address by what somebody types: words of the street and of the commune, begun or whole."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row

from app.db.sql import load
from app.supply.address import fold, house_number, street_keys, town_key

Precision = Literal["housenumber", "street"]
POSTCODE = re.compile(r"\b\d{5}\b")
# A number that opens the text, with its repetition: « 12 bis, ».
NUMBER = re.compile(r"^\s*(\d{1,4})\s*(?:(bis|ter|quater|[a-zA-Z])(?=[\s,]))?[\s,]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """A place somebody may mean; ``precision`` is « street » where the number asked is not in the street."""

    label: str
    commune: str
    commune_code: str
    lon: float
    lat: float
    precision: Precision


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, taken apart; no word is shorter than what was typed of it."""

    number: int | None
    repetition: str
    words: tuple[str, ...]


def take_apart(asked: str) -> Typed:
    """Return the number and the words of a typed address; the postcode tells nothing that the town does not.

    >>> take_apart("12 bis, av. du Gal Lecl")
    Typed(number=12, repetition='BIS', words=('AVENUE', 'GENERAL', 'LECL'))
    >>> take_apart("hôtel de ville 35000 Rennes").words
    ('HOTEL', 'VILLE', 'RENNES')
    """
    found = NUMBER.match(asked)
    number, repetition = house_number(found.group(1), found.group(2)) if found else (None, "")
    rest = asked[found.end() :] if found else asked
    key, _ = street_keys(POSTCODE.sub(" ", rest))
    return Typed(number, repetition, tuple((key or "").split()))


def find_addresses(connection: Connection, asked: str, most: int) -> list[FoundAddress]:
    """Return at most ``most`` addresses of the published release, streets begun by the first word first."""
    typed = take_apart(asked)
    if not typed.words:
        return []
    communes = connection.execute(load("app.maps", "address_communes")).all()
    rows = connection.execute(
        load("app.maps", "address_search"),
        {
            "codes": [row.code for row in communes],
            "names": [row.name for row in communes],
            "keys": [town_key(row.name) or fold(row.name) for row in communes],
            "patterns": [f"% {word}%" for word in typed.words],
            "first": typed.words[0],
            "number": typed.number,
            "repetition": typed.repetition,
            "most": most,
        },
    )
    # The number asked is what somebody looks for, in whatever street.
    return sorted((_found(row, typed) for row in rows), key=lambda found: found.precision != "housenumber")


def _found(row: Row[Any], typed: Typed) -> FoundAddress:
    exact = typed.number is not None and row.number == typed.number and row.repetition == typed.repetition
    street = row.street_key.title()
    label = " ".join(str(part) for part in (row.number, row.repetition.lower(), street) if part)
    return FoundAddress(
        label=label if exact else street,
        commune=row.commune,
        commune_code=row.commune_code,
        lon=round(row.lon, 6),
        lat=round(row.lat, 6),
        precision="housenumber" if exact else "street",
    )
