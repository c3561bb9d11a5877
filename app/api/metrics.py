"""Counters of the web, in Prometheus' text format, added up over the processes of one server.

Each process writes what it counted to a file of a folder that they share, once a second and when it ends; the
one that is asked adds its own to the files of the others. Those of a process that died stay, so that nothing
ever goes down.
"""

import asyncio
import json
import multiprocessing
import os
import signal
import time
from bisect import bisect_left
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS = "observatoire_http_requests_total"
SECONDS = "observatoire_http_request_seconds"
# Name, type and help of all that is told, in the order in which it is.
FAMILIES = {
    REQUESTS: ("counter", "Requests answered."),
    SECONDS: ("histogram", "Time to answer."),
    "observatoire_web_processes": ("gauge", "Web processes that answer."),
    "observatoire_web_resident_bytes": ("gauge", "Memory of the web processes together."),
    "observatoire_published_release": ("gauge", "Number of the published release, 0 when there is none."),
    "observatoire_supply_age_seconds": ("gauge", "Age of the supply that the published release shows."),
    "observatoire_worker_silence_seconds": ("gauge", "Time since a worker gave its last sign."),
}


class Metrics:
    """Requests by method, route and status, and a histogram of seconds by route.

    ``folder`` is shared by the processes of one server; without one, this process stands alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / f"{os.getpid()}-{time.time_ns()}.json" if folder else None
        self._lock = Lock()
        self._samples: dict[str, float] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        known = method if method in KNOWN_METHODS else "OTHER"
        bucket = (*BUCKETS, "+Inf")[bisect_left(BUCKETS, seconds)]
        counted = {
            f'{REQUESTS}{{method="{known}",route="{route}",status="{status}"}}': 1,
            f'{SECONDS}_bucket{{route="{route}",le="{bucket}"}}': 1,
            f'{SECONDS}_sum{{route="{route}"}}': seconds,
        }
        with self._lock:
            _add(self._samples, counted)

    def write(self) -> None:
        """Write what this process counted, and its memory, for the others."""
        if self._file is None:
            return
        with self._lock:
            told = json.dumps({"samples": self._samples, "resident": resident_bytes()})
        draft = self._file.with_suffix(".draft")
        # The folder goes with the server: the last process may write after it.
        with suppress(FileNotFoundError):
            draft.write_text(told, encoding="utf-8")
            draft.replace(self._file)

    async def keep_telling(self) -> None:
        """Write once a second; stop when the supervisor was killed: the port would be held for ever."""
        supervisor = multiprocessing.parent_process()
        while supervisor is None or supervisor.is_alive():
            self.write()
            await asyncio.sleep(1)
        signal.raise_signal(signal.SIGTERM)

    def text(self, gauges: Mapping[str, float]) -> str:
        """Return the exposition text: what all processes counted, and ``gauges`` by name."""
        self.write()
        samples, processes, resident = self._added_up()
        told: dict[str, float] = {
            "observatoire_web_processes": processes,
            "observatoire_web_resident_bytes": resident,
            **gauges,
        }
        lines: list[str] = []
        for name, (kind, meaning) in FAMILIES.items():
            body = _histogram(samples) if kind == "histogram" else _plain(name, samples, told)
            if body or kind != "gauge":
                lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *body]
        return "\n".join(lines) + "\n"

    def _added_up(self) -> tuple[dict[str, float], int, int]:
        """Return the samples of all processes, how many are alive, and their memory."""
        if self._file is None:
            with self._lock:
                return self._samples.copy(), 1, resident_bytes()
        samples: dict[str, float] = {}
        processes = resident = 0
        for file in self._file.parent.glob("*.json"):
            told = json.loads(file.read_text(encoding="utf-8"))
            _add(samples, told["samples"])
            if Path("/proc", file.stem.partition("-")[0]).exists():
                processes += 1
                resident += told["resident"]
        return samples, processes, resident


def _add(samples: dict[str, float], counted: Mapping[str, float]) -> None:
    for name, value in counted.items():
        samples[name] = samples.get(name, 0) + value


def resident_bytes() -> int:
    """Return the memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _plain(name: str, samples: Mapping[str, float], gauges: Mapping[str, float]) -> list[str]:
    if name in gauges:
        return [f"{name} {gauges[name]:g}" if gauges[name] % 1 else f"{name} {gauges[name]:.0f}"]
    return [f"{key} {value}" for key, value in sorted(samples.items()) if key.startswith(f"{name}{{")]


def _histogram(samples: Mapping[str, float]) -> list[str]:
    """Return the lines of the times: buckets are counted apart and told cumulated."""
    lines = []
    prefix = f"{SECONDS}_sum"
    for key in sorted(key for key in samples if key.startswith(prefix)):
        labels = key.removeprefix(prefix)
        total = 0
        for bound in (*BUCKETS, "+Inf"):
            bucket = f'{SECONDS}_bucket{labels[:-1]},le="{bound}"}}'
            total += int(samples.get(bucket, 0))
            lines.append(f"{bucket} {total}")
        lines += [f"{key} {samples[key]:.6f}", f"{SECONDS}_count{labels} {total}"]
    return lines
