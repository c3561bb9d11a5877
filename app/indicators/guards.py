"""Guards: may what is counted of a release replace what was counted of the one before?

Each compares two counts and says in French what it found. Small numbers vary more: a count n may always
change by 2 sqrt(n), about the half-width of its 95 % Poisson interval (METHODS 4), so that one departure out
of four stops nothing while a profession of five that vanishes does.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.settings import Settings
from app.sources.catalogue import REGISTERS, RegisterName
from app.sources.texts import french_count, french_date, french_share
from app.supply.nomenclature import PROFESSIONS

# Beyond this a placement is another neighbourhood, not another way of drawing the same address.
MOVED_METRES = 500
PERSON, ESTABLISHMENT = "person", "establishment"
SLUGS = frozenset(profession.slug for profession in PROFESSIONS)
LOADED: dict[RegisterName, str] = {"annuaire": PERSON, "finess": ESTABLISHMENT}
# What is counted of each kind: who, and where they are.
WHO = {PERSON: "praticiens", ESTABLISHMENT: "établissements"}
WHERE = {PERSON: "exercices", ESTABLISHMENT: "établissements"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one guard measured, and whether it lets the release through.

    ``before``, ``after`` and ``limit`` are in the guard's own terms: counts, or shares from 0 to 1; None
    where there is nothing to compare with. ``sentence`` is French and names nobody.
    """

    guard: str
    subject: str
    before: float | None
    after: float | None
    limit: float | None
    passed: bool
    sentence: str

    @property
    def overall(self) -> bool:
        """Return whether it is about a whole register or a canary, not about one profession."""
        return self.subject not in SLUGS


@dataclass(frozen=True, slots=True)
class Measure:
    """What a release counts of a profession, or of a whole register."""

    headcount: int = 0
    practices: int = 0
    located: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """A release that is judged, or judged against, with its measures by profession and by kind."""

    id: int
    vintage: date
    measures: Mapping[str, Measure]

    def of(self, subject: str) -> Measure:
        """Return the measure of a profession's slug, or of ``person`` or ``establishment``."""
        return self.measures.get(subject, Measure())


def widened(limit: float, before: int, after: int = 0) -> float:
    """Return the share of ``before`` that may change: the limit, or what chance alone does to so few.

    >>> widened(0.1, 1204), widened(0.1, 100), widened(0.1, 4), widened(0.1, 4, 9)
    (0.1, 0.2, 1.0, 1.5)
    """
    return max(limit, 2 * math.sqrt(max(before, after)) / before) if before else math.inf


def lines(files: Sequence[Row[Any]], settings: Settings) -> Iterator[Finding]:
    """Judge how many lines each new file has against the file it takes the place of."""
    for file in files:
        if not file.before:
            continue
        limit = widened(settings.max_change, file.before, file.after)
        part = f" ({file.part})" if file.part else ""
        yield Finding(
            "lines",
            file.register,
            *(file.before, file.after, limit),
            passed=abs(file.after - file.before) <= limit * file.before,
            sentence=f"{REGISTERS[file.register].label}{part} : {french_count(file.after)} lignes au "
            f"{french_date(file.vintage)}, contre {french_count(file.before)} au "
            f"{french_date(file.vintage_before)}{_told_change(file.before, file.after, limit)}.",
        )


def headcounts(before: Side, after: Side, settings: Settings) -> Iterator[Finding]:
    """Judge how many people or establishments each profession has; one that nobody counted yet passes."""
    for profession in PROFESSIONS:
        old = before.of(profession.slug).headcount
        new = after.of(profession.slug).headcount
        if not old:
            continue
        limit = widened(settings.max_change, old, new)
        yield Finding(
            "headcount",
            profession.slug,
            *(old, new, limit),
            passed=abs(new - old) <= limit * old,
            sentence=f"{profession.label} : {_several(new, WHO[profession.subject])}, contre "
            f"{french_count(old)} dans {_told(before)}{_told_change(old, new, limit)}.",
        )


def located(before: Side, after: Side, settings: Settings) -> Iterator[Finding]:
    """Judge the share of practices placed better than by their commune: by register, then by profession."""
    named = {PERSON: "Annuaire", ESTABLISHMENT: "FINESS"} | {one.slug: one.label for one in PROFESSIONS}
    kinds = {kind: kind for kind in WHERE} | {one.slug: one.subject for one in PROFESSIONS}
    for subject, name in named.items():
        old, new = before.of(subject), after.of(subject)
        if not (old.practices and new.practices):
            continue
        shares = old.located / old.practices, new.located / new.practices
        limit = widened(settings.max_located_drop, new.practices)
        lost = max(shares[0] - shares[1], 0)
        yield Finding(
            "located",
            subject,
            *(*shares, limit),
            passed=lost <= limit,
            sentence=f"{name} : {french_share(shares[1])} des {WHERE[kinds[subject]]} localisés, contre "
            f"{french_share(shares[0])} dans {_told(before)}{_told_drop(lost, limit)}.",
        )


def removed(before: Side, after: Side, kept: Mapping[str, int], settings: Settings) -> Iterator[Finding]:
    """Judge how many practices of before are no more; ``kept`` are those still there, moved ones included."""
    for kind, name in WHERE.items():
        old = before.of(kind).practices
        if not (old and after.of(kind).practices):
            continue
        gone = max(old - kept.get(kind, 0), 0)
        limit = widened(settings.max_removed, old)
        yield Finding(
            "removed",
            kind,
            *(old, gone, limit),
            passed=gone <= limit * old,
            sentence=f"{name.capitalize()} : {french_count(gone)} des {french_count(old)} de "
            f"{_told(before)} ont disparu, soit {french_share(gone / old)} ; {_told_limit(limit)}.",
        )


def moved(before: Side, trips: Sequence[Row[Any]], settings: Settings) -> Iterator[Finding]:
    """Judge how many practices placed in both releases are now far from where they were."""
    for trip in trips:
        if not trip.located:
            continue
        limit = widened(settings.max_moved, trip.located)
        yield Finding(
            "moved",
            trip.subject,
            *(trip.located, trip.far, limit),
            passed=trip.far <= limit * trip.located,
            sentence=f"{WHERE[trip.subject].capitalize()} : {french_count(trip.far)} des "
            f"{french_count(trip.located)} localisés dans les deux versions sont à plus de {MOVED_METRES} m "
            f"de leur place dans {_told(before)}, soit {french_share(trip.far / trip.located)} ; "
            f"{_told_limit(limit)}.",
        )


def plausible(after: Side, registers: frozenset[str]) -> Iterator[Finding]:
    """Judge what can be judged with nothing to compare with: a loaded register counts somebody, somewhere."""
    for register, kind in LOADED.items():
        if register not in registers:
            continue
        found = after.of(kind)
        places = _several(found.practices, WHERE[kind])
        passed = False
        if not found.headcount:
            told = f"aucun des {WHO[kind]} de ce fichier ne peut être compté"
        elif not found.located and "ban" in registers:
            told = f"aucun des {places} n'est localisé, alors que la BAN est chargée"
        else:
            passed = True
            people = _several(found.headcount, WHO[kind])
            told = f"{people}, {_several(found.located, 'localisés')} sur {places}"
        sentence = f"{REGISTERS[register].label} : {told}."
        yield Finding("plausible", kind, None, found.headcount, None, passed, sentence)


def _several(count: int, noun: str) -> str:
    """Return a count with its noun, given in the plural.

    >>> _several(1, "praticiens"), _several(12, "praticiens")
    ('1 praticien', '12 praticiens')
    """
    return f"{french_count(count)} {noun if count > 1 else noun[:-1]}"


def _told_change(before: int, after: int, limit: float) -> str:
    if before == after:
        return ""
    which = "de moins" if after < before else "de plus"
    return f", soit {french_share(abs(after - before) / before)} {which} ; {_told_limit(limit)}"


def _told_limit(limit: float) -> str:
    return f"limite {french_share(limit)}" if limit < 1 else "trop peu pour en juger"


def _told_drop(lost: float, limit: float) -> str:
    if not lost:
        return ""
    bound = f"limite {_points(limit)}" if limit < 1 else "trop peu pour en juger"
    return f", soit {_points(lost)} de moins ; {bound}"


def _told(side: Side) -> str:
    return f"la version {side.id} ({french_date(side.vintage)})"


def _points(share: float) -> str:
    """Return a difference of shares in percentage points.

    >>> _points(0.0125), _points(0.12)
    ('1,2 point', '12,0 points')
    """
    return f"{100 * share:.1f} point{'s' if share >= 0.02 else ''}".replace(".", ",")
