"""A process that reads pieces of an annuaire for another one: ``python -m app.supply.annuaire_process``.

Requests and answers are pickled on its standard input and output: first what to read with, then pieces.
It imports neither the database nor the command line, and so stays small.
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from app.errors import ObservatoireError, Place, StoreError
from app.sources.annuaire import Annuaire
from app.supply.annuaire_reading import Piece, Reader, Reading

# Where the packages of this program are.
ROOT = Path(__file__).resolve().parents[2]


class ReadingProcess:
    """One such process, seen from the one that asks."""

    def __init__(self, source: Annuaire, secret: str) -> None:
        self._name = source.table.path.name
        command = [sys.executable, "-m", "app.supply.annuaire_process"]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._send((source.detached(), secret))

    def read(self, pieces: Sequence[Piece]) -> Reading:
        """Return what pieces hold. Raises what the reader raises, StoreError when the process is gone."""
        self._send(pieces)
        try:
            # Written by ourselves, in the same version.
            answer = pickle.load(cast(IO[bytes], self._process.stdout))  # noqa: S301
        except EOFError as error:
            raise self._gone() from error
        if isinstance(answer, ObservatoireError):
            raise answer
        return cast(Reading, answer)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    def _send(self, request: object) -> None:
        stream = cast(IO[bytes], self._process.stdin)
        try:
            pickle.dump(request, stream, pickle.HIGHEST_PROTOCOL)
            stream.flush()
        except BrokenPipeError as error:
            raise self._gone() from error

    def _gone(self) -> StoreError:
        return StoreError(
            "La lecture du fichier a été interrompue : un de ses processus s'est arrêté. "
            "Rien n'a été modifié.",
            place=Place(source=self._name, step="lecture"),
            hint="Vérifiez la mémoire libre de la machine, puis recommencez.",
        )


def main() -> None:
    """Answer until the other side closes."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    reader = Reader(*pickle.load(requests))  # noqa: S301 - from the process that started this one
    while True:
        try:
            pieces = pickle.load(requests)  # noqa: S301
        except EOFError:
            return
        answer: Reading | ObservatoireError
        try:
            answer = reader.read(pieces)
        except ObservatoireError as error:
            answer = error
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
