"""What archives have in common: files with names and sizes, refused before anything is written.

The members of a 7z lie in a folder of their own for as long as somebody reads from it.
"""

import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path

from app.sources.refusal import refusal
from app.sources.texts import french_count

SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
MEMBERS_MAX = 500
UNPACK = "Décompressez-le d'abord, puis donnez le fichier qu'il contient."
BIGGER = "Donnez un fichier plus petit ; pour un registre, OBSERVATOIRE_MAX_FILE_BYTES règle cette taille."


class Unpacked:
    """The folder of an unpacked archive; it goes when nothing holds this object any more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="observatoire-7z-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its name there, and its size unpacked in bytes."""

    name: str
    size: int


def refuse_unsafe(path: Path, members: list[Member], max_bytes: int) -> None:
    """Raise for an archive that is empty, of too many files, too large, or that names a path outside it."""
    if not members:
        raise refusal(path, "L'archive est vide")
    if len(members) > MEMBERS_MAX:
        raise refusal(path, f"L'archive contient plus de {MEMBERS_MAX} fichiers", UNPACK)
    for member in members:
        name = member.name.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise refusal(path, f"L'archive contient un chemin qui sort de son dossier : « {member.name} »")
    if sum(member.size for member in members) > max_bytes:
        raise refusal(
            path,
            f"L'archive, décompressée, dépasse la taille permise ({french_count(max_bytes)} octets)",
            BIGGER,
        )
