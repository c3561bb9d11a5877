"""What a file costs: every place of practice of a synthetic country, a process for each format."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fastapi.testclient import TestClient

from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.main import create_app
from app.db import migrate
from app.db.engines import job_engine
from app.settings import Settings
from tests.bench.synthetic import fill

# Half of the synthetic practices are of no profession that is counted.
IRIS, PRACTICES = 5_000, 200_000
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
        least = _forget_peak()
        begun, worked = time.perf_counter(), time.process_time()
        written = read = 0
        plain = {"Accept-Encoding": "identity"}
        with client.stream("GET", f"/api/v1/practices?format={form}", headers=plain) as answer:
            answer.raise_for_status()
            first = time.perf_counter() - begun
            for part in answer.iter_raw():
                written += len(part)
                read += part.count(b"\n") if form == "ndjson" else 0
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    places = f"   {read - 1} lieux" if read else ""
    return (
        f"{form:<8} {seconds:6.1f} s, dont {worked:5.1f} de processeur (premier octet {first:5.1f} s)   "
        f"+{_peak() - least:4.0f} Mio sur {least:.0f}   {written / MEGABYTE:6.1f} Mio reçus{places}"
    )


def _forget_peak() -> float:
    """Return the memory held now (MiB), and let the highest be counted anew from it."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak()


def _peak() -> float:
    """Return the highest memory held (MiB)."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1024


if __name__ == "__main__":
    sys.stdout.write(_export(sys.argv[1]) + "\n")
