"""The account of a release: what it was made of, how well it is placed, what was found, what is awaited.

One function makes it from the published views; the page, the API and the command line only write it down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from app.db.sql import load
from app.errors import NothingPublishedError
from app.indicators.judgement import Judgement, findings
from app.indicators.placing import CLASSES, LOCATED
from app.indicators.references import ComparedTerritory, compared
from app.indicators.wording import french_age, french_date
from app.sources.catalogue import REGISTERS

PACKAGE = "app.indicators"
RUNS_SHOWN = 12
# What is not known without a register; those that a city may do without are left out.
WITHOUT = {
    "annuaire": "aucun praticien n'est connu",
    "finess": "pharmacies, centres de santé et hôpitaux ne sont pas connus",
    "ban": "les adresses ne peuvent pas être placées",
    "communes": "ni le nom ni le contour des communes ne sont sûrs",
    "iris": "aucune carte par quartier",
    "iris_population": "aucune densité par quartier",
    "qpv": "les quartiers prioritaires ne sont pas montrés",
    "filosofi": "la population est répartie selon la surface, pas selon les lieux habités",
    "cedex": "les adresses CEDEX ne sont pas rattachées à leur commune",
    "osm": "la carte n'a ni rues ni noms, et aucun temps de trajet n'est connu",
}


@dataclass(frozen=True, slots=True)
class RejectExample:
    """One refused line: its number, and an excerpt that names nobody."""

    line: int | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason for which lines were refused."""

    reason: str
    count: int
    examples: tuple[RejectExample, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the release. ``waiting`` is the date of a newer one, loaded and not published."""

    register: str
    label: str
    producer: str
    licence: str
    cadence: str
    part: str
    variant: str
    vintage: date
    last_success_at: datetime
    last_data_change_at: datetime
    rows_in: int
    rows_kept: int
    rows_rejected: int
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]
    waiting: date | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A register that was never loaded, and what is not known without it."""

    register: str
    label: str
    consequence: str


@dataclass(frozen=True, slots=True)
class Placing:
    """Practices and people by class of location, of one profession or (empty slug) of all practitioners."""

    profession: str
    label: str
    subject: str
    practices: Mapping[str, int]
    practitioners: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return the practices that lie somewhere in the published area."""
        return sum(count for name, count in self.practices.items() if name != "nowhere")

    @property
    def located(self) -> int:
        """Return those placed better than by their commune (METHODS 2)."""
        return sum(count for name, count in self.practices.items() if name in LOCATED)

    @property
    def share(self) -> float | None:
        """Return the located share, 0 to 1; None where there is nothing to place."""
        return self.located / self.total if self.total else None

    @property
    def people(self) -> int:
        """Return how many people there are, wherever they practise."""
        return sum(self.practitioners.values())

    @property
    def people_unplaced(self) -> int:
        """Return the people none of whose places is located."""
        return sum(count for name, count in self.practitioners.items() if name not in LOCATED)


@dataclass(frozen=True, slots=True)
class Folding:
    """What the lines of the annuaire were folded into; ``lines`` is None where it was not loaded."""

    lines: int
    practices: int
    practitioners: int
    sites: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that asks for somebody, since when."""

    key: str
    title: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the ledger."""

    task: str
    register: str | None
    file_name: str | None
    status: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A release with what the guards found of it."""

    id: int
    vintage: date
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that tells whether the published release can be trusted, on a day."""

    today: date
    published: Judged
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]
    missing: tuple[Missing, ...]
    everybody: Placing | None
    professions: tuple[Placing, ...]
    folding: Folding | None
    references: tuple[ComparedTerritory, ...]
    held: Judged | None
    runs: tuple[Run, ...]


def account(connection: Connection, now: datetime, max_supply_age_days: int) -> Account:
    """Return the account of the published release. Any role may ask: it reads the published views.

    Raises NothingPublishedError when there is none.
    """
    shown = connection.execute(text("SELECT id, vintage FROM published.release")).one_or_none()
    if shown is None:
        raise NothingPublishedError
    today = now.date()
    sources = read_sources(connection)
    placed = read_placing(connection)
    registers = frozenset(source.register for source in sources)
    held = _held(connection)
    found_now = (
        held_back(held.id, held.vintage) if held else None,
        old_supply(shown.vintage, today, max_supply_age_days),
        _no_times(connection, shown.id),
    )
    return Account(
        today=today,
        published=Judged(shown.id, shown.vintage, findings(connection, shown.id)),
        problems=_problems(connection, found_now),
        sources=sources,
        missing=never_loaded(connection),
        everybody=placed.get(""),
        professions=tuple(one for slug, one in placed.items() if slug),
        folding=_folding(connection, sources),
        references=compared(connection, registers),
        held=held,
        runs=tuple(Run(**row) for row in _rows(connection, "account_runs", most=RUNS_SHOWN)),
    )


def read_sources(connection: Connection) -> tuple[Source, ...]:
    """Return the files of the published release, register by register in the order of the catalogue."""
    order: list[str] = list(REGISTERS)
    found = [_source(row) for row in _rows(connection, "account_sources")]
    return tuple(sorted(found, key=lambda source: (order.index(source.register), source.part)))


def never_loaded(connection: Connection) -> tuple[Missing, ...]:
    """Return the registers that no file was ever loaded of, where that leaves something unknown."""
    loaded = set(connection.execute(text("SELECT DISTINCT register FROM published.loaded_source")).scalars())
    return tuple(
        Missing(register.name, register.label, WITHOUT[register.name])
        for register in REGISTERS.values()
        if register.name in WITHOUT and register.name not in loaded
    )


def read_placing(connection: Connection) -> dict[str, Placing]:
    """Return how well each profession is placed, all practitioners under the empty slug.

    Empty for a release that was built before this was counted.
    """
    found: dict[str, list[RowMapping]] = {}
    for row in _rows(connection, "account_placing"):
        found.setdefault(row["profession"], []).append(row)
    return {slug: _placing(rows) for slug, rows in found.items()}


def _rows(connection: Connection, name: str, **values: object) -> Sequence[RowMapping]:
    return connection.execute(load(PACKAGE, name), values).mappings().all()


def _source(row: RowMapping) -> Source:
    register = REGISTERS[row["register"]]
    told = {name: row[name] for name in row if name not in {"rejects", "notes"}}
    return Source(
        label=register.label,
        producer=register.producer,
        licence=register.licence,
        cadence=register.cadence,
        rejects=tuple(_reject(reason, entry) for reason, entry in row["rejects"].items()),
        notes=tuple(row["notes"]),
        **told,
    )


def _reject(reason: str, entry: Mapping[str, Any]) -> Reject:
    examples = (RejectExample(one["line"], one["excerpt"]) for one in entry["examples"])
    return Reject(reason, entry["count"], tuple(examples))


def _placing(rows: Sequence[RowMapping]) -> Placing:
    by_class = {row["location_class"]: row for row in rows}
    return Placing(
        profession=rows[0]["profession"],
        label=rows[0]["label"],
        subject=rows[0]["subject"],
        practices={name: by_class[name]["practices"] for name in CLASSES if name in by_class},
        practitioners={name: by_class[name]["practitioners"] for name in CLASSES if name in by_class},
    )


def _folding(connection: Connection, sources: Sequence[Source]) -> Folding | None:
    row = connection.execute(
        text("SELECT practices, practitioners, sites FROM published.folding")
    ).one_or_none()
    lines = [source.rows_kept for source in sources if source.register == "annuaire"]
    return Folding(sum(lines), *row) if row is not None and lines else None


def _held(connection: Connection) -> Judged | None:
    rows = _rows(connection, "account_held")
    return Judged(rows[0]["id"], rows[0]["vintage"], findings(connection, rows[0]["id"])) if rows else None


def old_supply(vintage: date, today: date, most_days: int) -> Problem | None:
    """Return the problem of a supply older than ``most_days``, or None."""
    if (today - vintage).days <= most_days:
        return None
    title = f"L'offre publiée est celle du {french_date(vintage)}, {french_age(vintage, today)}."
    return Problem("supply_age", title, None)


def without_times(reason: str) -> Problem:
    """Return the problem of a published release whose travel times could not be made."""
    return Problem("travel", f"Les temps de trajet de la version publiée manquent : {reason}", None)


def _no_times(connection: Connection, release_id: int) -> Problem | None:
    reason: str | None = connection.execute(
        text("SELECT problem FROM published.release_graph WHERE release_id = :release_id"),
        {"release_id": release_id},
    ).scalar_one_or_none()
    return None if reason is None else without_times(reason)


def held_back(number: int, vintage: date) -> Problem:
    """Return the problem of a release that the guards hold back."""
    title = f"La version {number}, offre au {french_date(vintage)}, est retenue par les contrôles."
    return Problem(f"held:{number}", title, None)


def _problems(connection: Connection, found_now: Sequence[Problem | None]) -> tuple[Problem, ...]:
    """Return what is looked at each time, then what the last run left open."""
    rows = connection.execute(
        text("SELECT problem, title, opened_at FROM published.alert ORDER BY opened_at, problem")
    )
    told = {row.problem: Problem(*row) for row in rows}
    for problem in found_now:
        if problem is not None:
            told.setdefault(problem.key, problem)
    live = {problem.key for problem in found_now if problem is not None}
    looked_at = ("supply_age", "held:", "travel")
    return tuple(one for key, one in told.items() if key in live or not key.startswith(looked_at))
