"""A whole deployment of the tests' own, in real processes: its private database, its worker, its web server.

The city is the demo one, served by a local twin of the public servers. ``keep`` sets a deployment aside and
``take_back`` brings it back, so that every fault happens to the same city at the same moment of its life.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from twin import Twin, running
from twin_city import serve_city, twin_manifest, zipped

from app.db.cluster import Cluster
from app.jobs import fetch, intake, schedule
from app.jobs.intake import ORDER
from app.settings import PROJECT, Settings

FLOORS = Path(__file__).with_name("small_floors")
SOURCES = ("communes", "iris", "iris_population", "qpv", "ban", "finess", "annuaire")
# Only the annuaire comes back, every week.
CADENCES = dict.fromkeys(ORDER, "") | {"annuaire": "0 4 * * 2"}
HASTY = """
import sys
from datetime import timedelta
from app.jobs import schedule, worker
worker.TICK_SECONDS = worker.HEARTBEAT_SECONDS = 0.4
worker.REST_SECONDS, worker.GRACE_SECONDS, worker.DEAD_SECONDS = 0.2, 0.5, 3.0
schedule.WAITS = (timedelta(seconds=1),)
from app.cli import main
sys.argv = ["observatoire", "worker"]
main()
"""
# The run of the worker's child, without what the command line imports besides.
RUN = """
import sys
from app.db.engines import job_engine
from app.jobs.tasks import run
from app.settings import Settings
settings = Settings(_env_file=None)
engine = job_engine(settings)
print("début", flush=True)
for name in sys.argv[1:]:
    run(engine, settings, name, print)
"""
LEVELS = ("iris", "qpv", "commune", "epci", "departement")
PATHS = (
    *(f"/api/v1/densities?level={level}&profession=medecin_generaliste" for level in LEVELS),
    "/api/v1/densities?level=iris&profession=infirmier&scope=ambulatory",
    "/api/v1/practices?within=commune:00101&profession=medecin_generaliste",
    "/api/v1/territories/commune/00101",
    "/api/v1/sources",
)
# What two runs that did the same write differently: numbers given in turn, hours, and a load that is not
# published yet.
VARYING = re.compile(
    rb'"release":\{"id":\d+|"(?:last_success_at|last_data_change_at)":"[^"]*"|"waiting":(?:null|"[^"]*")'
)

type Get = Callable[[str], tuple[int, bytes]]
type Answers = dict[str, bytes]


@dataclass
class Deployment:
    """One deployment under ``base``; its processes are those that it started."""

    base: Path
    twin: Twin
    children: list[subprocess.Popen[str]] = field(default_factory=list)
    # More variables of its processes.
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.home)

    @property
    def values(self) -> dict[str, str]:
        return {
            "OBSERVATOIRE_HOME": str(self.home),
            "OBSERVATOIRE_SOURCES_URL": self.twin.url,
            "OBSERVATOIRE_DEPARTEMENTS": "00",
            "OBSERVATOIRE_CADENCES": json.dumps(CADENCES),
            "OBSERVATOIRE_FETCH_TIMEOUT_S": "5",
            "OBSERVATOIRE_FETCH_RETRIES": "0",
            **self.variables,
        }

    @property
    def settings(self) -> Settings:
        """Return the settings its processes read."""
        return Settings(
            home=self.home,
            sources_url=self.twin.url,
            departements="00",
            cadences=CADENCES,
            fetch_timeout_s=5,
            fetch_retries=0,
            _env_file=None,
        )

    def start(self, *arguments: str, log: str = "log") -> subprocess.Popen[str]:
        """Start Python with some arguments; what it writes goes to a file."""
        path = [str(FLOORS), str(PROJECT), os.environ.get("PYTHONPATH", "")]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OBSERVATOIRE_")}
        with (self.base / log).open("w") as written:
            child = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=self.base,
                env=kept
                | self.values
                | self.variables
                | {"PYTHONPATH": os.pathsep.join(part for part in path if part)},
                start_new_session=True,
            )
        self.children.append(child)
        return child

    def run(self, *names: str) -> subprocess.Popen[str]:
        """Start runs, and return once they begin."""
        child = self.start("-c", RUN, *names)
        self.wait_for(lambda: "début" in self.told() or child.poll() is not None, 60)
        assert child.poll() is None, self.told()
        return child

    def worker(self, log: str = "worker.log") -> subprocess.Popen[str]:
        """Start a worker that does not wait as long as a real one."""
        return self.start("-c", HASTY, log=log)

    def web(self) -> tuple[subprocess.Popen[str], Get]:
        """Start the web server, and return it with what asks it."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        child = self.start("-m", "app.cli", "serve", "--port", str(port), log="web.log")

        def get(path: str) -> tuple[int, bytes]:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()
            except OSError:
                return 0, b""

        return child, get

    def told(self, log: str = "log") -> str:
        """Return what a process wrote."""
        return (self.base / log).read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> float:
        """Wait until something is true, and return how long it took."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < seconds, self.explain()
            time.sleep(0.05)
        return time.monotonic() - began

    def explain(self) -> str:
        """Return the end of what every process wrote, for a test that failed."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in self.base.glob("*log"))

    def stop(self) -> None:
        """Kill every process that was started and is still there."""
        for child in self.children:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, 9)
            child.wait()
        self.children.clear()

    def keep(self) -> None:
        """Set the deployment aside as it is now."""
        self.cluster.stop()
        _copy(self.home, self.base / "kept")

    def take_back(self) -> None:
        """Bring back the deployment that was set aside, database started."""
        self.stop()
        self.cluster.drop()
        shutil.rmtree(self.home)
        _copy(self.base / "kept", self.home)
        self.cluster.start()

    def rows(self, query: str) -> list[Any]:
        """Return the rows of a query; none while the database is away."""
        engine = create_engine(self.cluster.address(), poolclass=NullPool)
        with suppress(DBAPIError), engine.connect() as connection:
            return list(connection.execute(text(query)))
        return []

    def leftovers(self) -> dict[str, list[str]]:
        """Return what nothing may leave behind: staging tables, odd partitions, open lines, queued jobs."""
        asked = {
            "staging": "SELECT tablename FROM pg_tables WHERE schemaname = 'staging'",
            "partitions": "SELECT c.relname FROM pg_class c LEFT JOIN ops.release r"
            " ON c.relname ~ ('_release_' || r.id || '$')"
            " WHERE c.relkind = 'r' AND c.relname ~ '_release_[0-9]+$'"
            " AND (r.id IS NULL OR NOT c.relispartition)",
            "running": "SELECT task FROM ops.job_run WHERE status = 'running'",
            "unpublished": "SELECT id::text FROM ops.job_run WHERE unpublished",
            "queued": "SELECT args::text FROM work.procrastinate_jobs",
        }
        return {
            name: found for name, query in asked.items() if (found := [row[0] for row in self.rows(query)])
        }

    def forget_waits(self) -> None:
        """Make what failed due again, as if its wait were over."""
        self._change("UPDATE ops.job_run SET finished_at = finished_at - interval '30 days'")

    def forget_last_look(self) -> None:
        """Make the annuaire due again, as if a month had passed."""
        self._change("UPDATE ops.job_run SET started_at = started_at - interval '30 days'")

    def _change(self, statement: str) -> None:
        engine = create_engine(self.cluster.address(), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(statement))


def answers(get: Get) -> Answers | None:
    """Return every answer of the API on the published release; None when one is missing."""
    found: Answers = {}
    releases = set()
    for path in PATHS:
        status, body = get(path)
        if status != 200:
            return None
        releases.update(re.findall(rb'"release":\{"id":(\d+)', body))
        found[path] = _whole(path, body)
    # Published in between: ask again.
    return found if len(releases) == 1 else answers(get)


def _whole(path: str, body: bytes) -> bytes:
    """Return an answer without what two runs write differently."""
    if "/practices" in path:
        # Places come in the order of their numbers.
        items = [item | {"site_id": None} for item in json.loads(body)["items"]]
        return json.dumps(sorted(json.dumps(item, sort_keys=True) for item in items)).encode()
    return VARYING.sub(b"", body)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with the owners of its files."""
    subprocess.run(["cp", "-a", source, target], check=True)


@contextmanager
def demo_city(folder: Path) -> Iterator[Deployment]:
    """Give a deployment of the demo city in a folder that publishes a vintage and is offered the next one."""
    with TemporaryDirectory(prefix="observatoire-faults-", dir="/var/tmp") as name, running() as twin:
        base = Path(name)
        base.chmod(0o755)
        with deployed(base, twin, folder) as made, pytest.MonkeyPatch.context() as patch:
            for module in (fetch, intake, schedule):
                patch.setattr(module, "manifest", twin_manifest)
            yield made


@contextmanager
def deployed(base: Path, twin: Twin, folder: Path) -> Iterator[Deployment]:
    """Give a deployment that publishes the demo city's third vintage, and is offered the fourth."""
    serve_city(twin, folder)
    address = next(path for path in twin.files if path.endswith("ps-libreacces.zip"))
    older, newer = sorted(folder.glob("PS_LibreAcces_Personne_activite_*.txt"))[-2:]
    made = Deployment(base, twin)
    try:
        twin.serve(address, zipped({older.name: older.read_bytes()}))
        first = made.start("-m", "app.cli", "jobs", "run", *SOURCES, "publication")
        assert first.wait(180) == 0, made.told()
        made.forget_last_look()
        made.keep()
        twin.serve(
            address, zipped({newer.name: newer.read_bytes()}), modified="Mon, 10 Nov 2025 08:10:00 GMT"
        )
        yield made
    finally:
        made.stop()
        made.cluster.drop()
