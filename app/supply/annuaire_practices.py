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
        self._numbers: dict[str, int] = {}
        # Of each activity met, its profession; and what it is, at home then abroad, as fields of a row.
        self._activities: list[Activity] = []
        self._professions: dict[str, int] = {}
        self._profession: list[int] = []
        self._fields: list[str] = []
        # The same of several activities told of one practice.
        self._folded: dict[tuple[frozenset[int], bool], int] = {}
        self._folded_fields: list[str] = []

    def rows(self, lines: Lines, names: Column) -> bytes:
        """Return the rows of some lines, whose places have ``names``."""
        told = self._told(lines)
        ranks = self._places.ranks(lines, names)
        abroad = np.frombuffer(self._places.abroad, np.bool_)[ranks]
        fields, named = 2 * told + abroad, np.arange(len(told))
        people = np.repeat(lines.first, np.diff(lines.begin, append=len(told)))
        what = ranks * np.int64(len(self._professions)) + np.array(self._profession, np.int64)[told]
        order = np.lexsort((what, people))
        again = (np.diff(people[order]) == 0) & (np.diff(what[order]) == 0)
        kept = np.ones(len(told), np.bool_)
        kept[order[1:][again]] = False
        otherwise = (np.diff(told[order]) != 0) | differ(names.take(pa.array(order)))
        for group in _groups(order, again, otherwise):
            fields[group[0]] = self._together(frozenset(told[group].tolist()), abroad=bool(abroad[group[0]]))
            named[group[0]] = _first_name(names, group)
        shown = names.take(pa.array(named[kept]))
        sites = np.frombuffer(self._places.ids, np.int32)[ranks[kept]]
        return copied(
            [
                *(numbered(lines.numbers[kept]), numbered(people[kept]), numbered(sites)),
                pa.array(self._fields + self._folded_fields, pa.string()).take(pa.array(fields[kept])),
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
            self._fields += [self._written(self._activities[-1:], abroad=abroad) for abroad in (False, True)]
        return number

    def _together(self, told: frozenset[int], *, abroad: bool) -> int:
        """Return which fields are those of what several lines say of one practice."""
        known = self._folded.get((told, abroad))
        if known is None:
            known = self._folded[told, abroad] = len(self._folded_fields)
            self._folded_fields.append(self._written([self._activities[one] for one in told], abroad=abroad))
        return len(self._fields) + known

    def _written(self, activities: Sequence[Activity], *, abroad: bool) -> str:
        professions, skills, modes, sectors, liberal, ambulatory = zip(*activities, strict=True)
        return "\t".join(
            [
                professions[0].translate(ESCAPES),
                *(array_text(frozenset(codes)) for codes in (skills, modes, sectors)),
                *("t" if any(counted) and not abroad else "f" for counted in (liberal, ambulatory)),
                self._valid,
            ]
        )


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
