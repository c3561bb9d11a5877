"""Bounded byte streams: a compressed file can neither fill the memory nor end half-way unnoticed."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import IO, cast

from app.sources.refusal import refusal
from app.sources.texts import french_count

RATIO_MAX = 250
RATIO_FREE_BYTES = 32 << 20


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong while reading bytes into a refusal that names the file."""
    try:
        yield
    except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error) as e:
        raise refusal(path, "Le fichier compressé est coupé ou abîmé") from e
    except NotImplementedError as e:
        raise refusal(
            path, "L'archive emploie une compression inconnue", "Décompressez-la d'abord vous-même."
        ) from e
    except OSError as e:
        what = f"Le fichier ne peut pas être lu ({e.strerror or e})"
        raise refusal(path, what, "Vérifiez le disque et les droits de lecture.") from e


class BoundedStream:
    """A readable stream that counts what it gives and stops a decompression bomb.

    ``max_bytes`` bounds the decompressed size; beyond 32 MB, the ratio to the ``packed`` size is bounded too.
    """

    def __init__(self, raw: IO[bytes], path: Path, max_bytes: int, packed: int) -> None:
        self._raw = raw
        self._path = path
        self._max_bytes = max_bytes
        self._packed = packed
        self.given = 0

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes; empty at the end."""
        piece = self._raw.read(size)
        self._count(len(piece))
        return piece

    def fill(self, room: memoryview) -> int:
        """Fill a place; return how many bytes came, fewer than it holds at the end alone."""
        filled = 0
        while filled < len(room) and (more := cast(BufferedIOBase, self._raw).readinto(room[filled:])):
            filled += more
            self._count(more)
        return filled

    def _count(self, more: int) -> None:
        """Raise when too much was given."""
        self.given += more
        if self.given > self._max_bytes:
            what = f"Le contenu dépasse la taille permise ({french_count(self._max_bytes)} octets)"
            raise refusal(self._path, what, "Augmentez OBSERVATOIRE_MAX_FILE_BYTES si c'est voulu.")
        self.refuse_ratio(self._path, self.given, self._packed)

    @staticmethod
    def refuse_ratio(path: Path, given: int, packed: int) -> None:
        """Raise when so few bytes became so many that the file is a decompression bomb."""
        if given > RATIO_FREE_BYTES and given > RATIO_MAX * max(1, packed):
            what = f"Le fichier compressé grossit plus de {RATIO_MAX} fois : il est refusé par prudence"
            raise refusal(path, what, "Vérifiez d'où il vient.")
