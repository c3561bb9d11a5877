"""A small GTFS feed: three bus lines, quoted fields, CRLF, stop times in no order."""

import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from geodata.demo import plan
from geodata.demo.addresses import to_lonlat
from geodata.demo.city import City
from geodata.demo.curves import smooth
from geodata.demo.plan import Floats, Point

DATE: Final = (2025, 8, 20, 4, 0, 0)
SPEED: Final = 300.0  # metres a minute, stops included
STOP_GAP: Final = 430.0
# number, long name, colour, minutes between departures, points of the line
LINES: Final[tuple[tuple[str, str, str, int, tuple[Point, ...]], ...]] = (
    ("1", "Sainte-Imagine <> Gare <> La Sablonnière", "0083CD", 12,
     ((120, 2_300), (90, 1_400), (50, 640), (0, 0), (-40, -560), (10, -1_300), (-100, -1_900),
      (-140, -2_300))),
    ("2", "Les Hauts-Chênes <> Centre <> Bellefontaine", "90C01B", 15,
     ((-1_900, 1_650), (-1_500, 750), (-640, 130), (0, 0), (640, 60), (1_400, 60), (2_300, 60), (3_200, 80))),
    ("7", "Montrêve-le-Fictif <> Les Vignes <> Gare", "B5217C", 30,
     ((-3_700, -2_200), (-3_050, -1_950), (-1_750, -1_420), (-900, -960), (-10, -860), (10, -1_300))),
)  # fmt: skip


def _quoted(rows: list[tuple[str, ...]]) -> str:
    header, *body = rows
    lines = [",".join(header), *(",".join(f'"{value}"' for value in row) for row in body)]
    return "\r\n".join(lines) + "\r\n"


def _clock(minutes: float) -> str:
    seconds = round(minutes * 60)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _stops(city: City, points: tuple[Point, ...]) -> Floats:
    """Return stops every ``STOP_GAP`` metres, each beside the nearest main street."""
    line = shapely.linestrings(smooth(points))
    at = np.linspace(0.0, line.length, round(line.length / STOP_GAP) + 1)
    wanted = shapely.line_interpolate_point(line, at)
    kinds = [city.network.kind(e) for e in range(len(city.network.edges))]
    main = city.network.edges[np.isin(kinds, ("primary", "secondary", "tertiary"))]
    near = shapely.STRtree(main).query_nearest(wanted, all_matches=False)[1]
    along = shapely.line_locate_point(main[near], wanted)
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(main[near], along)))


def _stop_name(city: City, xy: Floats, taken: set[str]) -> str:
    nearest = int(np.hypot(*(city.addresses.xy - xy).T).argmin())
    name = city.addresses.street[nearest].rest
    name = name[0].upper() + name[1:]
    while name in taken:
        name += " bis"
    taken.add(name)
    return name


def _trips(
    line: str, count: int, gap: int, minutes: Floats
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the trips of a line both ways on both kinds of day, and their stop times."""
    trips: list[tuple[str, ...]] = []
    times: list[tuple[str, ...]] = []
    for service, step, first, last in (("SEM", gap, 360, 1_290), ("DIM", 2 * gap, 480, 1_200)):
        for direction in (0, 1):
            order = range(count) if direction == 0 else range(count - 1, -1, -1)
            for departure in range(first, last, step):
                trip = f"{line}-{service}-{direction}-{departure}"
                trips.append(
                    (trip, service, line, f"{line} | {'retour' if direction else 'aller'}", str(direction))
                )
                for rank, k in enumerate(order):
                    spent = minutes[k] if direction == 0 else minutes[-1] - minutes[k]
                    clock = _clock(departure + float(spent))
                    times.append((trip, f"{line}{k:02d}", str(rank + 1), clock, clock, "0", "0"))
    return trips, times


def _tables(city: City) -> dict[str, str]:
    rng = plan.generator(city.seed, 14)
    routes, stops, trips, times = [], [], [], []
    taken: set[str] = set()
    for line, name, colour, gap, points in LINES:
        xy = _stops(city, points)
        minutes = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]) / SPEED
        routes.append((line, "AUBRELLE", line, name, "3", colour, "FFFFFF"))
        for k, (lon, lat) in enumerate(to_lonlat(xy).tolist()):
            stops.append((f"{line}{k:02d}", _stop_name(city, xy[k], taken), f"{lat:.6f}", f"{lon:.6f}", "0"))
        more_trips, more_times = _trips(line, len(xy), gap, minutes)
        trips += more_trips
        times += more_times
    shuffled = [times[k] for k in rng.permutation(len(times))]
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    span = ("20250901", "20260831")
    return {
        "agency.txt": _quoted([("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"),
                               ("AUBRELLE", "Réseau fictif d'Aubrelle", "https://example.org",
                                "Europe/Paris", "fr")]),
        "calendar.txt": _quoted([("service_id", *days, "start_date", "end_date"),
                                 ("SEM", *"1111110", *span), ("DIM", *"0000001", *span)]),
        "routes.txt": _quoted([("route_id", "agency_id", "route_short_name", "route_long_name", "route_type",
                                "route_color", "route_text_color"), *routes]),
        "stops.txt": _quoted([("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type"), *stops]),
        "trips.txt": _quoted([("trip_id", "service_id", "route_id", "trip_headsign", "direction_id"),
                              *trips]),
        "stop_times.txt": _quoted([("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time",
                                    "pickup_type", "drop_off_type"), *shuffled]),
    }  # fmt: skip


def write(path: Path, city: City) -> Path:
    """Write the feed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _tables(city).items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return path
