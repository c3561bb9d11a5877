"""The practices of an annuaire as rows of ``supply.practice``, for a store that holds none yet."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.supply.annuaire_lines import Column, Flags, Integers, Lines, copied, differ, escaped, numbered
from app.supply.annuaire_places import Places
from app.supply.annuaire_reading import ESCAPES, array_text, counted_as

ACTIVITY = ("profession_code", "skill_code", "mode_code", "sector_code", "category_code")
# Profession, skill, mode, sector, liberal, ambulatory.
type Activity = tuple[str, str, str, str, bool, bool]


class Practices:
    """Turns lines into rows: one a person, place and profession, whatever the number of lines."""

    def __init__(self, vintage: date, places: Places) -> None:
        self._places = places
        self._valid = f"[{vintage:%Y-%m-%d},)"
        # Ways of practising met so far, numbered; their rows to COPY, taken by ``drained``.
        self._exercises: dict[str, int] = {}
        self._new_exercises: list[str] = []
        self._numbers: dict[str, int] = {}
        # Of each activity met, what it is, and the number of its profession.
        self._activities: list[Activity] = []
        self._professions: dict[str, int] = {}
        self._profession: list[int] = []
        # Of the activities told of one practice, at home or abroad: which fields of a row they become.
        self._together: dict[tuple[frozenset[int], bool], int] = {}
        self._fields: list[str] = []

    @property
    def last(self) -> int:
        """Return the number of the last way of practising, 1 when there is none."""
        return max(len(self._exercises), 1)

    def drained(self) -> bytes:
        """Return the rows of ways of practising that were met since the last time."""
        found = "".join(self._new_exercises).encode()
        self._new_exercises.clear()
        return found

    def rows(self, lines: Lines, names: Column) -> bytes:
        """Return the rows of some lines, whose places have ``names``."""
        told = self._told(lines)
        ranks = self._places.ranks(lines, names)
        abroad = np.frombuffer(self._places.abroad, np.bool_)[ranks]
        fields, named = np.zeros(len(told), np.int64), np.arange(len(told))
        people = np.repeat(lines.first, np.diff(lines.begin, append=len(told)))
        what = ranks * np.int64(len(self._professions)) + np.array(self._profession, np.int64)[told]
        order = np.lexsort((what, people))
        again = (np.diff(people[order]) == 0) & (np.diff(what[order]) == 0)
        kept = np.ones(len(told), np.bool_)
        kept[order[1:][again]] = False
        alone = kept.copy()
        otherwise = (np.diff(told[order]) != 0) | differ(names.take(pa.array(order)))
        for group in _groups(order, again, otherwise):
            fields[group[0]] = self._field(frozenset(told[group].tolist()), abroad=bool(abroad[group[0]]))
            named[group[0]] = _first_name(names, group)
            alone[group[0]] = False
        fields[alone] = self._alone(told[alone], abroad[alone])
        shown = names.take(pa.array(named[kept]))
        sites = np.frombuffer(self._places.ids, np.int32)[ranks[kept]]
        return copied(
            [
                *(numbered(lines.numbers[kept]), numbered(people[kept]), numbered(sites)),
                pa.array(self._fields, pa.string()).take(pa.array(fields[kept])),
                escaped(shown) if lines.special else shown,
            ]
        )

    def _told(self, lines: Lines) -> Integers:
        """Return the numbers of activities, new or known."""
        written = pc.binary_join_element_wise(*(lines.columns[name] for name in ACTIVITY), "|")
        encoded = written.dictionary_encode()
        numbers = np.array([self._number(one) for one in encoded.dictionary.to_pylist()], np.int64)
        found: Integers = numbers[encoded.indices.to_numpy()]
        return found

    def _number(self, written: str) -> int:
        number = self._numbers.get(written)
        if number is None:
            number = self._numbers[written] = len(self._activities)
            profession, skill, mode, sector, category = written.split("|")
            counted = counted_as(category, mode, sector)
            self._activities.append((profession, skill, mode, sector, *counted))
            self._profession.append(self._professions.setdefault(profession, len(self._professions)))
        return number

    def _alone(self, told: Integers, abroad: Flags) -> Integers:
        """Return which fields are those of each line's activity."""
        which = 2 * told + abroad
        fields = np.zeros(2 * len(self._activities), np.int64)
        for one in np.flatnonzero(np.bincount(which)).tolist():
            fields[one] = self._field(frozenset([one // 2]), abroad=bool(one % 2))
        return fields[which]

    def _field(self, told: frozenset[int], *, abroad: bool) -> int:
        """Return which fields are those of what is told of one practice."""
        known = self._together.get((told, abroad))
        if known is None:
            known = self._together[told, abroad] = len(self._fields)
            self._fields.append(self._written([self._activities[one] for one in told], abroad=abroad))
        return known

    def _written(self, activities: Sequence[Activity], *, abroad: bool) -> str:
        professions, skills, modes, sectors, liberal, ambulatory = zip(*activities, strict=True)
        exercise = "\t".join(
            [
                *(array_text(frozenset(codes)) for codes in (skills, modes, sectors)),
                *("t" if any(counted) and not abroad else "f" for counted in (liberal, ambulatory)),
            ]
        )
        return f"{self._exercise(exercise)}\t{professions[0].translate(ESCAPES)}\t{self._valid}"

    def _exercise(self, fields: str) -> int:
        known = self._exercises.get(fields)
        if known is None:
            known = self._exercises[fields] = len(self._exercises) + 1
            self._new_exercises.append(f"{known}\t{fields}\n")
        return known


def _first_name(names: Column, group: Sequence[int]) -> int:
    """Return which of some lines has the first of their names."""
    return min(group, key=lambda line: (names[line].as_py() == "", names[line].as_py()))


def _groups(order: Integers, again: Flags, otherwise: Flags) -> Iterator[list[int]]:
    """Yield the lines of one practice, in their order, where they do not all say the same.

    In ``order`` they follow each other; ``again`` says which, from the second on, are of the practice of the
    one before, ``otherwise`` which of them say something else.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], again, [False]))))
    begin, last = edges[::2], edges[1::2]
    before = np.append(0, np.cumsum(otherwise))
    chosen = before[last] > before[begin]
    for one, other in zip(begin[chosen].tolist(), last[chosen].tolist(), strict=True):
        yield order[one : other + 1].tolist()
