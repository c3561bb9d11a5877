"""GTFS archives are recognised and checked, whatever their quoting, ends of line and order."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from app.errors import SourceError
from app.sources.recognise import recognise
from app.sources.report import check
from app.sources.rows import RecognisedFile, Rejects
from tests.unit.sources.conftest import MAX_BYTES

FILES = {
    "agency.txt": "agency_name,agency_url,agency_timezone\nTram fictif,https://exemple.invalid,Europe/Paris\n",
    "stops.txt": '\ufeff"stop_id","stop_name","stop_lat","stop_lon"\r\n"A","Le Port, quai","46.4","-3.3"\r\n'
    '"B","Les Dunes","46.41","-3.3"\r\n',
    "routes.txt": "route_id,route_type\nT1,0\n",
    "trips.txt": "route_id,service_id,trip_id\nT1,S,1\nT1,S,2\n",
    "stop_times.txt": "trip_id,arrival_time,stop_id,stop_sequence\n1,8:05,B,2\n1,8:00,A,1\n"
    "2,9:00,A,1\n2,9:05,B,2\n",
    "calendar.txt": "service_id,monday,start_date,end_date\nS,1,20250901,20251231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nS,20260101,1\n",
}


def archive(folder: Path, files: dict[str, str], inner: str = "") -> Path:
    """Write a GTFS archive."""
    path = folder / "gtfs.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(f"{inner}{name}", text)
    return path


def found(path: Path) -> RecognisedFile:
    """Recognise an archive."""
    return recognise(path, max_bytes=MAX_BYTES)


@pytest.mark.parametrize("inner", ["", "export/"])
def test_an_archive_is_counted_and_its_calendar_told(inner: str, tmp_path: Path) -> None:
    recognised = found(archive(tmp_path, FILES, inner))
    assert recognised.register.name == "gtfs"
    assert recognised.notes == (
        "2 arrêts, 1 lignes, 2 courses, 4 passages",
        "service du 01/09/2025 au 01/01/2026",
        "passages en désordre dans le fichier pour 1 courses",
    )
    assert recognised.vintage == date(2025, 9, 1)


def test_an_archive_is_loaded_by_its_stops(tmp_path: Path) -> None:
    recognised = found(archive(tmp_path, FILES))
    assert recognised.register.loadable
    assert list(recognised.rows(Rejects())) == [("A",), ("B",)]
    assert "ne le charge pas" not in check(recognised.path, MAX_BYTES)


@pytest.mark.parametrize("name", ["agency.txt", "routes.txt", "trips.txt", "stop_times.txt"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    files = {other: text for other, text in FILES.items() if other != name}
    with pytest.raises(SourceError, match=f"pas de fichier « {name} »"):
        found(archive(tmp_path, files))


def test_one_of_the_two_calendars_is_enough(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != "calendar.txt"}
    assert "service du 01/01/2026 au 01/01/2026" in found(archive(tmp_path, files)).notes
    del files["calendar_dates.txt"]
    with pytest.raises(SourceError, match=r"pas de fichier « calendar\.txt »"):
        found(archive(tmp_path, files))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    files = FILES | {"trips.txt": "route_id,service_id\nT1,S\n"}
    with pytest.raises(SourceError, match=r"« trips\.txt » n'a pas la colonne « trip_id »") as caught:
        found(archive(tmp_path, files))
    assert caught.value.place.column == "trip_id"


def test_a_short_line_is_placed(tmp_path: Path) -> None:
    files = FILES | {"routes.txt": "route_id,route_type\nT1,0\nT2\n"}
    with pytest.raises(SourceError, match=r"« routes\.txt » n'a que 1 champs") as caught:
        found(archive(tmp_path, files))
    assert caught.value.place.line == 3


def test_a_sequence_that_is_no_number_is_placed(tmp_path: Path) -> None:
    files = FILES | {"stop_times.txt": "trip_id,stop_id,stop_sequence\n1,A,premier\n"}
    with pytest.raises(SourceError, match="stop_sequence") as caught:
        found(archive(tmp_path, files))
    assert caught.value.place.line == 2
