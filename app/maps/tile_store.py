"""Tiles kept on disk, already compressed, shared by the processes of a machine: a file a tile.

A folder a release, named by its number, the fingerprint of its inputs and the program's version: a tile of
another release, of another database or of another program is never found. Written whole under another name,
then renamed. See docs/decisions/034.
"""

import os
import shutil
import struct
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from app.maps.coded import Coding, coded
from app.maps.tiles import TileAddress

VERSION = version("observatoire")
LENGTHS = struct.Struct(">III")
CODINGS: tuple[Coding, ...] = ("identity", "gzip", "br")
# A release that another process publishes or has just left is not swept away under its readers.
REST_SECONDS = 3600.0
# Between two counts of what all processes wrote.
WRITES_BETWEEN_COUNTS = 500


@dataclass(frozen=True, slots=True)
class KeptTile:
    """One tile in every coding, packed in the order of ``CODINGS``: three lengths, then the bytes."""

    packed: bytes

    @classmethod
    def of(cls, mvt: bytes) -> "KeptTile":
        """Compress a tile once."""
        bodies = [coded(mvt, coding) if mvt else b"" for coding in CODINGS]
        return cls(LENGTHS.pack(*map(len, bodies)) + b"".join(bodies))

    def body(self, coding: Coding) -> bytes:
        """Return the tile in a coding."""
        lengths = LENGTHS.unpack_from(self.packed)
        rank = CODINGS.index(coding)
        start = LENGTHS.size + sum(lengths[:rank])
        return self.packed[start : start + lengths[rank]]


class TileStore:
    """The tiles of one deployment under ``home``, at most about ``most_bytes`` of them."""

    def __init__(self, home: Path, most_bytes: int) -> None:
        self._root = home.absolute() / "tiles"
        self._most = most_bytes
        self._lock = Lock()
        self._swept = ""
        self._held = 0
        self._writes = 0

    def folder(self, release_id: int, fingerprint: str) -> str:
        """Return where the tiles of a release are."""
        return f"{self._root}/{release_id}-{fingerprint[:16]}-{VERSION}"

    @staticmethod
    def find(folder: str, layer: str, place: str) -> KeptTile | None:
        """Return a kept tile, ``place`` being its z/x/y, or None. Takes some microseconds: a small file."""
        try:
            with open(f"{folder}/{layer}/{place}", "rb", buffering=0) as file:  # noqa: PTH123 - four times faster
                packed = file.read()
        except OSError:
            return None
        return KeptTile(packed)

    def keep(self, folder: str, layer: str, tile: TileAddress, kept: KeptTile) -> None:
        """Write a tile, unless the store is full; a disk that refuses costs speed, never an answer."""
        try:
            self._sweep_others(folder)
            if self._is_full(folder, len(kept.packed)):
                return
            target = Path(folder) / layer / str(tile.zoom) / str(tile.x)
            target.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=target, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(kept.packed)
            Path(draft).replace(target / str(tile.y))
        except OSError:
            return

    def _is_full(self, folder: str, more: int) -> bool:
        with self._lock:
            if self._writes % WRITES_BETWEEN_COUNTS == 0:
                self._held = _bytes_under(self._root)
            self._writes += 1
            if self._held + more > self._most:
                return True
            self._held += more
            return False

    def _sweep_others(self, folder: str) -> None:
        """Delete the folders of other releases, left for an hour, when this process first writes in one."""
        with self._lock:
            if self._swept == folder:
                return
            self._swept, self._writes = folder, 0
        if not self._root.is_dir():
            return
        for other in self._root.iterdir():
            if str(other) != folder and time.time() - other.stat().st_mtime > REST_SECONDS:
                shutil.rmtree(other, ignore_errors=True)


def _bytes_under(root: Path) -> int:
    return sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
