"""Normal forms of addresses, the same for the registers and for the BAN, so that they can be compared.

``street_key`` keeps the type of street and the words that tell streets apart; ``street_core`` drops the
type too. ``town_key`` is a town's name without CEDEX. None means that nothing usable was written.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_TYPES = {
    "ALLEE": "ALL ALLEES",
    "AVENUE": "AV AVE AVEN",
    "BOULEVARD": "BD BLD BVD BLVD BOUL",
    "CHEMIN": "CHE CHEM CH CHM CHS CHEMINS",
    "CITE": "CITE",
    "CLOS": "CLOS",
    "COUR": "COUR",
    "COURS": "CRS",
    "ESPLANADE": "ESP ESPL",
    "FAUBOURG": "FG FBG",
    "HAMEAU": "HAM",
    "IMPASSE": "IMP",
    "LOTISSEMENT": "LOT",
    "MAIL": "MAIL",
    "MONTEE": "MTE",
    "PASSAGE": "PAS PASS PSG",
    "PLACE": "PL PLA",
    "PROMENADE": "PROM",
    "QUAI": "QU",
    "RESIDENCE": "RES",
    "ROND POINT": "RPT",
    "ROUTE": "RTE RT",
    "RUE": "R",
    "RUELLE": "RLE",
    "SENTIER": "SEN SENT SENTE",
    "SQUARE": "SQ",
    "TRAVERSE": "TRA",
    "VENELLE": "VEN",
    "VILLA": "VLA",
    "ZONE ARTISANALE": "ZA",
    "ZONE INDUSTRIELLE": "ZI",
}
_TYPE_OF = {short: full for full, shorts in _TYPES.items() for short in (full, *shorts.split())}

KINDS = tuple(_TYPES)

_WORDS = {
    "ST": "SAINT",
    "STE": "SAINTE",
    "STS": "SAINTS",
    "STES": "SAINTES",
    "GAL": "GENERAL",
    "GEN": "GENERAL",
    "GL": "GENERAL",
    "MAL": "MARECHAL",
    "MAR": "MARECHAL",
    "CDT": "COMMANDANT",
    "COL": "COLONEL",
    "CAP": "CAPITAINE",
    "LT": "LIEUTENANT",
    "DR": "DOCTEUR",
    "PR": "PROFESSEUR",
    "PROF": "PROFESSEUR",
    "PDT": "PRESIDENT",
    "FRES": "FRERES",
    "GD": "GRAND",
    "GDE": "GRANDE",
    "PT": "PETIT",
    "PTE": "PETITE",
    "VX": "VIEUX",
}
_PARTICLES = frozenset(["D", "DE", "DES", "DU", "L", "LA", "LE", "LES", "A", "AU", "AUX", "ET", "EN"])
_REPETITIONS = {"B": "BIS", "T": "TER", "Q": "QUATER"}

HOUSE_DIGITS = 5
_CEDEX = re.compile(r"\s+CEDEX\b.*$")
_LEADING_POSTCODE = re.compile(r"^(\d{5})\s+")
_NUMBER = re.compile(r"^\s*(\d{1,5})\s*(BIS|TER|QUATER|[A-Z])?(?=$|[\s,/-])", re.IGNORECASE)
# Between a number and its street a lone R is « rue ».
_MARK = r"\s*(?:BIS\b|TER\b|QUATER\b|[A-QS-Z]\b)?"
_HOUSE = re.compile(rf"^\s*\d{{1,5}}{_MARK}(?:\s*[-/,]\s*\d{{1,5}}{_MARK})*[\s,]+(?=\D)", re.IGNORECASE)


class _Folded(dict[int, str]):
    """What each character becomes, of those met so far."""

    def __missing__(self, code: int) -> str:
        flat = unicodedata.normalize("NFKD", chr(code))
        kept = (char if char.isalnum() else " " for char in flat if not unicodedata.combining(char))
        self[code] = folded = "".join(kept).upper()
        return folded


_FOLDED = _Folded({ord("œ"): "OE", ord("Œ"): "OE", 0xFFFD: ""})


@lru_cache(maxsize=16_000)
def fold(text: str) -> str:
    """Return capital letters and digits without accents, words set apart by one space.

    A letter that a conversion lost (U+FFFD) parts no word.
    """
    return " ".join(text.translate(_FOLDED).split())


def _expand(words: list[str]) -> list[str]:
    return [_WORDS.get(word, word) for word in words]


@lru_cache(maxsize=16_000)
def street_keys(written: str) -> tuple[str | None, str | None]:
    """Return (street_key, street_core) of a street written with its type first.

    >>> street_keys("AV DU GAL LECLERC")
    ('AVENUE GENERAL LECLERC', 'GENERAL LECLERC')
    >>> street_keys("Rue de l'Hôtel-de-Ville")
    ('RUE HOTEL VILLE', 'HOTEL VILLE')
    """
    words = fold(written).split()
    if not words:
        return None, None
    kind = None
    for length in (2, 1):
        head = " ".join(words[:length])
        if head in _TYPE_OF and len(words) > length:
            kind, words = _TYPE_OF[head], words[length:]
            break
    core = [word for word in _expand(words) if word not in _PARTICLES] or words
    joined = " ".join(core)
    return (f"{kind} {joined}" if kind else joined), joined


@lru_cache(maxsize=16_000)
def town_key(written: str) -> str | None:
    """Return a town's name in normal form, without postcode nor CEDEX.

    >>> town_key("25300 DOUBS"), town_key("ST-MALO CEDEX 2")
    ('DOUBS', 'SAINT MALO')
    """
    name = _CEDEX.sub("", _LEADING_POSTCODE.sub("", fold(written)))
    words = [word for word in _expand(name.split()) if not word.isdigit() and word not in _PARTICLES]
    return " ".join(words) or None


@lru_cache(maxsize=4_000)
def house_number(written: str | None, repetition: str | None = None) -> tuple[int | None, str]:
    """Return the first number of a written house number, and its repetition ("BIS", "A" ...).

    >>> house_number("12-14"), house_number("7B"), house_number("9", "ter")
    ((12, ''), (7, 'BIS'), (9, 'TER'))
    """
    if written and not repetition and len(written) <= HOUSE_DIGITS and written.isdecimal():
        return int(written), ""
    found = _NUMBER.match(written or "")
    if not found:
        return None, ""
    mark = fold(repetition or found.group(2) or "")
    return int(found.group(1)), _REPETITIONS.get(mark, mark)


class WrittenAddress(NamedTuple):
    """An address as a register writes it, field by field."""

    number: str | None
    repetition: str | None
    street_type: str | None
    street_name: str | None
    complement: str | None
    postcode: str | None
    town: str | None
    bureau_cedex: str | None
    commune_code: str | None
    country: str | None


class NormalAddress(NamedTuple):
    """An address in normal form. ``cedex`` is set when the postcode is a CEDEX, which is not a place."""

    number: int | None
    repetition: str
    street: str | None
    street_key: str | None
    street_core: str | None
    postcode: str | None
    town: str | None
    town_key: str | None
    cedex: str | None
    commune_code: str | None
    abroad: bool

    @property
    def key(self) -> str | None:
        """Return what makes two written addresses the same place, or None when nothing is written.

        The same words in another country are another place.
        """
        land = "X|" if self.abroad else ""
        town = f"{self.postcode or self.cedex or ''}|{self.town_key or self.commune_code or ''}"
        if self.street_key:
            return f"{land}A|{town}|{self.number or ''}{self.repetition}|{self.street_key}"
        return f"{land}T|{town}" if town != "|" else None


def normalise(written: WrittenAddress) -> NormalAddress:
    """Bring a register's address to its normal form."""
    number, repetition = house_number(written.number, written.repetition)
    street = " ".join(part for part in (written.street_type, written.street_name) if part) or None
    if street is None and written.complement and _HOUSE.match(written.complement):
        street = written.complement
    if street and number is None and (house := _HOUSE.match(street)):
        number, repetition = house_number(house.group(0))
        street = street[house.end() :]
    street_key, street_core = written_street(street) if street else (None, None)
    town = _known_town(written.postcode, written.town, written.bureau_cedex)
    commune, abroad = written.commune_code, is_abroad(written.country)
    return NormalAddress(number, repetition, street, street_key, street_core, *town, commune, abroad)


@lru_cache(maxsize=16_000)
def written_street(street: str) -> tuple[str | None, str | None]:
    """Return ``street_keys`` of a street of which the type may be written twice."""
    return street_keys(_without_twice_the_type(street))


def _without_twice_the_type(street: str) -> str:
    words = street.split()
    if len(words) > 2:
        first, second = _TYPE_OF.get(fold(words[0])), _TYPE_OF.get(fold(words[1]))
        if first and first == second:
            return " ".join(words[1:])
    return street


# Postcode, town, its key, and the postcode when it is a CEDEX, which is not a place.
type Town = tuple[str | None, str | None, str | None, str | None]


def written_town(postcode: str | None, town: str | None, office: str | None) -> Town:
    """Return what a postcode, a town and a « bureau cedex » say together."""
    written = (office or "").strip()
    leading = _LEADING_POSTCODE.match(written)
    postcode = postcode or (leading.group(1) if leading else None)
    is_cedex = " CEDEX" in f" {fold(office or town or '')} "
    town = town or _LEADING_POSTCODE.sub("", written) or None
    key = town_key(town) if town else None
    return (None, town, key, postcode) if is_cedex else (postcode, town, key, None)


_known_town = lru_cache(maxsize=16_000)(written_town)


def begins_with_number(street: str) -> bool:
    """Say whether the number of a house stands before its street."""
    return _HOUSE.match(street) is not None


@lru_cache(maxsize=256)
def is_abroad(country: str | None) -> bool:
    """Tell a foreign country by its code or name; France is 99000, FR, or unwritten."""
    if not country:
        return False
    return fold(country) not in ("99000", "FR", "FRA", "FRANCE", "99100")
