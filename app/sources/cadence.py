"""When each register is looked at, as cron writes it, and how often that is."""

from datetime import datetime

from croniter import croniter

from app.settings import Settings

# Looked at when each producer usually publishes; an unchanged file costs one conditional request.
CADENCES = {
    "annuaire": "0 4 * * 2",
    "finess": "0 3 3,18 * *",
    "ban": "0 2 5 * *",
    "osm": "0 2 6 * *",
    "communes": "0 1 2 1,4,7,10 *",
    "cedex": "10 1 2 1,4,7,10 *",
    "iris": "20 1 2 1,4,7,10 *",
    "iris_population": "30 1 2 1,4,7,10 *",
    "filosofi": "40 1 2 1,4,7,10 *",
    "qpv": "50 1 2 1,4,7,10 *",
}
MONTHLY = "0 2 4 * *"
MEASURED_TIMES = 12
DAY_SECONDS = 86_400


def cadence_of(settings: Settings, name: str) -> str:
    """Return the cadence of a source in this city; empty when it is not looked at."""
    return settings.cadences.get(name, CADENCES.get(name, MONTHLY)).strip()


def days_between(cadence: str) -> float | None:
    """Return the days from one time to the next, on average over a dozen; None when there are none.

    >>> [days_between(cadence) for cadence in ("0 4 * * 2", "0 4 * * *", "")]
    [7.0, 1.0, None]
    """
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock
    try:
        times = croniter(cadence, start)
        first = times.get_next(datetime)
        last = [times.get_next(datetime) for _ in range(MEASURED_TIMES)][-1]
    except ValueError:
        return None
    return float((last - first).total_seconds()) / MEASURED_TIMES / DAY_SECONDS
