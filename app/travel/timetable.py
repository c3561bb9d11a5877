"""Public transport calendars: which days a GTFS feed speaks of, and whether a service runs on one of them."""

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from app.sources.recognise import recognise
from app.sources.refusal import refusal
from app.travel.failures import TimetableError

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
ORDINARY = (1, 2, 3)  # Tuesday to Thursday: neither the ends of a week nor those of a working week


type Span = tuple[date, date, frozenset[int]]  # first and last day, weekdays from Monday, 0


@dataclass(frozen=True, slots=True)
class Service:
    """The days of one calendar: its weekdays between two dates if it has any, and the exceptions."""

    span: Span | None
    added: frozenset[date]
    removed: frozenset[date]

    def runs(self, day: date) -> bool:
        """Say whether trips of this calendar run on a day."""
        if day in self.added:
            return True
        if self.span is None or day in self.removed:
            return False
        first, last, weekdays = self.span
        return first <= day <= last and day.weekday() in weekdays

    def days(self) -> Iterator[date]:
        """Yield every day it runs."""
        usual: set[date] = set()
        if self.span:
            first, last, _ = self.span
            usual = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        yield from sorted(day for day in usual | self.added if self.runs(day))


@dataclass(frozen=True, slots=True)
class Timetable:
    """A checked feed: its file, the first and last days on which anything runs, its calendars and trips.

    ``trips`` counts the trips of each calendar.
    """

    path: Path
    sha256: str
    folder: PurePosixPath
    services: dict[str, Service]
    trips: Counter[str]
    days: tuple[date, date]

    def trips_on(self, day: date) -> int:
        """Return how many trips run on a day; raises TimetableError outside the days of the feed."""
        refuse_outside(self.days, day)
        return sum(self.trips[name] for name, service in self.services.items() if service.runs(day))

    def ordinary_day(self) -> date:
        """Return the first Tuesday, Wednesday or Thursday with as many trips as such days ever have.

        Any day with the most trips where nothing ever runs on those.
        """
        first, last = self.days
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        counts = {day: self.trips_on(day) for day in days}
        usual = [day for day in days if day.weekday() in ORDINARY and counts[day]]
        return max(usual or days, key=lambda day: (counts[day], -day.toordinal()))

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the lines of one table with their numbers, none when the feed does not have it."""
        with zipfile.ZipFile(self.path) as archive:
            yield from enumerate(_rows(archive, self.folder, name), start=2)


def refuse_outside(days: tuple[date, date], day: date) -> None:
    """Raise TimetableError when a day is before or after the service of a feed."""
    first, last = days
    if first <= day <= last:
        return
    when = "ne commencent que le" if day < first else "s'arrêtent au"
    edge = first if day < first else last
    raise TimetableError(
        f"Les horaires de transport {when} {edge:%d/%m/%Y} : rien n'est connu du {day:%d/%m/%Y}.",
        hint="Choisissez un jour couvert, ou reconstruisez le graphe avec des horaires à jour.",
    )


def read_timetable(path: Path, *, max_bytes: int) -> Timetable:
    """Check a GTFS archive and read its calendars.

    Raises SourceError naming what is missing or malformed, or when no trip ever runs.
    """
    found = recognise(path, max_bytes=max_bytes, expected="gtfs")
    folder = PurePosixPath(found.member or "").parent
    with zipfile.ZipFile(path) as archive:
        services = _services(path, archive, folder)
        trips = Counter(row["service_id"] for row in _rows(archive, folder, "trips.txt"))
    days = [day for name, service in services.items() if trips[name] for day in service.days()]
    if not days:
        raise refusal(path, "Aucune course de ces horaires ne circule jamais")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Timetable(path, digest, folder, services, trips, (min(days), max(days)))


def _services(path: Path, archive: zipfile.ZipFile, folder: PurePosixPath) -> dict[str, Service]:
    usual: dict[str, Span] = {}
    added: dict[str, set[date]] = {}
    removed: dict[str, set[date]] = {}
    for number, row in enumerate(_rows(archive, folder, "calendar.txt"), start=2):
        weekdays = frozenset(n for n, name in enumerate(WEEK) if row.get(name) == "1")
        first, last = (_day(path, row, key, "calendar.txt", number) for key in ("start_date", "end_date"))
        usual[row["service_id"]] = (first, last, weekdays)
    for number, row in enumerate(_rows(archive, folder, "calendar_dates.txt"), start=2):
        into = {ADDED: added, REMOVED: removed}.get(row.get("exception_type", ""))
        if into is None:
            what = "Une exception de calendrier (exception_type) n'est ni 1 ni 2"
            raise refusal(path, what, line=number, column="exception_type")
        day = _day(path, row, "date", "calendar_dates.txt", number)
        into.setdefault(row["service_id"], set()).add(day)
    return {
        name: Service(
            span=usual.get(name),
            added=frozenset(added.get(name, ())),
            removed=frozenset(removed.get(name, ())),
        )
        for name in {*usual, *added, *removed}
    }


def _day(path: Path, row: dict[str, str], column: str, table: str, line: int) -> date:
    text = row.get(column, "")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        what = f"Une date de « {table} » n'est pas de la forme AAAAMMJJ : « {text} »"
        raise refusal(path, what, line=line, column=column) from error


def _rows(archive: zipfile.ZipFile, folder: PurePosixPath, name: str) -> Iterator[dict[str, str]]:
    """Yield the lines of one table, none when the feed does not have it."""
    member = str(folder / name).removeprefix("./")
    if member not in archive.namelist():
        return
    with archive.open(member) as raw:
        text = io.TextIOWrapper(raw, "utf-8-sig", newline="")
        lines = csv.reader(text)
        header = [column.strip() for column in next(lines, [])]
        for fields in lines:
            if fields:
                yield dict(zip(header, (field.strip() for field in fields), strict=False))
