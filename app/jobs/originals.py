"""The files as they came: their fingerprint, and a copy kept under it for ever."""

import hashlib
import shutil
from pathlib import Path
from uuid import uuid4

from app.errors import Place, StoreError
from app.settings import Settings

# A Shapefile is several files side by side: a changed attribute is in another one than the contours.
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; of all its parts for a Shapefile."""
    parts = _parts(path)
    if len(parts) == 1:
        return _sha256(path)
    whole = "\n".join(f"{part.suffix.lower()} {_sha256(part)}" for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()


def keep(path: Path, settings: Settings, digest: str) -> None:
    """Keep a file, named by its content: written beside, then renamed, so that it is whole or absent.

    Raises StoreError when the folder is full or cannot be written; no half-written copy stays.
    """
    for part in _parts(path):
        kept = settings.files / digest[:2] / f"{digest}-{part.name}"
        try:
            if not kept.exists():
                _copy(part, kept)
        except OSError as error:
            raise StoreError(
                f"Le fichier n'a pas pu être conservé dans {settings.files} : {error.strerror}. "
                "Rien n'a été modifié.",
                place=Place(source=path.name, step="conservation"),
                hint="Vérifiez l'espace libre et les droits de ce dossier.",
            ) from error


def original(settings: Settings, digest: str) -> Path | None:
    """Return the kept file whose content has this SHA-256, or None when this machine does not hold it."""
    return min((settings.files / digest[:2]).glob(f"{digest}-*"), default=None)


def _copy(path: Path, kept: Path) -> None:
    # The registers name people: nobody else reads them.
    kept.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    # A name of its own: two refreshes may keep the same file at once.
    partial = kept.with_name(f".{uuid4().hex}.partial")
    try:
        shutil.copyfile(path, partial)
        partial.rename(kept)
    finally:
        partial.unlink(missing_ok=True)


def _parts(path: Path) -> tuple[Path, ...]:
    if path.suffix.lower() != ".shp":
        return (path,)
    beside = (part for part in path.parent.iterdir() if part.stem == path.stem)
    return tuple(sorted(part for part in beside if part.suffix.lower() in SHAPEFILE))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
