"""A process that reads an annuaire for another one: ``python -m app.supply.annuaire_process``.

Requests and answers are pickled on its standard input and output: first what to read with. A reader then
answers to each request of pieces; anything else gives all that it has, and None at its end.
It imports neither the database nor the command line, and so stays small.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Protocol, cast

from app.errors import ObservatoireError, Place, StoreError
from app.sources.annuaire import Annuaire
from app.supply.annuaire_reading import Piece, Reader, Reading

# Where the packages of this program are.
ROOT = Path(__file__).resolve().parents[2]
# Arrow's usual allocator keeps 25 MB more of what columns no longer need.
ALLOCATOR = {"ARROW_DEFAULT_MEMORY_POOL": "jemalloc"}
# What processes may have given before it is taken, and how long to wait for one that is ending (seconds).
WAITING = 2
END_S = 0.05


class Process:
    """One such process, seen from the one that asks; ``name`` is the file that it reads."""

    def __init__(self, name: str) -> None:
        self._name = name
        command = [sys.executable, "-m", "app.supply.annuaire_process"]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, env=os.environ | ALLOCATOR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def kill(self) -> None:
        """End the process, whatever it is doing: whoever waits for its answer is told that it is gone."""
        self._process.kill()

    def close(self) -> None:
        """End the process and close what led to it; nobody may be waiting for its answer any more."""
        self.kill()
        self._process.communicate()

    def _send(self, request: object) -> None:
        stream = cast(IO[bytes], self._process.stdin)
        try:
            pickle.dump(request, stream, pickle.HIGHEST_PROTOCOL)
            stream.flush()
        except BrokenPipeError as error:
            raise self._gone() from error

    def _answer(self) -> object:
        try:
            # Written by ourselves, in the same version.
            answer = pickle.load(cast(IO[bytes], self._process.stdout))  # noqa: S301
        except (EOFError, pickle.UnpicklingError) as error:  # nothing, or half an answer
            raise self._gone() from error
        if isinstance(answer, ObservatoireError):
            raise answer
        return answer

    def _gone(self) -> StoreError:
        return StoreError(
            "La lecture du fichier a été interrompue : un de ses processus s'est arrêté. "
            "Rien n'a été modifié.",
            place=Place(source=self._name, step="lecture"),
            hint="Vérifiez la mémoire libre de la machine, puis recommencez.",
        )


class ReadingProcess(Process):
    """A process that reads the pieces it is given."""

    def __init__(self, source: Annuaire, secret: str) -> None:
        super().__init__(source.table.path.name)
        self._send((source.detached(), secret))

    def read(self, pieces: Sequence[Piece]) -> Reading:
        """Return what pieces hold. Raises what the reader raises, StoreError when the process is gone."""
        self._send(pieces)
        return cast(Reading, self._answer())


class Whole(Protocol):
    """What reads a whole file: all that it has, a part after the other."""

    def chunks(self) -> Iterator[object]:
        """Yield what is read, none of it None."""


class WholeProcess(Process):
    """A process that reads a whole file."""

    def give(self, task: Whole) -> None:
        """Tell the process what to read. Raises StoreError when it is gone."""
        self._send(task)

    def chunks(self) -> Iterator[object]:
        """Yield what the task of the process yields; raise what it raises, StoreError when it is gone."""
        while (answer := self._answer()) is not None:
            yield answer

    def pass_on(self, waiting: Queue[object]) -> None:
        """Put what the process gives in a queue, then None, or what it raises."""
        try:
            for chunk in self.chunks():
                waiting.put(chunk)
            waiting.put(None)
        except ObservatoireError as error:
            waiting.put(error)


@contextmanager
def started(count: int, name: str) -> Iterator[list[WholeProcess]]:
    """Give so many processes, starting while their tasks are prepared; ``name`` is the file they read."""
    processes: list[WholeProcess] = []
    try:
        for _ in range(count):
            processes.append(WholeProcess(name))
        yield processes
    finally:
        for process in processes:
            process.close()


def gathered(processes: Sequence[WholeProcess], tasks: Iterable[Whole]) -> Iterator[object]:
    """Yield what tasks give as it comes, each from a process of its own. No task is kept once it is given.

    Raises what a task raises, StoreError when a process is gone. To be closed before the processes are.
    """
    waiting: Queue[object] = Queue(WAITING)
    threads = [Thread(target=process.pass_on, args=(waiting,), daemon=True) for process in processes]
    _give(processes, tasks)
    for thread in threads:
        thread.start()
    try:
        running = len(processes)
        while running:
            chunk = waiting.get()
            if isinstance(chunk, ObservatoireError):
                raise chunk
            if chunk is None:
                running -= 1
            else:
                yield chunk
    finally:
        for process in processes:
            process.kill()
        # A pipe must not be closed under the thread that reads it, nor may a thread wait for a full queue.
        while any(thread.is_alive() for thread in threads):
            with suppress(Empty):
                waiting.get(timeout=END_S)


def _give(processes: Sequence[WholeProcess], tasks: Iterable[Whole]) -> None:
    for process, task in zip(processes, tasks, strict=True):
        process.give(task)


def main() -> None:
    """Answer until the other side closes."""
    # What is read has no cycle, and looking for one goes through a country's addresses again and again.
    gc.disable()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    task = pickle.load(requests)  # noqa: S301 - from the process that started this one
    try:
        if isinstance(task, tuple):
            _read_pieces(Reader(*task), requests, answers)
        else:
            for chunk in task.chunks():
                pickle.dump(chunk, answers, pickle.HIGHEST_PROTOCOL)
            pickle.dump(None, answers, pickle.HIGHEST_PROTOCOL)
    except ObservatoireError as error:
        pickle.dump(error, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _read_pieces(reader: Reader, requests: IO[bytes], answers: IO[bytes]) -> None:
    while True:
        try:
            pieces = pickle.load(requests)  # noqa: S301
        except EOFError:
            return
        pickle.dump(reader.read(pieces), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
