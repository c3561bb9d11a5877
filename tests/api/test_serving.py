"""``observatoire serve`` as a process: workers that die, a reload and a stop, all of it under load."""

import asyncio
import os
import signal
import time
import urllib.error
from collections.abc import Callable

import pytest
from served_process import LONGEST_SECONDS, Server

from tests.bench.http_load import DROPPED, Measured, once, run

# A process takes seconds to load: four starts of two of them.
pytestmark = pytest.mark.slow
CONNECTIONS = 16


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

    asked = told() + 100
    asyncio.run(once(server.port, ["/healthz"] * 100, connections=CONNECTIONS))
    # Each process writes what the others read.
    server.until(lambda: told() >= asked)
    counts = [told() for _ in range(6)]
    assert counts == sorted(counts)


def test_a_stop_lets_what_is_being_answered_end(server):
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(LONGEST_SECONDS) == 0
    with pytest.raises(urllib.error.URLError):
        server.get("/healthz")
