"""Public transport timetables (GTFS): recognised, checked and counted; their rides are read by the graph."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import PurePosixPath

from app.sources.catalogue import REGISTERS, RegisterName
from app.sources.containers import Content
from app.sources.finding import Finding
from app.sources.refusal import refusal
from app.sources.rows import Rejects, Row
from app.sources.streams import BoundedStream, reading
from app.sources.texts import french_count

REQUIRED = {
    "agency.txt": ("agency_name", "agency_timezone"),
    "stops.txt": ("stop_id",),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence"),
}
CALENDARS = {
    "calendar.txt": ("service_id", "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date"),
}
LABELS = {"stops.txt": "arrêts", "routes.txt": "lignes", "trips.txt": "courses", "stop_times.txt": "passages"}


@dataclass(slots=True)
class Timetable:
    """Counts of lines by file, first and last day of service, trips whose stops come in disorder."""

    counts: dict[str, int]
    days: tuple[str, str] | None
    unordered: int


class _Bytes(io.RawIOBase):
    """A bounded stream as the raw file that the text layer wants."""

    def __init__(self, stream: BoundedStream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """Say that bytes can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next."""
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def recognise_gtfs(content: Content, _expected: RegisterName | None) -> Finding:
    """Recognise and check a GTFS archive. Raises SourceError naming the file and column that are missing."""
    table = _survey(content)
    counts = ", ".join(f"{french_count(table.counts[name])} {label}" for name, label in LABELS.items())
    notes = [counts]
    if table.days:
        notes.append(f"service du {_french(table.days[0])} au {_french(table.days[1])}")
    if table.unordered:
        notes.append(f"passages en désordre dans le fichier pour {french_count(table.unordered)} courses")
    return Finding(
        register=REGISTERS["gtfs"],
        variant="GTFS",
        rows=partial(_stops, content),
        encoding="utf-8",
        notes=tuple(notes),
        content_date=_day(table.days[0]) if table.days else None,
    )


def _stops(content: Content, _rejects: Rejects) -> Iterator[Row]:
    """Yield the stops: what tells one archive of a network from a truncated one."""
    member = f"{PurePosixPath(content.member or '').parent}/stops.txt"
    with (
        reading(content.path),
        zipfile.ZipFile(content.path) as archive,
        _table(content, archive, member) as lines,
    ):
        yield from (tuple(values) for values in lines)


def _survey(content: Content) -> Timetable:
    folder = PurePosixPath(content.member or "").parent
    with reading(content.path), zipfile.ZipFile(content.path) as archive:
        names = {
            PurePosixPath(name).name for name in archive.namelist() if PurePosixPath(name).parent == folder
        }
        missing = [name for name in REQUIRED if name not in names]
        if not CALENDARS.keys() & names:
            missing.append("calendar.txt")
        if missing:
            what = f"L'archive GTFS n'a pas de fichier « {missing[0]} »"
            raise refusal(content.path, what, "Demandez une archive complète au réseau de transport.")
        counts = {}
        for name in REQUIRED:
            with _table(content, archive, f"{folder}/{name}") as lines:
                counts[name] = sum(1 for _ in lines) if name != "stop_times.txt" else 0
        passages, unordered = _passages(content, archive, f"{folder}/stop_times.txt")
        counts["stop_times.txt"] = passages
        return Timetable(counts, _service(content, archive, folder, names), unordered)


@contextmanager
def _table(content: Content, archive: zipfile.ZipFile, member: str) -> Iterator[Iterator[list[str]]]:
    """Open one file of the archive as the values of its required columns, line after line."""
    inner = member.removeprefix("./")
    name = PurePosixPath(member).name
    wanted = REQUIRED.get(name) or CALENDARS[name]
    with archive.open(inner) as raw:
        stream = _Bytes(BoundedStream(raw, content.path, content.max_bytes, content.path.stat().st_size))
        with io.TextIOWrapper(io.BufferedReader(stream), "utf-8-sig", newline="") as text:
            yield _values(content, name, text, wanted)


def _values(
    content: Content, name: str, text: io.TextIOWrapper, wanted: tuple[str, ...]
) -> Iterator[list[str]]:
    lines = csv.reader(text)
    try:
        header = [column.strip() for column in next(lines, [])]
        for column in wanted:
            if column not in header:
                what = f"Le fichier « {name} » n'a pas la colonne « {column} »"
                raise refusal(content.path, what, line=1, column=column)
        places = [header.index(column) for column in wanted]
        for fields in lines:
            if not fields:
                continue
            if len(fields) <= max(places):
                what = f"Une ligne de « {name} » n'a que {len(fields)} champs"
                raise refusal(content.path, what, line=lines.line_num)
            yield [fields[place].strip() for place in places]
    except (csv.Error, UnicodeDecodeError) as e:
        raise refusal(content.path, f"Le fichier « {name} » est illisible", line=lines.line_num) from e


def _passages(content: Content, archive: zipfile.ZipFile, member: str) -> tuple[int, int]:
    """Return the number of stop times, and of trips whose stops are not in order in the file."""
    last: dict[str, int] = {}
    unordered: set[str] = set()
    count = 0
    with _table(content, archive, member) as lines:
        for trip, _stop, sequence in lines:
            count += 1
            if not sequence.isdigit():
                what = "L'ordre de passage (stop_sequence) n'est pas un nombre entier"
                raise refusal(content.path, what, line=count + 1, column="stop_sequence")
            rank = int(sequence)
            if rank <= last.get(trip, -1):
                unordered.add(trip)
            last[trip] = rank
    return count, len(unordered)


def _service(
    content: Content, archive: zipfile.ZipFile, folder: PurePosixPath, names: set[str]
) -> tuple[str, str] | None:
    days: list[str] = []
    for name in CALENDARS.keys() & names:
        with _table(content, archive, f"{folder}/{name}") as lines:
            days.extend(day for values in lines for day in values[1:] if _day(day))
    return (min(days), max(days)) if days else None


def _day(text: str) -> date | None:
    if len(text) != 8 or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _french(day: str) -> str:
    return f"{day[6:]}/{day[4:6]}/{day[:4]}"
