"""The files as they came: their fingerprint, and a copy kept under it for ever."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import get_native_id
from uuid import uuid4

from app.errors import Place, StoreError
from app.settings import Settings
from app.sources.refusal import refusal

# A Shapefile is several files side by side: a changed attribute is in another one than the contours.
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
PRIVATE = 0o700
# Behind the others (0), before the last (19): it holds the interpreter's lock for moments, and who waits for
# that lock must not wait for a processor too.
BEHIND = 10


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
        kept = _kept(part, settings, digest)
        try:
            if not kept.exists():
                _copy(part, kept)
        except OSError as error:
            raise _refused(path, settings, error) from error


class Keeping:
    """A file to keep beside other work, once it was read: copying a country takes what its readers need."""

    def __init__(self, path: Path, settings: Settings, beside: Executor) -> None:
        self._path, self._settings, self._beside = path, settings, beside
        self._seen = _signature(path)
        self._kept: Future[str] | None = None

    def begin(self) -> Future[str]:
        """Begin to keep the file, once, and return what will be its fingerprint."""
        if self._kept is None:
            self._kept = self._beside.submit(_keep_beside, self._path, self._settings)
        return self._kept

    def fingerprint(self) -> str:
        """Return the SHA-256 of what is kept.

        Raises StoreError as ``keep`` does, SourceError for a file that is no longer the one that was read.
        """
        digest = self.begin().result()
        if _signature(self._path) != self._seen:
            raise refusal(
                self._path,
                "Le fichier a été remplacé ou modifié pendant sa lecture",
                "Attendez que sa copie ou son téléchargement soit fini, puis recommencez.",
            )
        return digest


@contextmanager
def keeping(path: Path, settings: Settings) -> Iterator[Keeping]:
    """Give what keeps a file beside other work.

    It is kept when the caller is done, whatever became of the reading.
    """
    with ThreadPoolExecutor(1, initializer=_make_way) as beside:
        kept = Keeping(path, settings, beside)
        try:
            yield kept
        finally:
            kept.begin()


def _signature(path: Path) -> list[tuple[int, int, int]]:
    """Return what tells the parts of a file from others put in their place, or written since."""
    seen = (part.stat() for part in _parts(path))
    return [(one.st_ino, one.st_size, one.st_mtime_ns) for one in seen]


def _make_way() -> None:
    """Let this thread alone work after the others: what it makes is needed last."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), BEHIND)


def _keep_beside(path: Path, settings: Settings) -> str:
    """Keep a file and return the fingerprint of what is kept."""
    if len(_parts(path)) > 1:
        digest = fingerprint(path)
        keep(path, settings, digest)
        return digest
    try:
        if (named := _named(path, settings)) and _sha256(path) == named:
            return named
        with _partial(settings.files) as partial:
            shutil.copyfile(path, partial)
            digest = _sha256(partial)
            kept = _kept(path, settings, digest)
            if not kept.exists():
                kept.parent.mkdir(mode=PRIVATE, exist_ok=True)
                partial.rename(kept)
    except OSError as error:
        raise _refused(path, settings, error) from error
    return digest


def _named(path: Path, settings: Settings) -> str | None:
    """Return the fingerprint in the name of a file that is kept, as those that were fetched are."""
    kept = path.resolve()
    digest = kept.name.partition("-")[0]
    return digest if kept == _kept(path, settings, digest).resolve() else None


def original(settings: Settings, digest: str) -> Path | None:
    """Return the kept file whose content has this SHA-256, or None when this machine does not hold it."""
    return min((settings.files / digest[:2]).glob(f"{digest}-*"), default=None)


def _copy(path: Path, kept: Path) -> None:
    with _partial(kept.parent.parent) as partial:
        kept.parent.mkdir(mode=PRIVATE, exist_ok=True)
        shutil.copyfile(path, partial)
        partial.rename(kept)


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """Give the name of a file to write, that nothing is left of unless it is renamed."""
    # The registers name people: nobody else reads them.
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    # A name of its own: two refreshes may keep the same file at once.
    partial = folder / f".{uuid4().hex}.partial"
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _kept(path: Path, settings: Settings, digest: str) -> Path:
    return settings.files / digest[:2] / f"{digest}-{path.name}"


def _refused(path: Path, settings: Settings, error: OSError) -> StoreError:
    return StoreError(
        f"Le fichier n'a pas pu être conservé dans {settings.files} : {error.strerror}. "
        "Rien n'a été modifié.",
        place=Place(source=path.name, step="conservation"),
        hint="Vérifiez l'espace libre et les droits de ce dossier.",
    )


def _parts(path: Path) -> tuple[Path, ...]:
    if path.suffix.lower() != ".shp":
        return (path,)
    beside = (part for part in path.parent.iterdir() if part.stem == path.stem)
    return tuple(sorted(part for part in beside if part.suffix.lower() in SHAPEFILE))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
