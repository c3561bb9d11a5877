"""What a file costs: every place of practice of a synthetic country, a process for each format."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from fastapi.testclient import TestClient

from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.main import create_app
from app.db import migrate
from app.db.engines import job_engine
from app.settings import Settings
from tests.bench.synthetic import fill

IRIS, PRACTICES = 5_000, 110_000
MEGABYTE = 1 << 20
FILES = tuple(form for form in MAP_FORMS if FORMATS[form].is_file)


def lines(settings: Settings) -> Iterator[str]:
    """Fill the store and yield a line a format: seconds, memory taken, size of the file."""
    engine = job_engine(settings)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        fill(connection, IRIS, PRACTICES)
    engine.dispose()
    assert settings.database_url is not None
    address = settings.database_url.get_secret_value()
    for form in FILES:
        yield subprocess.run(
            [sys.executable, "-m", "tests.bench.exports", form],
            env={**os.environ, "OBSERVATOIRE_HOME": str(settings.home), "OBSERVATOIRE_DATABASE_URL": address},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()


def _export(form: str) -> str:
    """Ask for every place once, and say what it took beyond an application that has answered before."""
    settings = Settings(statement_timeout_ms=120_000, _env_file=None)
    with TestClient(create_app(settings)) as client:
        client.get(f"/api/v1/levels?format={form}").raise_for_status()
        least = _peak()
        begun = time.perf_counter()
        written = 0
        with client.stream("GET", f"/api/v1/practices?format={form}") as answer:
            answer.raise_for_status()
            first = time.perf_counter() - begun
            for part in answer.iter_raw():
                written += len(part)
        seconds = time.perf_counter() - begun
    return (
        f"{form:<8} {seconds:6.1f} s (premier octet {first:5.1f} s)   "
        f"+{_peak() - least:4.0f} Mio sur {least:.0f}   {written / MEGABYTE:6.1f} Mio reçus"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(_export(sys.argv[1]) + "\n")
