"""Processes that answer journeys: a few, started when first asked, replaced when they die or take too long.

Each is a Python of its own at the other end of a socket, never a fork of a threaded server. The socket
closes when this process ends, even killed, and they end with it.
"""

import asyncio
import os
import queue
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import Pipe
from threading import Lock
from typing import Any, cast

from app.log import get_logger
from app.settings import PROJECT
from app.travel.engine import Failure, Journey, Reply
from app.travel.failures import RoutingError

START_SECONDS = 60.0  # to import the libraries and open the tiles, on a machine that is busy
END_SECONDS = 2.0
ATTEMPTS = 2

log = get_logger(__name__)


class LostWorkerError(Exception):
    """A process died or took too long."""


class Worker:
    """One process and its end of the socket; one journey at a time."""

    def __init__(self, config: Mapping[str, Any], limit_s: float) -> None:
        self._limit = limit_s
        self._link, theirs = Pipe()
        order = f"from app.travel.engine import serve; serve({theirs.fileno()}, {limit_s!r})"
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, in our own interpreter
                [sys.executable, "-c", order],
                cwd=PROJECT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._send(dict(config))
        opened = self._received(START_SECONDS)
        if isinstance(opened, Failure):
            self.end()
            raise LostWorkerError(opened.reason)

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def begin(self, journey: Journey) -> None:
        """Send a journey, which ``reply`` answers. Raises LostWorkerError, the process being gone then."""
        self._send(journey)

    def reply(self) -> Reply:
        """Return the answer to what was begun. Raises LostWorkerError, the process being gone then."""
        return cast(Reply, self._received(self._limit))

    async def arrival(self) -> Reply:
        """Return the answer to what was begun, without a thread that waits. Raises LostWorkerError.

        The process ends by itself at its limit; one that does not even do that is ended here.
        """
        loop, there = asyncio.get_running_loop(), asyncio.Event()
        number = self._link.fileno()
        loop.add_reader(number, there.set)
        try:
            async with asyncio.timeout(self._limit + END_SECONDS):
                await there.wait()
        except TimeoutError:
            self.kill()
        finally:
            loop.remove_reader(number)
            # uvloop lets no read wait on what it has watched, and a long answer comes in pieces.
            os.set_blocking(number, True)
        return cast(Reply, self._read())

    def _send(self, message: object) -> None:
        try:
            self._link.send(message)
        except OSError as error:
            raise self._lost() from error

    def _received(self, limit_s: float) -> object:
        try:
            there = self._link.poll(limit_s)
        except OSError as error:
            raise self._lost() from error
        if there:
            return self._read()
        self.kill()
        self.end()
        raise LostWorkerError(f"{limit_s} s")

    def _read(self) -> object:
        try:
            return self._link.recv()
        except (EOFError, OSError) as error:
            raise self._lost() from error

    def _lost(self) -> LostWorkerError:
        self.end()
        return LostWorkerError(f"code {self._process.returncode}")

    def end(self) -> None:
        """Close the socket and wait for the process, which leaves then; kill it when it does not."""
        self._link.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def kill(self) -> None:
        """End the process at once: whoever waits for its answer learns it from the socket."""
        self._process.kill()


class Pool:
    """At most ``size`` processes on one graph, shared by threads; a journey may take ``limit_s``
    seconds."""

    def __init__(self, config: Mapping[str, Any], size: int, limit_s: float) -> None:
        self._config, self._size, self._limit = config, size, limit_s
        self._closed = False
        self._workers: set[Worker] = set()
        self._lock = Lock()
        # Slots: a worker at rest, or None where one is to be started. Those started last are asked first.
        self._slots: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)

    def reply(self, journey: Journey) -> Reply:
        """Return the answer to a journey, once a process is free.

        Raises RoutingError when two processes in a row were lost on it.
        """
        for attempt in range(1, ATTEMPTS + 1):
            worker = self._slots.get()
            try:
                worker = worker or self._start()
                worker.begin(journey)
                return worker.reply()
            except LostWorkerError as error:
                log.warning("routing_process_lost", attempt=attempt, reason=str(error))
                if worker is not None:
                    self._forget(worker)
                worker = None
            finally:
                self._slots.put(worker)
        raise RoutingError

    def begin(self, journey: Journey) -> "Begun | None":
        """Send a journey to a process at rest and do not wait; None when none is at rest."""
        try:
            worker = self._slots.get_nowait()
        except queue.Empty:
            return None
        if worker is not None:
            try:
                worker.begin(journey)
            except LostWorkerError:
                self._forget(worker)
            else:
                return Begun(self, worker)
        self._slots.put(None)
        return None

    async def arrival(self, worker: Worker) -> Reply | None:
        """Return the answer to a journey that was begun, once it is there; None when the process was lost."""
        try:
            answer = await worker.arrival()
        except LostWorkerError as error:
            log.warning("routing_process_lost", attempt=0, reason=str(error))
            self.lose(worker)
            return None
        self._slots.put(worker)
        return answer

    def lose(self, worker: Worker) -> None:
        """Do without a process that was asked: another is started in its place when it is needed."""
        self._forget(worker)
        self._slots.put(None)

    def pids(self) -> list[int]:
        """Return the numbers of the processes that run."""
        with self._lock:
            return sorted(worker.pid for worker in self._workers)

    def close(self) -> None:
        """End every process; whoever still waits for one is answered by an error."""
        with self._lock:
            self._closed = True
        with suppress(queue.Empty):
            while True:
                if (idle := self._slots.get_nowait()) is not None:
                    self._forget(idle)
                    idle.end()
        with self._lock:
            for busy in self._workers:
                busy.kill()
        for _ in range(self._size):
            self._slots.put(None)

    def _start(self) -> Worker:
        worker = Worker(self._config, self._limit)
        with self._lock:
            self._workers.add(worker)
            if not self._closed:
                return worker
        worker.kill()
        worker.end()
        raise LostWorkerError("fermé")

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            self._workers.discard(worker)


class Begun:
    """A journey that one process of a pool was sent: its answer is to be waited for, or given up."""

    def __init__(self, pool: Pool, worker: Worker) -> None:
        self._pool = pool
        self._worker: Worker | None = worker

    async def reply(self) -> Reply | None:
        """Return the answer, once; None when the process was lost on the journey."""
        assert self._worker is not None
        answer = await self._pool.arrival(self._worker)
        self._worker = None
        return answer

    def give_up(self) -> None:
        """End the process that nobody waits for any more: its answer would be taken for another's."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.end()
            self._pool.lose(self._worker)
            self._worker = None
