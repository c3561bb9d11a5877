"""Lines of the annuaire into rows to COPY: people, their activities by place and profession, addresses.

A reader knows no database and imports little, so that a national file is read by several processes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter

from app.sources.annuaire import Annuaire, LastBroken, Run, person_runs, sound_lines
from app.sources.delimited import decoded
from app.sources.rows import Rejects
from app.supply.address import WrittenAddress
from app.supply.nomenclature import HEALTH_CENTRE_SECTORS, TELECONSULTATION_SECTOR
from app.supply.pads import hmac_pads
from app.supply.site import site_row

type Piece = tuple[int, bytes]  # number of the first line, whole lines
type Fields = tuple[str, ...]
type Place = tuple[int, str]  # reference of the address, profession

NAMED = ("family_name", "given_name", "civility")
TOLD = (
    *("profession_code", "skill_code", "mode_code", "sector_code", "category_code"),
    *("company_name", "sign_name", "siret"),
)
WRITTEN = (
    *("finess", "street_number", "repetition", "street_type", "street_type_code", "street_name"),
    *("complement_point", "postcode", "commune_name", "bureau_cedex", "commune_code"),
    *("country_code", "country_name"),
)
FIELD_SEPARATOR = "\x1f"
MARK_BYTES = 8
LAST = "\U0010ffff"  # after every name
# What COPY reads as something else; the empty field is NULL there, as in the register.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"})
COUNTED = ("", "C")
SPECIAL = (b"\\", b"\t", b"\r")


@dataclass(slots=True)
class Reading:
    """What pieces of a file hold: rows in COPY's text form, lines kept and refused, bytes read.

    ``last`` is the number of the last line.
    """

    people: bytes = b""
    activities: bytes = b""
    addresses: bytes = b""
    kept: int = 0
    read: int = 0
    last: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    broken: LastBroken = field(default_factory=LastBroken)


@dataclass(slots=True)
class Activity:
    """What the lines of one person say of one profession at one address."""

    skills: frozenset[str]
    modes: frozenset[str]
    sectors: frozenset[str]
    liberal: bool
    ambulatory: bool
    name: str

    def absorb(self, other: "Activity") -> None:
        """Add another line's; of several names the first stays, whatever the order of the lines."""
        self.skills |= other.skills
        self.modes |= other.modes
        self.sectors |= other.sectors
        self.liberal |= other.liberal
        self.ambulatory |= other.ambulatory
        self.name = min(filter(None, (self.name, other.name)), default="")


class LineMarks:
    """Keyed hashes: of a person's identifier, and of a person's lines. The key begins each, computed once."""

    def __init__(self, secret: str) -> None:
        inner, outer = hmac_pads(secret)
        self._inner, self._outer = hashlib.sha256(inner), hashlib.sha256(outer)

    def key(self, identity: bytes) -> bytes:
        """Return the key of a practitioner: HMAC-SHA256 of the national identifier."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(identity.strip(b" "))
        outer.update(inner.digest())
        return outer.digest()

    def content(self, lines: bytes) -> int:
        """Return the mark of a person's lines, a signed 64-bit integer that is not 0 (0 means unknown)."""
        content = self._inner.copy()
        content.update(lines)
        return int.from_bytes(content.digest()[:MARK_BYTES], "big", signed=True) or 1


class Reader:
    """Reads pieces of one annuaire; an address is normalised the first time that it is met."""

    def __init__(self, source: Annuaire, secret: str) -> None:
        self._source = source
        self._marks = LineMarks(secret)
        blank = len(source.table.header)
        self._named, self._told, self._written = (
            itemgetter(*(source.positions.get(name, blank) for name in names))
            for names in (NAMED, TOLD, WRITTEN)
        )
        # By Python's own 64-bit hash of what is written: the texts of a country would fill the memory.
        self._seen: dict[int, int] = {}
        self._without_siret: set[int] = set()
        self._people: list[str] = []
        self._activities: list[str] = []
        self._addresses: list[str] = []

    def read(self, pieces: Sequence[Piece]) -> Reading:
        """Return what pieces hold, whose lines of one person that follow each other are together."""
        found = Reading()
        for number, block in pieces:
            decoded(self._source.table, block, number)  # refuses what is not text
            special = any(mark in block for mark in SPECIAL)
            for person in person_runs(block, number, self._source.person):
                self._read_person(block, person, found, special=special)
            found.read += len(block) + 1
            found.last = number + block.count(b"\n")
        found.people, found.activities, found.addresses = map(
            _drained, (self._people, self._activities, self._addresses)
        )
        return found

    def _read_person(self, block: bytes, person: Run, found: Reading, *, special: bool) -> None:
        identity, start, end, number = person
        raw = block[start:end]
        refused = found.rejects.total
        lines = sound_lines(self._source, number, raw.decode(), found.rejects, found.broken)
        if not lines:
            return
        found.kept += len(lines)
        # Somebody of whom a line is refused is read again every time, so that it is refused every time.
        content = self._marks.content(raw) if found.rejects.total == refused else 0
        key = self._marks.key(identity).hex()
        family, given, civility = self._name(lines)
        names = f"{civility}\t{family}\t{given}"
        if special:
            names = "\t".join(text.translate(ESCAPES) for text in (civility, family, given))
        self._people.append(f"{number}\t\\\\x{key}\t{content}\t{names}\n")
        for (address, profession), told in self._activities_of(lines, special=special).items():
            texts = f"{profession}\t{told.name}"
            if special:
                texts = f"{profession.translate(ESCAPES)}\t{told.name.translate(ESCAPES)}"
            self._activities.append(
                f"{number}\t{address}\t{'t' if told.liberal else 'f'}\t{'t' if told.ambulatory else 'f'}\t"
                f"{array_text(told.skills)}\t{array_text(told.modes)}\t{array_text(told.sectors)}\t{texts}\n"
            )

    def _name(self, lines: list[tuple[int, list[str]]]) -> Fields:
        """Return (family, given, civility): of several the first, whatever the order of the lines."""
        names: set[Fields] = {self._named(fields) for _, fields in lines}
        if len(names) == 1:
            return names.pop()
        first: Fields = min(names, key=lambda name: tuple(text or LAST for text in name))
        return first

    def _activities_of(self, lines: list[tuple[int, list[str]]], *, special: bool) -> dict[Place, Activity]:
        """Return a person's activities by address and profession; lines repeat for each skill and role."""
        found: dict[Place, Activity] = {}
        for line, fields in lines:
            profession, skill, mode, sector, category, company, sign, siret = self._told(fields)
            # METHODS 1: students, the military and teleconsultation companies are kept out of local counts.
            counted = category in COUNTED and sector != TELECONSULTATION_SECTOR
            liberal = counted and mode == "L"
            ambulatory = liberal or (counted and mode == "S" and sector in HEALTH_CENTRE_SECTORS)
            codes = (one_code(skill), one_code(mode), one_code(sector))
            told = Activity(*codes, liberal, ambulatory, company or sign)
            place = (self._address(line, self._written(fields), siret, special=special), profession)
            if place in found:
                found[place].absorb(told)
            else:
                found[place] = told
        return found

    def _address(self, line: int, written: Fields, siret: str, *, special: bool) -> int:
        """Return the line where this reader first met an address, written the same way."""
        finess, number, repetition, kind, kind_code, street, complement, postcode, town = written[:9]
        office, commune, country_code, country = written[9:]
        nowhere = not (finess or street or complement or postcode or town or office or commune)
        mark = hash((*written, siret)) if nowhere else hash(written)
        known = self._seen.get(mark)
        if known is not None and not (siret and mark in self._without_siret):
            return known
        parts = [finess, number, repetition, kind or kind_code, street, complement, postcode, town, office]
        parts += [commune, country_code or country]
        if nowhere and siret:
            # Structures without any address are told apart by their SIRET.
            parts.append(siret)
        address = WrittenAddress(
            number=number or None,
            repetition=repetition or None,
            street_type=kind or kind_code or None,
            street_name=street or None,
            complement=complement or None,
            postcode=postcode or None,
            town=town or None,
            bureau_cedex=office or None,
            commune_code=commune or None,
            country=country_code or country or None,
        )
        row = site_row(address, finess=finess or None, siret=siret or None)
        site = "\t".join([text or "" for text in row])
        if special:
            site = "\t".join([(text or "").translate(ESCAPES) for text in row])
        md5 = hashlib.md5(FIELD_SEPARATOR.join(parts).encode(), usedforsecurity=False).hexdigest()
        self._addresses.append(f"{line}\t{md5}\t{site}\n")
        if siret:
            self._without_siret.discard(mark)
        else:
            self._without_siret.add(mark)
        return self._seen.setdefault(mark, line)


def _drained(rows: list[str]) -> bytes:
    text = "".join(rows).encode()
    rows.clear()
    return text


@lru_cache(maxsize=4096)
def one_code(code: str) -> frozenset[str]:
    """Return a code alone, or none when nothing is written."""
    return frozenset((code,)) if code else frozenset()


@lru_cache(maxsize=4096)
def array_text(codes: frozenset[str]) -> str:
    """Return codes as PostgreSQL writes an array, ready for COPY, in order.

    >>> array_text(frozenset(["SM54", "SM26"])), array_text(frozenset(["A,B"]))
    ('{SM26,SM54}', '{"A,B"}')
    """
    listed = ",".join(map(_element, sorted(codes)))
    return f"{{{listed}}}".translate(ESCAPES)


def _element(code: str) -> str:
    if code.isalnum() and code.upper() != "NULL":
        return code
    escaped = code.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
