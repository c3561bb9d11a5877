"""What is hashed of the people of a first annuaire, by another than who reads it: he has enough to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import numpy as np
import numpy.typing as npt

from app.sources.annuaire import Annuaire
from app.sources.refusal import refusal
from app.sources.streams import BoundedStream
from app.supply.annuaire_reading import KNOWN, MARK_BYTES, RUNS, LineMarks
from app.supply.annuaire_whole import Rows

# Larger ones are not kept by the allocator from one to the next.
PART_BYTES = 1 << 17

type Integers = npt.NDArray[np.int64]


class Hashes:
    """Hashes people as they come, with their lines, that it reads again in the order of the file."""

    def __init__(self, source: Annuaire, secret: str, stream: BoundedStream) -> None:
        self._path = source.table.path
        self._marks = LineMarks(secret)
        self._stream = stream
        self._offset, self._held = 0, b""

    @classmethod
    @contextmanager
    def of(cls, source: Annuaire, secret: str) -> Iterator[Self]:
        """Give what hashes the people of a file."""
        with source.table.content.open() as stream:
            yield cls(source, secret, stream)

    def people(self, rows: Rows) -> tuple[bytes, bytes]:
        """Return the rows of people with their keys, and what is to be remembered of them, as ``KNOWN``."""
        runs = np.frombuffer(rows.runs, RUNS)
        if not len(runs):
            return b"", b""
        keys = self._marks.keys(rows.identities.split(b"\n"))
        told = rows.practitioner.decode().removesuffix("\n").split("\n")
        lines = [f"\\\\x{key.hex()}\t{line}\n" for key, line in zip(keys, told, strict=True)]
        known = np.empty(len(runs), KNOWN)
        known["id"] = runs["id"]
        known["mark"] = np.frombuffer(b"".join([key[:MARK_BYTES] for key in keys]), ">i8")
        content = np.frombuffer(self._contents(runs["start"], runs["stop"]), ">i8")
        # Somebody of whom a line is refused is read again every time, so that it is refused every time.
        known["content"] = np.where(runs["refused"], 0, np.where(content == 0, 1, content))
        return "".join(lines).encode(), known.tobytes()

    def _contents(self, start: Integers, stop: Integers) -> bytes:
        """Return the marks of lines that come after all those asked for before."""
        found, done = b"", 0
        while done < len(start):
            reached = int(np.searchsorted(stop, self._offset + len(self._held), "right"))
            if reached > done:
                begin, end = start[done:reached] - self._offset, stop[done:reached] - self._offset
                found += self._marks.contents(self._held, begin.tolist(), end.tolist())
                done = reached
            else:
                self._advance(int(start[done]))
        return found

    def _advance(self, start: int) -> None:
        """Read further, and keep nothing that is before ``start``."""
        piece = self._stream.read(max(PART_BYTES, len(self._held)))
        if not piece:
            raise refusal(self._path, "Le fichier a été raccourci pendant sa lecture")
        kept = min(start - self._offset, len(self._held))
        self._held = self._held[kept:] + piece
        self._offset += kept
