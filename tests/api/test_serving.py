"""``observatoire serve`` as a process: workers that die, a reload and a stop, all of it under load."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import PROJECT
from tests.bench.http_load import DROPPED, Measured, run

CONNECTIONS = 16
LONGEST_SECONDS = 120.0


class Server:
    """A running ``observatoire serve`` with two processes."""

    def __init__(self, url: str, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        environment = {
            "OBSERVATOIRE_DATABASE_URL": url,
            "OBSERVATOIRE_HOME": str(home),
            "OBSERVATOIRE_WEB_WORKERS": "2",
            "OBSERVATOIRE_ROUTING_PROCESSES": "1",
            "OBSERVATOIRE_LIMIT_PER_ADDRESS": "0",
        }
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=PROJECT)

    def workers(self) -> set[int]:
        """Return the processes that answer: the supervisor's children, less multiprocessing's own."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {pid for pid in map(int, children.split()) if b"spawn_main" in _command(pid)}

    def get(self, address: str) -> bytes:
        """Return a body."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}", timeout=10) as answer:
            return bytes(answer.read())

    def answers(self) -> bool:
        """Say whether both processes answer: each has written its counters."""
        try:
            return b"observatoire_web_processes 2" in self.get("/metrics")
        except OSError:
            return False

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while not reached():
            assert time.monotonic() < deadline
            assert self.process.poll() is None
            time.sleep(0.05)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


async def under_load(server: Server, event: Callable[[], None], over: Callable[[], bool]) -> Measured:
    """Ask without a pause while ``event`` happens, until what follows it is ``over``."""
    addresses = ["/healthz", "/api/v1/levels"]
    measured = Measured()
    happened = False
    deadline = time.monotonic() + LONGEST_SECONDS
    while not (happened and await asyncio.to_thread(over)):
        assert time.monotonic() < deadline
        part = await run(server.port, addresses, connections=CONNECTIONS, seconds=0.4)
        measured.statuses += part.statuses
        if not happened:
            event()
            happened = True
    return measured


@pytest.fixture(scope="module")
def server(published, tmp_path_factory):
    """Serve the small city with two processes."""
    running = Server(published[0], tmp_path_factory.mktemp("served"))
    try:
        running.until(running.answers)
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def test_a_killed_worker_is_replaced_and_loses_no_more_than_what_it_was_answering(server):
    before = server.workers()
    assert len(before) == 2
    victim = min(before)

    def replaced() -> bool:
        now = server.workers()
        return len(now) == 2 and victim not in now and server.answers()

    met = asyncio.run(under_load(server, lambda: os.kill(victim, signal.SIGKILL), replaced))
    assert set(met.statuses) <= {200, DROPPED}
    assert met.statuses[DROPPED] <= CONNECTIONS
    assert met.statuses[200] > 100


def test_a_reload_loses_no_request(server):
    before = server.workers()

    def renewed() -> bool:
        now = server.workers()
        return len(now) == 2 and not now & before and server.answers()

    met = asyncio.run(under_load(server, lambda: server.process.send_signal(signal.SIGHUP), renewed))
    assert set(met.statuses) == {200}


def test_counters_of_all_processes_are_told_by_any_and_never_go_down(server):
    def told() -> int:
        lines = server.get("/metrics").decode().splitlines()
        return sum(int(line.rsplit(" ", 1)[1]) for line in lines if 'route="/healthz",status="200"' in line)

    counts = [told() for _ in range(6)]
    assert counts == sorted(counts)
    assert counts[0] > 100


def test_a_stop_lets_what_is_being_answered_end(server):
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(LONGEST_SECONDS) == 0
    with pytest.raises(urllib.error.URLError):
        server.get("/healthz")
