"""Lines of the annuaire into rows to COPY: people, their activities by place and profession, addresses.

A reader knows no database and imports little, so that a national file is read by several processes.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Self

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_digest

from app.errors import SourceError
from app.sources.annuaire import Annuaire, LastBroken, identity, person_runs, sound_lines
from app.sources.delimited import decoded
from app.sources.rows import Rejects
from app.supply.address import WrittenAddress
from app.supply.nomenclature import HEALTH_CENTRE_SECTORS, TELECONSULTATION_SECTOR
from app.supply.pads import hmac_pads
from app.supply.site import site_row

type Piece = tuple[int, bytes]  # number of the first line, whole lines
type Person = tuple[int, bytes, int]  # number of the first of somebody's lines, these, their mark
type Fields = tuple[str, ...]
type Place = tuple[int, str]  # what ``Reader`` knows an address by, profession
type Way = tuple[str, str, str, bool, bool]  # skill, mode, sector, liberal, ambulatory
type Told = tuple[Way, str]  # with the name of the place

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
PLACE = (
    "finess",
    "street_name",
    "complement_point",
    "postcode",
    "commune_name",
    "bureau_cedex",
    "commune_code",
)
_place = itemgetter(*map(WRITTEN.index, PLACE))
FIELD_SEPARATOR = "\x1f"
MARK_BYTES = 8
LINES = b"lines of a person"  # what the seed of marks is the keyed hash of
# What is remembered: practitioner, head of their key, mark of their lines in the newest vintage (0 when it is
# unknown).
KNOWN = np.dtype([("id", ">i4"), ("mark", ">i8"), ("content", ">i8")])
LAST = "\U0010ffff"  # after every name
# What COPY reads as something else; the empty field is NULL there, as in the register.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"})
COUNTED = ("", "C")
SPECIAL = (b"\\", b"\t", b"\r")


@dataclass(slots=True)
class Reading:
    """What pieces of a file hold: rows in COPY's text form, lines kept and refused, bytes read.

    ``last`` is the number of the last line, ``heads`` the first eight bytes of the keys of people.
    """

    heads: bytes = b""
    people: bytes = b""
    activities: bytes = b""
    ways: bytes = b""
    addresses: bytes = b""
    kept: int = 0
    read: int = 0
    last: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    broken: LastBroken = field(default_factory=LastBroken)


class LineMarks:
    """Keyed hashes: of people's identifiers, which nobody is to guess, and marks of their lines.

    A mark only says whether lines are as they were: what it is made of stands beside it in the store. XXH3,
    seeded with the key, takes a fifth of what a SHA-256 of the same lines takes, and is as good at telling.
    """

    def __init__(self, secret: str) -> None:
        self._pads = hmac_pads(secret)
        self._seed = int.from_bytes(self.key(LINES)[:MARK_BYTES], "big")

    def key(self, identity: bytes) -> bytes:
        """Return the key of a practitioner: HMAC-SHA256 of the national identifier."""
        return self.keys([identity])[0]

    def keys(self, identities: Sequence[bytes]) -> list[bytes]:
        """Return the keys of practitioners."""
        inner, outer = self._pads
        sha256 = hashlib.sha256
        # So short a text is hashed again sooner than what its key began is copied.
        return [
            sha256(outer + sha256(inner + identity.strip(b" ")).digest()).digest() for identity in identities
        ]

    def content(self, lines: bytes) -> int:
        """Return the mark of a person's lines, a signed 64-bit integer that is not 0 (0 means unknown)."""
        return int.from_bytes(xxh3_64_digest(lines, self._seed), "big", signed=True) or 1

    def contents(self, block: bytes | memoryview, begin: Sequence[int], end: Sequence[int]) -> bytes:
        """Return the marks of parts of a block, eight bytes each, where 0 stands for 1."""
        seed = self._seed
        return b"".join(
            [xxh3_64_digest(block[first:last], seed) for first, last in zip(begin, end, strict=True)]
        )


@dataclass(frozen=True, slots=True)
class Sites:
    """Where the store has addresses: by the first eight bytes of the md5 of how each is written, in order.

    ``first`` is where those of each pair of first bytes begin, and where the last end: nothing without any.
    """

    heads: array[int] = field(default_factory=lambda: array("q"))
    ids: array[int] = field(default_factory=lambda: array("i"))
    first: array[int] = field(default_factory=lambda: array("i"))

    @classmethod
    def of(cls, heads: npt.NDArray[np.int64], ids: npt.NDArray[np.int32]) -> Self:
        """Return addresses in any order."""
        order = np.argsort(heads)
        heads = heads[order]
        first = np.searchsorted(heads, np.arange(-(1 << 15), 1 << 15) << 48).astype(np.int32)
        parts = (np.append(first, np.int32(len(heads))), "i"), (heads, "q"), (ids[order], "i")
        first_of, heads_of, ids_of = (array(kind, part.tobytes()) for part, kind in parts)
        return cls(heads_of, ids_of, first_of)

    def find(self, md5: bytes) -> int:
        """Return the site of an address, 0 when the store does not know it."""
        if not self.first:
            return 0
        head = int.from_bytes(md5[:MARK_BYTES], "big", signed=True)
        pair = (head >> 48) + (1 << 15)
        last = self.first[pair + 1]
        place = bisect_left(self.heads, head, self.first[pair], last)
        return self.ids[place] if place < last and self.heads[place] == head else 0


class Reader:
    """Reads pieces of one annuaire; an address is normalised the first time that it is met.

    Those of the ``sites`` given never are.
    """

    def __init__(self, source: Annuaire, secret: str, sites: Sites | None = None) -> None:
        self._source = source
        self._marks = LineMarks(secret)
        blank = len(source.table.header)
        self._named, self._told, self._written = (
            itemgetter(*(source.positions.get(name, blank) for name in names))
            for names in (NAMED, TOLD, WRITTEN)
        )
        # By Python's own 64-bit hash of what is written: the texts of a country would fill the memory.
        self._seen: dict[int, int] = {}
        # New ones that have come without any SIRET so far.
        self._lacking: set[int] = set()
        self._sites = sites or Sites()
        self._heads: list[bytes] = []
        self._people: list[str] = []
        self._activities: list[str] = []
        # Ways of practising: the number of each, by what lines say; those met since they were last given.
        self._way_of: dict[frozenset[Way], int] = {}
        self._ways: list[str] = []
        self._addresses: list[str] = []

    def read(self, pieces: Sequence[Piece]) -> Reading:
        """Return what pieces hold, whose lines of one person that follow each other are together."""
        people = []
        for number, block in pieces:
            for _, start, end, first in person_runs(block, number, self._source.person):
                lines = block[start:end]
                people.append((first, lines, self._marks.content(lines)))
        return self.read_people(people)

    def read_people(self, people: Sequence[Person]) -> Reading:
        """Return what the lines of people hold, whose marks are known."""
        found = Reading()
        special = self._special(people)
        for number, lines, mark in people:
            self._read_person(number, lines, mark, found, special=special)
            found.read += len(lines) + 1
            found.last = number + lines.count(b"\n")
        found.heads = b"".join(self._heads)
        self._heads.clear()
        found.people, found.activities, found.ways, found.addresses = map(
            _drained, (self._people, self._activities, self._ways, self._addresses)
        )
        return found

    def _special(self, people: Sequence[Person]) -> bool:
        """Say whether lines hold what COPY reads as something else. Raises SourceError for wrong bytes."""
        together = b"\n".join([lines for _, lines, _ in people])
        try:
            decoded(self._source.table, together, 0)
        except SourceError:
            # Whose they are, and so on which line.
            for number, lines, _ in people:
                decoded(self._source.table, lines, number)
        return any(mark in together for mark in SPECIAL)

    def _read_person(self, number: int, raw: bytes, mark: int, found: Reading, *, special: bool) -> None:
        refused = found.rejects.total
        lines = sound_lines(self._source, number, raw.decode(), found.rejects, found.broken)
        if not lines:
            return
        found.kept += len(lines)
        # Somebody of whom a line is refused is read again every time, so that it is refused every time.
        content = mark if found.rejects.total == refused else 0
        key = self._marks.key(identity(raw, self._source.person))
        self._heads.append(key[:MARK_BYTES])
        family, given, civility = self._name(lines)
        names = f"{civility}\t{family}\t{given}"
        if special:
            names = "\t".join(text.translate(ESCAPES) for text in (civility, family, given))
        self._people.append(f"{number}\t\\\\x{key.hex()}\t{content}\t{names}\n")
        for (address, profession), told in self._activities_of(lines, special=special).items():
            where = f"{address}\t" if address > 0 else f"\t{-address}"
            what = self._activity(profession, told, special=special)
            self._activities.append(f"{number}\t{where}\t{what}\n")

    def _name(self, lines: list[tuple[int, list[str]]]) -> Fields:
        """Return (family, given, civility): of several the first, whatever the order of the lines."""
        names: set[Fields] = {self._named(fields) for _, fields in lines}
        if len(names) == 1:
            return names.pop()
        first: Fields = min(names, key=lambda name: tuple(text or LAST for text in name))
        return first

    def _activities_of(self, lines: list[tuple[int, list[str]]], *, special: bool) -> dict[Place, list[Told]]:
        """Return what a person's lines say by address and profession; lines repeat for each skill."""
        found: dict[Place, list[Told]] = {}
        for line, fields in lines:
            profession, skill, mode, sector, category, company, sign, siret = self._told(fields)
            liberal, ambulatory = counted_as(category, mode, sector)
            told = ((skill, mode, sector, liberal, ambulatory), company or sign)
            place = (self._address(line, self._written(fields), siret, special=special), profession)
            if place in found:
                found[place].append(told)
            else:
                found[place] = [told]
        return found

    def _activity(self, profession: str, told: list[Told], *, special: bool) -> str:
        """Return what is told of a profession at an address as fields; of several names the first."""
        way, name = told[0]
        ways = frozenset((way,))
        if len(told) > 1:
            ways = frozenset(way for way, _ in told)
            name = min((name for _, name in told if name), default="")
        number = self._way_of.get(ways) or self._new_way(ways)
        if special:
            profession, name = profession.translate(ESCAPES), name.translate(ESCAPES)
        return f"{number}\t{profession}\t{name}"

    def _new_way(self, ways: frozenset[Way]) -> int:
        """Return the number of a way of practising, as every reader numbers it, and enter its row."""
        skills, modes, sectors, liberal, ambulatory = zip(*ways, strict=True)
        arrays = "\t".join(array_text(frozenset(codes)) for codes in (skills, modes, sectors))
        flags = "\t".join("t" if any(flag) else "f" for flag in (liberal, ambulatory))
        fields = f"{arrays}\t{flags}"
        number = int.from_bytes(xxh3_64_digest(fields.encode()), "big", signed=True)
        self._way_of[ways] = number
        self._ways.append(f"{number}\t{fields}\n")
        return number

    def _address(self, line: int, written: Fields, siret: str, *, special: bool) -> int:
        """Return the line where a new address was first met here; below 0, the site of one of the store."""
        mark = hash((siret, *written)) if _told_apart(written, siret) else hash(written)
        known = self._seen.get(mark, 0)
        if known and not (siret and mark in self._lacking):
            return known
        md5 = written_md5(written_text(written, siret).encode())
        known = known or -self._sites.find(md5) or line
        self._seen[mark] = known
        if known > 0:
            self._addresses.append(f"{line}\t{md5.hex()}\t{_site(written, siret, special=special)}\n")
            if siret:
                self._lacking.discard(mark)
            else:
                self._lacking.add(mark)
        return known


def counted_as(category: str, mode: str, sector: str) -> tuple[bool, bool]:
    """Return whether an activity is liberal, and whether it is ambulatory.

    METHODS 1: students, the military and teleconsultation companies are kept out of local counts.
    """
    counted = category in COUNTED and sector != TELECONSULTATION_SECTOR
    liberal = counted and mode == "L"
    return liberal, liberal or (counted and mode == "S" and sector in HEALTH_CENTRE_SECTORS)


def written_site(written: Fields, siret: str) -> tuple[tuple[str | None, ...], str]:
    """Return the row of the site of an address ``WRITTEN`` by a register, and how it does, to be hashed."""
    finess, number, repetition, kind, kind_code, street, complement, postcode, town = written[:9]
    office, commune, country_code, country = written[9:]
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
    return site_row(address, finess=finess or None, siret=siret or None), written_text(written, siret)


def written_md5(text: bytes) -> bytes:
    """Return the md5 of a ``written_text``."""
    return hashlib.md5(text, usedforsecurity=False).digest()


def written_text(written: Fields, siret: str) -> str:
    """Return how a register writes an address, all that tells it from others."""
    finess, number, repetition, kind, kind_code, street, complement, postcode, town = written[:9]
    office, commune, country_code, country = written[9:]
    parts = [finess, number, repetition, kind or kind_code, street, complement, postcode, town, office]
    parts += [commune, country_code or country]
    if _told_apart(written, siret):
        parts.append(siret)
    return FIELD_SEPARATOR.join(parts)


def _told_apart(written: Fields, siret: str) -> bool:
    """Say whether a structure has no address at all, so that its SIRET alone tells it from others."""
    return bool(siret) and not any(_place(written))


def _site(written: Fields, siret: str, *, special: bool) -> str:
    """Return the fields of the site of a new address."""
    texts = [text or "" for text in written_site(written, siret)[0]]
    return "\t".join([text.translate(ESCAPES) for text in texts] if special else texts)


def _drained(rows: list[str]) -> bytes:
    text = "".join(rows).encode()
    rows.clear()
    return text


@lru_cache(maxsize=4096)
def array_text(codes: frozenset[str]) -> str:
    """Return codes as PostgreSQL writes an array, ready for COPY, in order, the empty one left out.

    >>> array_text(frozenset(["SM54", "", "SM26"])), array_text(frozenset(["A,B"]))
    ('{SM26,SM54}', '{"A,B"}')
    """
    listed = ",".join(map(_element, sorted(codes - {""})))
    return f"{{{listed}}}".translate(ESCAPES)


def _element(code: str) -> str:
    if code.isalnum() and code.upper() != "NULL":
        return code
    escaped = code.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
