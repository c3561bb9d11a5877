"""Addresses of the annuaire as rows of sites, many at a time; a house, a street, a town are each read once.

What ``site_row`` says of a plain address, a number, a street and a town, is said here with fewer objects;
whatever else is written is left to it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from app.supply.address import begins_with_number, house_number, is_abroad, written_street, written_town
from app.supply.annuaire_reading import ESCAPES, FIELD_SEPARATOR, written_site
from app.supply.site import NEW_SITE

# Key of the site, its row in COPY's text form without its id, md5 of how its address is written, how much
# that lacks (4 a street, 2 a commune, 1 a SIRET), whether it is abroad, and the name of the place.
type Writing = tuple[str, str, bytes, int, bool, str]
# Number with its repetition, together and as fields.
type _House = tuple[str, str]
# Key, street with both of its keys as fields, and whether a number stands before it.
type _Street = tuple[str, str, bool]
# Beginning of the key, the name of the town there, and the fields of the town.
type _Town = tuple[str, str, str]
# FINESS number, SIRET, name and commune of a place, whether it is abroad, all that is written of its address.
type _Said = tuple[str, str, str, str, bool, str]

NAME, STREET, COMMUNE = map(NEW_SITE.index, ("name", "street_key", "commune_code"))
REMEMBERED = 1 << 17


class _Remembered[*Written, Read](dict[tuple[*Written], Read]):
    """What was read of the texts met so far; of too many, they are all forgotten."""

    def __init__(self, read: Callable[[*Written], Read]) -> None:
        self._read = read

    def __missing__(self, written: tuple[*Written]) -> Read:
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[written] = self._read(*written)
        return found


class Writings:
    """Reads addresses with the houses, streets and towns that it has met."""

    def __init__(self) -> None:
        self._houses = _Remembered(_house)
        self._streets = _Remembered(_street)
        self._towns = _Remembered(_town)

    def read(self, words: Sequence[tuple[str, ...]], special: Sequence[bool]) -> Iterator[Writing]:
        """Yield what addresses become; ``words`` are the fields ``annuaire_places.NAMED`` and ``WRITTEN``.

        ``special`` are those with a character that COPY reads as something else.
        """
        sirets, companies, signs, finess, numbers, marks, kinds, codes, streets, more, *place = zip(
            *words, strict=True
        )
        postcodes, towns, offices, communes, country_codes, countries = place
        kinds = tuple(map(_first, kinds, codes))
        lands = tuple(map(_first, country_codes, countries))
        written = (finess, numbers, marks, kinds, streets, more, postcodes, towns, offices, communes, lands)
        texts = map(FIELD_SEPARATOR.join, zip(*written, strict=True))
        names = map(_first, companies, signs)
        for one, odd, house, street, town, said in zip(
            *(words, special),
            map(self._houses.__getitem__, zip(numbers, marks, strict=True)),
            map(self._streets.__getitem__, zip(kinds, streets, strict=True)),
            map(self._towns.__getitem__, zip(postcodes, towns, offices, strict=True)),
            zip(finess, sirets, names, communes, map(is_abroad, lands), texts, strict=True),
            strict=True,
        ):
            # Without a street a SIRET may tell places apart; a number before its name is part of the address.
            if odd or street is None or (street[2] and not house[0]):
                yield _any(one[3:], said[1], said[2])
            else:
                yield _plain(house, street, town, said)


def _plain(house: _House, street: _Street, town: _Town, said: _Said) -> Writing:
    """Return what a plain address becomes."""
    finess, siret, name, commune, abroad, text = said
    begin, known_as, fields = town
    # As ``NormalAddress.key`` writes it.
    if finess:
        key = f"F|{finess}"
    else:
        key = f"{'X|' if abroad else ''}{begin}{known_as or commune}|{house[0]}|{street[0]}"
    row = (
        f"{key}\t{finess}\t{siret}\t{name}\t{house[1]}\t{street[1]}\t{fields}\t{commune}"
        f"\t{'t' if abroad else 'f'}"
    )
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return key, row, digest, (0 if commune else 2) + (not siret), abroad, name


def _first(one: str, other: str) -> str:
    return one or other


def _house(written: str, mark: str) -> _House:
    number, repetition = house_number(written or None, mark or None)
    shown = str(number or "")
    return f"{shown}{repetition}", f"{shown}\t{repetition}"


def _street(kind: str, name: str) -> _Street | None:
    street = " ".join(part for part in (kind, name) if part)
    key, core = written_street(street) if name else (None, None)
    return (key, f"{street}\t{key}\t{core}", begins_with_number(street)) if key else None


def _town(postcode: str, name: str, office: str) -> _Town:
    found = written_town(postcode or None, name or None, office or None)
    shown, town, key, cedex = (text or "" for text in found)
    return f"A|{shown or cedex}|", key, "\t".join([shown, town, key, cedex])


def _any(written: tuple[str, ...], siret: str, name: str) -> Writing:
    """Return what any address becomes."""
    row, digest = written_site(written, siret)
    fields = [text or "" for text in row]
    fields[NAME] = name
    line = "\t".join([text.translate(ESCAPES) for text in fields])
    quality = (row[STREET] is None) * 4 + (row[COMMUNE] is None) * 2 + (not siret)
    return fields[0], line, digest, quality, fields[-1] == "t", name
