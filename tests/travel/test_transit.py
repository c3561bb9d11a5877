"""Journeys in public transport on the demo city: caught, missed, at night, on days without any bus."""

import zipfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from town import LARGE

from app.errors import ParameterError, SourceError
from app.travel.departure import parse_departure
from app.travel.engine import GRID, Reach
from app.travel.graph import Graph
from app.travel.isochrones import Point, journey, merged
from app.travel.rides import Connections, Rides, read_rides
from app.travel.scan import BOARD_S, NEVER, Profile, at, earliest, profiles
from app.travel.search import StreetSearch
from app.travel.streets import Streets
from app.travel.timetable import read_timetable
from app.travel.transit import StopNetwork, TransitSearch
from app.travel.transit_areas import ridden, stops_of

WEDNESDAY, SUNDAY = date(2025, 11, 12), date(2025, 11, 16)
BEGINS = {
    "agency.txt": "agency_name,agency_timezone\nRéseau,Europe/Paris\n",
    "routes.txt": "route_id,route_type\n1,3\n",
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "SEM,1,1,1,1,1,0,0,20251103,20251128\n"
    ),
    "trips.txt": "route_id,service_id,trip_id\n1,SEM,a\n",
}


@pytest.fixture(scope="module")
def network(graph: Graph) -> StopNetwork:
    return StopNetwork(graph.streets(), graph.rides())


@pytest.fixture(scope="module")
def ends(network: StopNetwork, searches: dict[str, StreetSearch]) -> tuple[np.ndarray, np.ndarray]:
    """Return two ends of line 7: the first stop, and one that nobody walks to in an hour."""
    rides = network.rides
    # Line 7 is the last of the feed; its first trips go towards the centre.
    first = int(np.flatnonzero(rides.stop[rides.offsets[:-1]] == len(rides.stops) - 11)[0])
    calls = rides.stop[rides.offsets[first] : rides.offsets[first + 1]]
    return rides.stops[calls[:1]], rides.stops[calls[-2:-1]]


def leaving(network: StopNetwork, day: date, clock: str = "") -> TransitSearch:
    """Return the search of a day, or of an instant of it."""
    return TransitSearch(network, parse_departure(f"{day}{clock and 'T'}{clock}", network.rides.days, day))


def seconds(
    search: TransitSearch | StreetSearch, here: np.ndarray, there: np.ndarray, limit: int = 7_200
) -> int:
    """Return the seconds between two places, 0 where there is no way within the limit."""
    return int(search.times(search.snap(there), search.snap(here), limit).toarray()[0, 0])


def line(folder: Path, places: np.ndarray, stop_times: str, **tables: str) -> Rides:
    """Return the rides of one line between two places."""
    stops = "".join(f"{name},{lat},{lon}\n" for name, (lon, lat) in zip("AB", places.tolist(), strict=True))
    path = folder / "line.zip"
    header = "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
    with zipfile.ZipFile(path, "w") as archive:
        given_tables = {f"{name}.txt": text for name, text in tables.items()}
        for name, text in {
            **BEGINS,
            "stops.txt": "stop_id,stop_lat,stop_lon\n" + stops,
            "stop_times.txt": header + stop_times,
            **given_tables,
        }.items():
            archive.writestr(name, text)
    return read_rides(read_timetable(path, max_bytes=LARGE))


def test_a_far_quarter_reaches_the_centre_by_bus_alone(network, searches, ends) -> None:
    here, there = ends
    assert seconds(searches["walk"], here, there, 1_800) == 0
    ride = seconds(leaving(network, WEDNESDAY, "07:57"), here, there)
    assert 0 < ride < 1_800
    assert ride < seconds(searches["walk"], here, there) / 2


def test_leaving_just_after_the_bus_costs_half_an_hour(network, ends) -> None:
    caught, missed = (seconds(leaving(network, WEDNESDAY, clock), *ends) for clock in ("07:57", "08:01"))
    assert missed + 4 * 60 - caught == 1_800, "one arrives exactly one bus later"


def test_the_median_of_an_hour_lies_between_its_best_and_worst_instants(network, ends) -> None:
    each = [seconds(leaving(network, WEDNESDAY, f"08:{minute:02d}"), *ends) for minute in range(60)]
    told = seconds(leaving(network, WEDNESDAY), *ends)
    assert min(each) < told < max(each)
    assert told == sorted(each)[29], "half of the instants do not take longer"


def test_a_sunday_without_service_is_like_walking(network, searches, streets) -> None:
    rng = np.random.default_rng(3)
    here, there = (streets.junctions[rng.integers(0, len(streets.junctions), size)] for size in (60, 20))
    sunday = SUNDAY.toordinal() - int(network.rides.first_day)
    runs = network.rides.runs.copy()
    runs[:, sunday] = False
    still = StopNetwork(streets, replace(network.rides, runs=runs))
    found, walked = (
        search.times(search.snap(there), search.snap(here), 2_700).toarray()
        for search in (leaving(still, SUNDAY), searches["walk"])
    )
    assert (found == walked).all()
    search = leaving(network, SUNDAY)
    assert (search.times(search.snap(there), search.snap(here), 2_700).toarray() != walked).any()


def test_a_ride_is_never_longer_than_the_walk_and_both_scans_agree(network, searches, streets) -> None:
    rng = np.random.default_rng(5)
    here, there = (streets.junctions[rng.integers(0, len(streets.junctions), size)] for size in (40, 30))
    search = leaving(network, WEDNESDAY)
    towards = search.times(search.snap(there), search.snap(here), 2_700).toarray()
    origins = search.snap(here)
    from_each = [
        search.times(search.snap(there), origins.take(np.array([rank])), 2_700).toarray()[:, 0]
        for rank in range(len(here))
    ]
    assert (towards == np.array(from_each).T).all()
    walked = searches["walk"].times(search.snap(there), origins, 2_700).toarray()
    assert ((towards > 0) >= (walked > 0)).all()
    assert (towards[walked > 0] <= walked[walked > 0]).all()
    assert ((towards > 0) & (towards != walked)).sum() > 50, "and buses help"


def test_a_night_bus_past_midnight_belongs_to_the_evening(tmp_path, streets, ends) -> None:
    times = "a,A,1,24:10:00,24:10:00\na,B,2,24:25:00,24:25:00\n"
    night = StopNetwork(streets, line(tmp_path, np.vstack(ends), times))
    friday, saturday = date(2025, 11, 14), date(2025, 11, 15)
    # The calendar knows Fridays only: it is the bus of the evening before.
    assert 0 < seconds(leaving(night, saturday, "00:05"), *ends, 2_400) < 1_800
    assert seconds(leaving(night, friday + timedelta(days=2), "00:05"), *ends, 2_400) == 0
    assert 0 < seconds(leaving(night, friday, "23:59"), *ends, 2_400) <= 1_700


def test_a_frequency_is_a_bus_every_so_often(tmp_path, streets, ends) -> None:
    often = StopNetwork(
        streets,
        line(
            tmp_path,
            np.vstack(ends),
            "a,A,1,00:00:00,00:00:00\na,B,2,00:15:00,00:15:00\n",
            frequencies="trip_id,start_time,end_time,headway_secs\na,08:00:00,09:00:00,600\n",
        ),
    )
    leaves = often.rides.departure[often.rides.offsets[:-1]]
    assert leaves.tolist() == [8 * 3600 + 600 * n for n in range(6)]
    each = [seconds(leaving(often, WEDNESDAY, clock), *ends, 2_400) for clock in ("08:01", "08:11", "08:21")]
    assert len(set(each)) == 1
    assert seconds(leaving(often, WEDNESDAY, "10:00"), *ends, 2_400) == 0


def test_hours_left_blank_are_filled_in_evenly(tmp_path, ends) -> None:
    rides = line(
        tmp_path, np.vstack(ends), "a,B,9,08:20:00,08:20:00\na,A,2,,\na,B,1,08:00:00,08:00:00\na,A,5,,\n"
    )
    assert ((rides.arrival - 8 * 3600) / 60).round(1).tolist() == [0.0, 6.7, 13.3, 20.0]
    assert rides.stop.tolist() == [1, 0, 0, 1], "in the order of the trip, not of the file"


@pytest.mark.parametrize(
    ("stop_times", "tables", "told"),
    [
        ("a,A,1,08:00:00,08:00:00\na,C,2,08:10:00,08:10:00\n", {}, "« C » n'est pas dans stops.txt"),
        ("a,A,1,8h,8h\na,B,2,08:10:00,08:10:00\n", {}, "HH:MM:SS"),
        ("a,A,1,08:00:00,08:00:00\na,B,2,07:10:00,07:10:00\n", {}, "avant l'heure"),
        ("a,A,1,,\na,B,2,07:10:00,07:10:00\n", {}, "premier ou à son dernier arrêt"),
        ("z,A,1,08:00:00,08:00:00\n", {}, "Aucune course de ces horaires n'a d'arrêt"),
        ("a,A,1,08:00:00,08:00:00\na,B,2,08:10:00,08:10:00\n",
         {"frequencies": "trip_id,start_time,end_time,headway_secs\na,08:00:00,09:00:00,0\n"}, "fréquence"),
    ],
)  # fmt: skip
def test_rides_that_cannot_be_read_say_why(tmp_path, ends, stop_times, tables, told) -> None:
    with pytest.raises(SourceError, match=told):
        line(tmp_path, np.vstack(ends), stop_times, **tables)


DAYS = (date(2025, 9, 1), date(2026, 8, 31))


@pytest.mark.parametrize("written", ["demain", "2025-11-31", "2025-11-12T24:00", "2025-11-12 08:00", "", "٢"])
def test_what_is_no_departure_is_refused_by_name(written) -> None:
    with pytest.raises(ParameterError) as refused:
        parse_departure(written, DAYS, WEDNESDAY)
    assert refused.value.parameter == "departure"


def test_a_departure_is_an_hour_of_a_day_or_a_minute() -> None:
    assert parse_departure(None, DAYS, WEDNESDAY) == parse_departure("2025-11-12", DAYS, SUNDAY)
    assert len(parse_departure(None, DAYS, WEDNESDAY).instants) == 60
    minute = parse_departure("2025-11-12T08:05", DAYS, SUNDAY)
    assert minute.instants.tolist() == [8 * 3600 + 300]
    assert minute.terms() == {"day": WEDNESDAY, "earliest": "08:05", "latest": "08:05"}


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-09-01", "s'arrêtent au 31/08/2026"), ("2025-08-31", "ne commencent que le 01/09")],
)
def test_a_day_that_the_timetable_does_not_know_is_refused(day, told) -> None:
    with pytest.raises(ParameterError, match=told) as refused:
        parse_departure(f"{day}T08:00", DAYS, WEDNESDAY)
    assert refused.value.parameter == "departure"


@pytest.fixture(scope="module")
def on_foot(drawings):
    """Return what answers journeys on foot."""
    return lambda journeys: [drawings["walk"].reach(one) for one in journeys]


def test_areas_in_public_transport_nest_and_hold_those_on_foot(network, ends, on_foot) -> None:
    here = Point(*ends[0][0].tolist())
    search = leaving(network, WEDNESDAY, "07:57")
    reach = ridden(search, [here], (10, 20, 30), on_foot)
    assert isinstance(reach, Reach)
    areas = reach.areas
    assert all(shapely.is_valid(areas))
    for inner, outer in pairwise(areas):
        assert shapely.area(shapely.difference(inner, outer)) < GRID * shapely.length(inner)
    there = shapely.Point(*ends[1][0])
    assert shapely.covers(areas[2], there)
    later = ridden(leaving(network, WEDNESDAY, "08:01"), [here], (10, 20, 30), on_foot)
    assert not shapely.covers(later.areas[2], there), "the next bus is half an hour later"
    alone = ridden(leaving(network, WEDNESDAY, "03:00"), [here], (30,), on_foot)
    assert alone.areas == on_foot([journey("walk", here, (30,))])[0].areas


def test_who_is_inside_is_who_the_times_reach(network, streets: Streets, ends, on_foot) -> None:
    rng = np.random.default_rng(9)
    people = streets.junctions[rng.integers(0, len(streets.junctions), 3_000)]
    for clock in ("07:57", ""):
        search = leaving(network, WEDNESDAY, clock)
        within = search.times(search.snap(people), search.snap(ends[0]), 1_800).toarray()[:, 0] > 0
        (area,) = ridden(search, [Point(*ends[0][0].tolist())], (30,), on_foot).areas
        inside = shapely.contains_xy(area, people[:, 0], people[:, 1])
        assert (inside != within).mean() < 0.03
        assert inside.sum() == pytest.approx(within.sum(), rel=0.06)


def test_places_together_reach_what_each_of_them_does(network, ends, on_foot) -> None:
    search = leaving(network, WEDNESDAY, "07:57")
    places = [Point(*end[0].tolist()) for end in ends]
    each = [ridden(search, [place], (20,), on_foot) for place in places]
    both = ridden(search, [*places, Point(2.0, 48.0)], (20,), on_foot)
    assert isinstance(both, Reach)
    assert both.left_out == 1
    [alone] = merged([one.areas for one in each])
    gap = shapely.symmetric_difference(alone, both.areas[0])
    assert shapely.area(gap) < GRID * shapely.length(alone)
    assert ridden(search, [Point(2.0, 48.0)], (20,), on_foot) == "off_network"


def test_stops_that_one_walks_to_as_fast_are_left_out(network, ends) -> None:
    search, here = leaving(network, WEDNESDAY, "07:57"), Point(*ends[0][0].tolist())
    kept = stops_of(search, [here], 1_800)
    assert 3 < len(kept) < network.reached
    assert all(stop.seconds <= 1_740 for stop in kept)
    assert stops_of(leaving(network, WEDNESDAY, "03:00"), [here], 1_800) == []


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_both_scans_find_what_trying_every_ride_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stops, rows = 5, []
    for ride in range(8):
        clock = int(rng.integers(0, 3_000))
        calls = rng.permutation(stops)[: rng.integers(2, stops + 1)].tolist()
        for start, end in pairwise(calls):
            comes = clock + int(rng.integers(0, 600))
            rows.append((ride, start, end, clock, comes, bool(rng.random() < 0.9), bool(rng.random() < 0.9)))
            clock = comes + int(rng.integers(0, 60))
    order = sorted(range(len(rows)), key=lambda n: (rows[n][3], rows[n][4], n))
    columns = [np.array(column) for column in zip(*(rows[n] for n in order), strict=True)]
    found = Connections(*columns)
    onward = [[((stop + 1) % stops, 120)] if stop % 2 else [] for stop in range(stops)]
    walk = np.where(rng.random((stops, 3)) < 0.5, rng.integers(0, 400, (stops, 3)), NEVER).astype(np.int32)
    instants = np.array([0, 500, 1_000], dtype=np.int32)
    tables = [profile.table() for profile in profiles(found, onward, walk, 100_000)]
    for origin in range(stops):
        there = np.full((stops, len(instants)), NEVER, dtype=np.int32)
        there[origin] = instants
        off = earliest(found, onward, there, instants + np.int32(100_000))
        tried = [tried_off(rows, onward, origin, int(instant), stops) for instant in instants]
        assert np.minimum(off, NEVER).T.tolist() == tried
        towards = np.minimum((off[:, :, None] + walk[:, None, :]).min(axis=0), NEVER)
        table = tables[origin]
        profiled = np.full_like(towards, NEVER) if table is None else np.minimum(at(table, instants), NEVER)
        assert profiled.tolist() == towards.tolist()


def tried_off(rows, onward, origin: int, instant: int, stops: int) -> list[int]:
    """Return when one gets off at each stop, every ride tried again until nothing is sooner."""
    there, off = [int(NEVER)] * stops, [int(NEVER)] * stops
    there[origin] = instant
    for _ in range(40):
        aboard: set[int] = set()
        for ride, start, end, leaves, comes, boards, alights in rows:
            if boards and there[start] + BOARD_S <= leaves:
                aboard.add(ride)
            if ride in aboard and alights and comes < off[end]:
                off[end] = comes
                for stop, walk in ((end, 0), *onward[end]):
                    there[stop] = min(there[stop], comes + walk)
    return off


def test_a_profile_without_departures_has_no_table() -> None:
    assert Profile().table() is None
    assert Profile().after(0) is None


@pytest.mark.realdata
def test_the_rides_of_rennes_are_read_whole_and_today_is_refused(real_data: Path) -> None:
    rides = read_rides(read_timetable(real_data / "rennes" / "gtfs_star_20120618.zip", max_bytes=LARGE))
    assert len(rides.service) > 5_000
    assert len(rides.stop) > 150_000
    assert rides.ordinary_day.weekday() in {1, 2, 3}
    morning = rides.between(rides.ordinary_day, 8 * 3600, 9 * 3600)
    assert len(morning) > 5_000
    assert (np.diff(morning.departure) >= 0).all()
    with pytest.raises(ParameterError, match=r"s'arrêtent au .*2012"):
        parse_departure("2026-11-22T08:00", rides.days, rides.ordinary_day)
