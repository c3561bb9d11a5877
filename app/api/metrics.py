"""Request counts and times of one process, in Prometheus' text format."""

from bisect import bisect_left
from threading import Lock

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counters by method, route and status, and a histogram of seconds by route."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (method if method in KNOWN_METHODS else "OTHER", route, status)
        with self._lock:
            self._requests[key] = self._requests.get(key, 0) + 1
            counts = self._buckets.setdefault(route, [0] * (len(BUCKETS) + 1))
            counts[bisect_left(BUCKETS, seconds)] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def text(self, release: int | None) -> str:
        """Return the exposition text; ``release`` is the published one, 0 when there is none."""
        with self._lock:
            lines = [*self._count_lines(), *self._time_lines()]
        lines += [
            "# HELP observatoire_published_release Number of the published release, 0 when there is none.",
            "# TYPE observatoire_published_release gauge",
            f"observatoire_published_release {release or 0}",
        ]
        return "\n".join(lines) + "\n"

    def _count_lines(self) -> list[str]:
        name = "observatoire_http_requests_total"
        return [
            f"# HELP {name} Requests answered.",
            f"# TYPE {name} counter",
            *(
                f'{name}{{method="{method}",route="{route}",status="{status}"}} {count}'
                for (method, route, status), count in sorted(self._requests.items())
            ),
        ]

    def _time_lines(self) -> list[str]:
        name = "observatoire_http_request_seconds"
        lines = [f"# HELP {name} Time to answer.", f"# TYPE {name} histogram"]
        for route, counts in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*BUCKETS, "+Inf"), counts, strict=True):
                total += count
                lines.append(f'{name}_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'{name}_sum{{route="{route}"}} {self._seconds[route]:.6f}')
            lines.append(f'{name}_count{{route="{route}"}} {total}')
        return lines
