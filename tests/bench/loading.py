"""Time and memory that the annuaire takes, against psql's own COPY of the same file."""

import hashlib
import logging
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from app import log
from app.db import migrate
from app.db.engines import job_engine
from app.jobs.refresh import refresh
from app.settings import Settings
from tests.bench import national

SLOPE = (0.1, 0.2, 0.4)
LOOK_SECONDS = 0.5
# One row a page, as many as the server's memory holds.
USE_MEMORY = (
    "CREATE UNLOGGED TABLE public.used (filling text)",
    "ALTER TABLE public.used ALTER filling SET STORAGE plain",
    """INSERT INTO public.used
       SELECT repeat('x', 8000) FROM generate_series(1, (
         SELECT CAST(setting AS integer) FROM pg_settings WHERE name = 'shared_buffers'))""",
    "DROP TABLE public.used",
)
LOAD_ONE = "from tests.bench import loading; loading.load_one()"
# Installed for other benches, and read by a library that the program uses as soon as it is there.
WITHOUT_PANDAS = Path(__file__).parent / "without_pandas"


@dataclass(frozen=True, slots=True)
class Loading:
    """Seconds of the peer and of three loads of one size, and the most memory that the client took, in MB.

    ``first_cpu`` and ``following_cpu`` are the processor time of the client's processes during the first two.
    """

    scale: float
    size_mb: float
    peer: float
    first: float
    first_cpu: float
    following: float
    following_cpu: float
    unchanged: float
    memory_mb: float


def measure(settings: Settings, scale: float) -> Loading:
    """Load a country ``scale`` times as large as France, its next vintage, and that one again."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        # Both first: what is not looked at for a minute is put away by some machines, the store as well.
        later = national.write(Path(folder), scale=scale, following=True)
        path = national.write(Path(folder), scale=scale)
        size = path.stat().st_size / 1e6
        peer = _copied(settings, path)
        spent = _children_cpu()
        first, memory = _loaded(settings, _fetched(settings, path), empty=True)
        first_cpu = _children_cpu() - spent
        _served_for_a_week(settings)
        later = _fetched(settings, later)
        spent = _children_cpu()
        following, again = _loaded(settings, later)
        following_cpu = _children_cpu() - spent
        unchanged, _ = _loaded(settings, later)
        # The kept copies of a country would fill the disk.
        for kept in settings.files.rglob("*.txt"):
            kept.unlink()
    return Loading(
        scale, size, peer, first, first_cpu, following, following_cpu, unchanged, max(memory, again)
    )


def _fetched(settings: Settings, path: Path) -> Path:
    """Return a file as the scheduled job finds it: just read, among the immutable ones, behind a link."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    kept = settings.files / digest[:2] / f"{digest}-{path.name}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    path.rename(kept)
    path.symlink_to(kept)
    return path


def _served_for_a_week(settings: Settings) -> None:
    """Use the whole of the server's memory once, as what a city asks in a week does.

    A virtual machine takes ten times as long to give a page for the first time as a server to fill one, and
    only a server that was just started has such pages: a second and a half of a vintage, on this machine.
    """
    engine = job_engine(settings)
    with engine.begin() as connection:
        for statement in USE_MEMORY:
            connection.execute(text(statement))
    engine.dispose()


def told(loading: Loading) -> str:
    """Return the line of the table for one size, each bound held or not."""
    first, following = loading.first / loading.peer, loading.following / loading.peer
    return (
        f"annuaire x {loading.scale:<4} ({loading.size_mb:4.0f} Mo)   psql \\copy {loading.peer:6.1f} s   "
        f"premier {loading.first:6.1f} s (rapport {_judged(first, '5.2f', 3)}, "
        f"processeur du client {loading.first_cpu:.0f} s)   "
        f"suivant {loading.following:6.1f} s (rapport {_judged(following, '5.2f', 1.2)}, "
        f"processeur du client {loading.following_cpu:.0f} s)   "
        f"inchangé (s) {_judged(loading.unchanged, '.2f', 1.5)}   "
        f"mémoire (Mo) {_judged(loading.memory_mb, '.0f', 400)}"
    )


def _judged(figure: float, form: str, bound: float) -> str:
    """Return a figure with its bound, and whether it holds."""
    return f"{figure:{form}}, attendu <= {bound:g} : {'tenu' if figure <= bound else 'DÉPASSÉ'}"


def _copied(settings: Settings, path: Path) -> float:
    """Time psql's COPY of every column into an unlogged text table."""
    engine = job_engine(settings)
    with path.open(encoding="utf-8") as stream:
        columns = ", ".join(f"c{rank} text" for rank, _ in enumerate(stream.readline().split("|")))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS public.peer"))
        connection.execute(text(f"CREATE UNLOGGED TABLE public.peer ({columns})"))
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    # No byte of the file is the quote: quotes and backslashes are plain characters there.
    command = f"\\copy public.peer FROM '{path}' WITH (FORMAT csv, DELIMITER '|', QUOTE E'\\x01', HEADER)"
    start = time.perf_counter()
    subprocess.run(["psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", url, "-c", command], check=True)
    seconds = time.perf_counter() - start
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE public.peer"))
    engine.dispose()
    return seconds


def _loaded(settings: Settings, path: Path, *, empty: bool = False) -> tuple[float, float]:
    """Load a file in a process of its own; return its seconds and the most memory of it and its children."""
    url = settings.database_url
    if empty:
        engine = job_engine(settings)
        migrate.downgrade(engine, "base")
        migrate.upgrade(engine)
        engine.dispose()
    environment = {
        **os.environ,
        "PYTHONPATH": str(WITHOUT_PANDAS),
        "OBSERVATOIRE_HOME": str(settings.home),
        "OBSERVATOIRE_DATABASE_URL": url.get_secret_value() if url else "",
    }
    command = [sys.executable, "-c", LOAD_ONE, str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        peak = [0.0]
        watch = threading.Thread(target=_watch, args=(process.pid, peak, lambda: process.poll() is None))
        watch.start()
        try:
            out, _ = process.communicate()
        finally:
            process.kill()
            watch.join()
    if process.returncode:
        raise RuntimeError(f"{path.name}: {process.returncode}")
    return float(out), peak[0]


def _children_cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _watch(pid: int, peak: list[float], running: Callable[[], bool]) -> None:
    while running():
        peak[0] = max(peak[0], sum(map(_memory_mb, _family(pid))))
        time.sleep(LOOK_SECONDS)


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in _text(path).split()]
    return found


def _memory_mb(pid: int) -> float:
    """Return the resident memory of a process, of a page that several share its part of it."""
    lines = _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def load_one() -> None:
    """Load the file that is named on the command line, and print the seconds that it took."""
    settings = Settings(_env_file=None)
    log.configure("text", logging.WARNING)
    engine = job_engine(settings)
    start = time.perf_counter()
    refresh(engine, settings, Path(sys.argv[1]))
    sys.stdout.write(f"{time.perf_counter() - start}\n")
