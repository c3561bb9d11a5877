"""Plain addresses of the annuaire as rows of sites: a number, a street, a town, each read once for a country.

What ``site_row`` says of them, three times as fast; whatever else is written is left to it.
"""

import hashlib

from app.supply.address import begins_with_number, house_number, is_abroad, written_street, written_town
from app.supply.annuaire_reading import FIELD_SEPARATOR

# Key of the site, its row in COPY's text form without its id, md5 of how its address is written, how much
# that lacks (4 a street, 2 a commune, 1 a SIRET), and whether it is abroad.
type Writing = tuple[str, str, bytes, int, bool]
# Key, street with both of its keys as fields, and whether a number stands before it.
type _Street = tuple[str, str, bool]
# Beginning of the key, the name of the town there, and the fields of the town.
type _Town = tuple[str, str, str]

REMEMBERED = 1 << 16


class Writings:
    """The houses, streets and towns met so far."""

    def __init__(self) -> None:
        self._houses: dict[tuple[str, str], tuple[str, str]] = {}
        self._streets: dict[tuple[str, str], _Street | None] = {}
        self._towns: dict[tuple[str, str, str], _Town] = {}

    def plain(self, words: tuple[str, ...], name: str) -> Writing | None:
        """Return what the fields ``NAMED`` and ``WRITTEN`` of a plain address become, None of another one.

        None of them holds what COPY reads as something else.
        """
        siret, _, _, finess, number, repetition, kind, code, street, complement, *_ = words
        postcode, place, office, commune, country_code, country = words[10:]
        kind, country = kind or code, country_code or country
        ways = self._streets.get((kind, street)) or self._street(kind, street)
        house = self._houses.get((number, repetition)) or self._house(number, repetition)
        # Without any address, it is told apart by its SIRET.
        placed = finess or street or complement or postcode or place or office or commune
        if ways is None or (ways[2] and not house[0]) or not placed:
            return None
        begin, town, fields = self._towns.get((postcode, place, office)) or self._town(
            postcode, place, office
        )
        abroad = is_abroad(country)
        # As ``NormalAddress.key`` writes it.
        key = f"F|{finess}" if finess else f"{begin}{town or commune}|{house[0]}|{ways[0]}"
        if abroad and not finess:
            key = f"X|{key}"
        row = (
            f"{key}\t{finess}\t{siret}\t{name}\t{house[1]}\t{ways[1]}\t{fields}\t{commune}"
            f"\t{'t' if abroad else 'f'}"
        )
        parts = (finess, number, repetition, kind, street, complement, *words[10:14], country)
        digest = hashlib.md5(FIELD_SEPARATOR.join(parts).encode(), usedforsecurity=False).digest()
        return key, row, digest, (0 if commune else 2) + (not siret), abroad

    def _house(self, written: str, mark: str) -> tuple[str, str]:
        number, repetition = house_number(written or None, mark or None)
        shown = str(number or "")
        house = self._houses[written, mark] = (f"{shown}{repetition}", f"{shown}\t{repetition}")
        return house

    def _street(self, kind: str, name: str) -> _Street | None:
        street = " ".join(part for part in (kind, name) if part)
        key, core = written_street(street) if street else (None, None)
        if len(self._streets) > REMEMBERED:
            self._streets.clear()
        found = (key, f"{street}\t{key}\t{core}", begins_with_number(street)) if key else None
        self._streets[kind, name] = found
        return found

    def _town(self, postcode: str, name: str, office: str) -> _Town:
        if len(self._towns) > REMEMBERED:
            self._towns.clear()
        found = written_town(postcode or None, name or None, office or None)
        shown, town, key, cedex = (text or "" for text in found)
        entry = f"A|{shown or cedex}|", key, "\t".join([shown, town, key, cedex])
        self._towns[postcode, name, office] = entry
        return entry
