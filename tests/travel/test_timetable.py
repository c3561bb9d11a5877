"""Calendars of public transport: which days they know, and what is refused."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from town import LARGE, Town

from app.errors import SourceError
from app.travel.failures import TimetableError
from app.travel.timetable import Timetable, read_timetable

TABLES = {
    "agency.txt": "agency_name,agency_timezone\nRéseau,Europe/Paris\n",
    "stops.txt": "stop_id,stop_lat,stop_lon\nA,45,3\n",
    "routes.txt": "route_id,route_type\n1,3\n",
    "trips.txt": "route_id,service_id,trip_id\n1,SEM,a\n1,SEM,b\n1,FETE,c\n",
    "stop_times.txt": "trip_id,stop_id,stop_sequence\na,A,1\n",
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "SEM,1,1,1,1,1,0,0,20251103,20251114\n"
    ),
    "calendar_dates.txt": (
        "service_id,date,exception_type\nSEM,20251111,2\nFETE,20251111,1\nFETE,20251116,1\n"
    ),
}


def written(folder: Path, **changes: str | None) -> Path:
    """Write a feed with some tables replaced, or left out."""
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**TABLES, **{f"{key}.txt": value for key, value in changes.items()}}.items():
            if text is not None:
                archive.writestr(f"reseau/{name}", text)
    return path


def read(folder: Path, **changes: str | None) -> Timetable:
    return read_timetable(written(folder, **changes), max_bytes=LARGE)


def test_a_day_counts_the_trips_of_its_calendars_and_exceptions(tmp_path: Path) -> None:
    feed = read(tmp_path)
    assert feed.days == (date(2025, 11, 3), date(2025, 11, 16))
    assert feed.trips_on(date(2025, 11, 12)) == 2
    assert feed.trips_on(date(2025, 11, 11)) == 1, "the holiday has its own calendar"
    assert feed.trips_on(date(2025, 11, 16)) == 1, "an added day beyond the usual ones"


def test_a_day_without_any_trip_is_a_day_of_the_feed(tmp_path: Path) -> None:
    assert read(tmp_path).trips_on(date(2025, 11, 8)) == 0


def test_the_ordinary_day_is_the_first_of_the_busiest_in_the_middle_of_a_week(tmp_path: Path) -> None:
    assert read(tmp_path).ordinary_day() == date(2025, 11, 4), "a Tuesday, not the holiday a week later"
    alone = read(tmp_path, calendar=None, calendar_dates="service_id,date,exception_type\nFETE,20251116,1\n")
    assert alone.ordinary_day() == date(2025, 11, 16), "a feed of one Sunday has no other"


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2025, 11, 2), "ne commencent que le 03/11/2025"),
        (date(2025, 11, 17), "s'arrêtent au 16/11/2025"),
        (date(2031, 1, 1), "s'arrêtent au 16/11/2025"),
    ],
)
def test_a_day_outside_the_feed_is_refused(tmp_path: Path, day: date, told: str) -> None:
    with pytest.raises(TimetableError, match=told):
        read(tmp_path).trips_on(day)


def test_a_feed_of_dates_alone_is_read(tmp_path: Path) -> None:
    feed = read(tmp_path, calendar=None)
    assert feed.days == (date(2025, 11, 11), date(2025, 11, 16))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"calendar": None, "calendar_dates": None}, "calendar.txt"),
        ({"calendar_dates": TABLES["calendar_dates.txt"].replace("20251111,2", "11/11/2025,2")}, "AAAAMMJJ"),
        ({"calendar_dates": TABLES["calendar_dates.txt"].replace("20251111,2", "20251111,3")}, "ni 1 ni 2"),
        ({"calendar": TABLES["calendar.txt"].replace("20251114", "20251345")}, "AAAAMMJJ"),
        ({"trips": "route_id,service_id,trip_id\n1,AUTRE,a\n"}, "ne circule jamais"),
        ({"stops": "nom\nA\n"}, "stop_id"),
    ],
)
def test_a_feed_that_cannot_be_used_says_why(
    tmp_path: Path, changes: dict[str, str | None], told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        read(tmp_path, **changes)


def test_the_demo_city_s_buses_run_on_weekdays_and_less_on_sundays(town: Town) -> None:
    feed = read_timetable(town.feed, max_bytes=LARGE)
    assert feed.days == (date(2025, 9, 1), date(2026, 8, 31))
    assert feed.trips_on(date(2025, 11, 12)) > feed.trips_on(date(2025, 11, 16)) > 0


@pytest.mark.realdata
def test_the_feed_of_rennes_is_read_and_refuses_today(real_data: Path) -> None:
    feed = read_timetable(real_data / "rennes" / "gtfs_star_20120618.zip", max_bytes=LARGE)
    first, last = feed.days
    assert first.year == last.year == 2012
    assert feed.trips_on(date(2012, 7, 16)) > 1_000, "a Monday of that summer"
    with pytest.raises(TimetableError, match=f"s'arrêtent au {last:%d/%m/%Y}"):
        feed.trips_on(date(2025, 11, 3))
