"""7z archives: unpacked once into a folder of their own, bounded, for as long as somebody reads from it.

A 7z cannot be read member by member, and GDAL needs files: so it is unpacked. Only plain files are written,
each under the folder whatever its name says.
"""

import lzma
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import py7zr
from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError
from py7zr.io import Py7zIO, WriterFactory

from app.sources.archives import UNPACK, Member, Unpacked, refuse_unsafe
from app.sources.refusal import refusal
from app.sources.streams import BoundedStream, reading

# What the library lets through on a damaged archive, as found by damaging one byte by byte.
DAMAGED = (
    *(ArchiveError, EOFError, lzma.LZMAError, zlib.error, struct.error),
    *(TypeError, ValueError, LookupError, AttributeError, AssertionError, OverflowError, MemoryError),
)


def unpack(path: Path, max_bytes: int) -> tuple[Unpacked, list[Member]]:
    """Unpack a 7z archive and return its folder and its files.

    Raises SourceError when it is damaged, protected, too large, or names a path outside its folder.
    """
    with reading(path), _understood(path), py7zr.SevenZipFile(path) as archive:
        if archive.needs_password():
            raise refusal(path, "L'archive est protégée par un mot de passe", UNPACK)
        members = [
            Member(entry.filename, entry.uncompressed) for entry in archive.list() if not entry.is_directory
        ]
        links = [entry.filename for entry in archive.list() if entry.is_symlink]
        refuse_unsafe(path, members, max_bytes)
        if links or len({member.name for member in members}) != len(members):
            raise refusal(path, "L'archive contient des liens ou deux fois le même fichier", UNPACK)
        BoundedStream.refuse_ratio(path, sum(member.size for member in members), path.stat().st_size)
        unpacked = Unpacked()
        archive.max_extract_size = max_bytes
        with ExitStack() as opened:
            archive.extract(path=unpacked.folder, factory=_Files(unpacked.folder, opened))
    _refuse_cut(path, unpacked, members)
    return unpacked, members


def _refuse_cut(path: Path, unpacked: Unpacked, members: list[Member]) -> None:
    for member in members:
        found = unpacked.folder / member.name
        if not found.is_file() or found.stat().st_size != member.size:
            raise refusal(path, f"L'archive est coupée ou abîmée : « {member.name} » n'est pas entier")


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        yield
    except (PasswordRequired, UnsupportedCompressionMethodError) as e:
        raise refusal(path, "L'archive emploie une compression inconnue ou un mot de passe", UNPACK) from e
    except DAMAGED as e:
        raise refusal(path, "L'archive 7z est coupée ou abîmée") from e


class _Files(WriterFactory):
    """Gives the library files to write to, nowhere but under the folder; ``opened`` closes what it leaves."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder = folder.resolve()
        self._opened = opened

    def create(self, filename: str) -> Py7zIO:
        """Return the file of one member."""
        target = Path(filename).resolve()
        if not target.is_relative_to(self._folder):
            raise ArchiveError(PurePosixPath(filename).name)
        target.parent.mkdir(parents=True, exist_ok=True)
        return _File(self._opened.enter_context(target.open("xb")))


class _File(Py7zIO):
    """One file being unpacked; it is only ever written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, s: bytes | bytearray) -> int:
        """Write a piece."""
        return self._stream.write(s)

    def read(self, size: int | None = None) -> bytes:
        """Return nothing: what is written is read from the disk."""
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move, as the library does before closing."""
        return self._stream.seek(offset, whence)

    def flush(self) -> None:
        """Write what is waiting."""
        self._stream.flush()

    def size(self) -> int:
        """Return the bytes written."""
        return self._stream.tell()

    def close(self) -> None:
        """End the file."""
        self._stream.close()
