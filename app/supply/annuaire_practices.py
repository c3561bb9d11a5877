"""The practices of an annuaire and their places as rows of the store, for one that holds no practice yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched, chain, compress

import numpy as np

from app.db import binary
from app.sources.annuaire import Annuaire, person_blocks
from app.sources.delimited import decoded
from app.supply.annuaire_lines import (
    BLOCKS_TOGETHER,
    FirstWritten,
    Integers,
    Lines,
    Part,
    Refused,
    read_lines,
)
from app.supply.annuaire_places import Places
from app.supply.annuaire_reading import counted_as

COLUMNS = (
    *("id", "practitioner_id", "site_id", "profession_code", "skills", "modes", "sectors"),
    *("liberal", "ambulatory", "valid", "name"),
)
ACTIVITY = ("profession_code", "skill_code", "mode_code", "category_code")
# Profession, skill, mode, sector, liberal, ambulatory.
type Activity = tuple[bytes, bytes, bytes, bytes, bool, bool]
# How many fields follow, then the first three with their lengths.
HEAD = np.dtype(
    [
        *[("fields", ">i2"), ("id_size", ">i4"), ("id", ">i4"), ("person_size", ">i4"), ("person", ">i4")],
        *[("site_size", ">i4"), ("site", ">i4")],
    ]
)


@dataclass(frozen=True, slots=True)
class PracticeRows:
    """Rows to COPY: practices and ways of writing in binary form, sites in text form; bytes read."""

    practices: bytes
    sites: bytes
    writings: bytes
    read: int


@dataclass(slots=True)
class PracticesRead:
    """What the whole file says: lines kept and refused, numbers of the last line and of the last site.

    Then what came too late for the rows of sites: ``better`` are rows in text form that say more than those
    given before; ``renamed`` are sites of several names, ``doubtful`` those that are abroad for some lines.
    """

    kept: int = 0
    last: int = 0
    refused: Refused = field(default_factory=Refused)
    last_site: int = 0
    better: bytes = b""
    renamed: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Practices:
    """The practices of ``source`` from a vintage on; ``known`` are the sites of the store."""

    source: Annuaire
    vintage: date
    known: Mapping[str, int]

    def chunks(self) -> Iterator[PracticeRows | PracticesRead]:
        """Yield the rows of a block after the other, then what the whole file says.

        Raises SourceError for bytes that are not text.
        """
        found = PracticesRead()
        places = Places(self.source, self.known)
        rows = Rows(self.source, self.vintage, places)
        for blocks in batched(person_blocks(self.source), BLOCKS_TOGETHER):
            practices, read = [], 0
            for number, block in blocks:
                decoded(self.source.table, block, number)
                lines = read_lines(self.source, number, block, rows.parts, found.refused)
                practices.append(rows.practices(lines))
                found.kept += len(lines.numbers)
                found.last = number + block.count(b"\n")
                read += len(block) + 1
            yield PracticeRows(b"".join(practices), *places.drained(), read)
        found.better = "".join(places.better.values()).encode()
        found.last_site = max(places.ids, default=1)
        found.renamed, found.doubtful = sorted(places.renamed), sorted(places.doubtful)
        yield found


class Rows:
    """Turns lines into rows: one a person, place and profession, whatever the number of lines."""

    def __init__(self, source: Annuaire, vintage: date, places: Places) -> None:
        self._activity = Part(source, ACTIVITY)
        self.parts = (
            *(self._activity, Part(source, ("sector_code",)), places.part),
            FirstWritten(source, ("company_name", "sign_name")),
        )
        self._places = places
        self._valid = binary.days_from(vintage)
        self._numbers: dict[tuple[bytes, bytes], int] = {}
        # Of each activity met: what it is, its profession, and its fields at home, then abroad.
        self._activities: list[Activity] = []
        self._professions: dict[bytes, int] = {}
        self._profession: list[int] = []
        self._fields: list[bytes] = []
        self._folded: dict[tuple[frozenset[int], int], bytes] = {}

    def practices(self, lines: Lines) -> bytes:
        """Return the rows of practices of some lines in binary form."""
        activities, sectors, places, names = lines.parts
        if not places:
            return b""
        told = self._told(activities, sectors)
        ranks = self._places.ranks(places)
        abroad = np.frombuffer(self._places.abroad, np.uint8)[ranks]
        fields = [self._fields[one] for one in (2 * told + abroad).tolist()]
        people = np.repeat(lines.first, np.diff(lines.begin, append=len(told)))
        what = ranks.astype(np.int64) * len(self._professions) + np.array(self._profession)[told]
        kept = np.ones(len(told), np.bool_)
        for first, *others in _repeated(people, what):
            group = [first, *others]
            fields[first] = self._together(frozenset(told[group].tolist()), int(abroad[first]))
            names[first] = min(filter(None, (names[one] for one in group)), default=b"")
            kept[others] = False
        heads = np.empty(len(told), HEAD)
        heads["fields"] = len(COLUMNS)
        heads["id_size"] = heads["person_size"] = heads["site_size"] = 4
        heads["id"], heads["person"] = lines.numbers, people
        heads["site"] = np.frombuffer(self._places.ids, np.int32)[ranks]
        sizes = map(binary.LENGTHS.__getitem__, map(len, names))
        rows = zip(heads.view(f"V{HEAD.itemsize}").tolist(), fields, sizes, names, strict=True)
        return b"".join(chain.from_iterable(compress(rows, kept.tolist())))

    def _told(self, activities: Sequence[bytes], sectors: Sequence[bytes]) -> Integers:
        """Return the numbers of activities, new or known."""
        written = list(zip(activities, sectors, strict=True))
        for one in {*written} - self._numbers.keys():
            self._meet(*one)
        return np.fromiter(map(self._numbers.__getitem__, written), np.int64, len(written))

    def _meet(self, activity: bytes, sector: bytes) -> None:
        profession, skill, mode, category = self._activity.fields(activity)
        liberal, ambulatory = counted_as(category.decode(), mode.decode(), sector.decode())
        self._activities.append((profession, skill, mode, sector, liberal, ambulatory))
        self._profession.append(self._professions.setdefault(profession, len(self._professions)))
        self._fields += [self._encoded(self._activities[-1:], abroad=abroad) for abroad in (False, True)]
        self._numbers[activity, sector] = len(self._numbers)

    def _together(self, told: frozenset[int], abroad: int) -> bytes:
        """Return the fields of what several lines say of one practice."""
        known = self._folded.get((told, abroad))
        if known is None:
            activities = [self._activities[one] for one in told]
            known = self._folded[told, abroad] = self._encoded(activities, abroad=bool(abroad))
        return known

    def _encoded(self, activities: Sequence[Activity], *, abroad: bool) -> bytes:
        professions, skills, modes, sectors, liberal, ambulatory = zip(*activities, strict=True)
        return b"".join(
            [
                binary.text(professions[0]),
                *(binary.texts(sorted({*codes} - {b""})) for codes in (skills, modes, sectors)),
                binary.boolean(any(liberal) and not abroad),
                binary.boolean(any(ambulatory) and not abroad),
                self._valid,
            ]
        )


def _repeated(people: Integers, what: Integers) -> Iterator[list[int]]:
    """Yield the ranks of lines that say the same of one person, in their order, where there are several."""
    order = np.lexsort((what, people))
    same = (people[order][1:] == people[order][:-1]) & (what[order][1:] == what[order][:-1])
    edges = np.flatnonzero(np.diff(np.concatenate(([0], same, [0]))))
    for begin, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield order[begin : last + 1].tolist()
