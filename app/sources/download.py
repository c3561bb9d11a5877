"""One file over HTTP: asked for only when it changed, taken up where it was cut, bounded, then hashed.

What arrives is written beside (``part``) with what the server said of it (``part.json``), so that a new
attempt, or a new run, goes on from there. Nothing here decides where the file ends up.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote

import httpx2

from app.errors import SourceError
from app.sources.texts import french_count
from app.sources.web import MOVED, Patience, fetch_refusal, refusal_of, refuse_downgrade

TAIL_BYTES = 1 << 16
TOLD_BYTES = 1 << 22
PROGRESS_BYTES = 1 << 16
# Slower than this over one time limit is as good as cut.
SLOW_BYTES_PER_S = 200
PASSING = {408, 425, 429, *range(500, 600)}
RESUMED = "Ce qui est déjà reçu est gardé et sera repris ; le fichier déjà là aussi."
SUFFIXES = (".zip", ".7z", ".gz", ".csv", ".txt", ".json", ".geojson", ".gpkg", ".pbf")
NAMED = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)


type Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a server says of a file, by which a later one is compared with it."""

    etag: str | None = None
    last_modified: str | None = None
    size: int | None = None

    @property
    def validator(self) -> str | None:
        """Return what « If-Range » accepts: a strong ETag, else the date."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to fetch into ``folder``. ``held`` is the copy already here, with its stamp.

    ``min_bytes`` and ``max_bytes`` bound its size; ``window_s`` is how long a stalled transfer is borne.
    ``progress`` is told, now and then, the bytes here and the total if the server said it.
    """

    address: str
    folder: Path
    min_bytes: int
    max_bytes: int
    window_s: float
    held: tuple[Path, Stamp] | None = None
    progress: Progress | None = None

    @property
    def part(self) -> Path:
        """Return the file under way."""
        return self.folder / "part"

    @property
    def notes(self) -> Path:
        """Return what the server said of the file under way."""
        return self.folder / "part.json"


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file, still in its folder of arrival. ``name`` is what the server calls it, if it does."""

    path: Path
    name: str | None
    sha256: str
    stamp: Stamp


class Interrupted(Exception):  # noqa: N818 - a pause, not the end
    """The transfer stopped for a reason that may pass; ``asked`` is the wait the server wants, in seconds."""

    def __init__(self, reason: str, asked: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.asked = asked


def download(client: httpx2.Client, wanted: Wanted, patience: Patience) -> Received | None:
    """Fetch a file; None when the server's is the one already held.

    Failures that may pass are tried again with growing waits; an attempt that got further starts the count
    anew. Raises SourceError naming the address, the reason, what is kept and what to do.
    """
    wanted.folder.mkdir(parents=True, exist_ok=True)
    failures = 0
    while True:
        before = _size(wanted.part)
        try:
            return _attempt(client, wanted, patience)
        except Interrupted as cut:
            failures = 1 if _size(wanted.part) - before >= PROGRESS_BYTES else failures + 1
            if failures > patience.retries:
                what = f"Le téléchargement n'a pas abouti après {failures} essais : {cut.reason}"
                raise fetch_refusal(wanted.address, what, kept=RESUMED) from cut
            patience.wait(failures, cut.asked)
        except OSError as error:
            what = f"Le fichier ne peut pas être écrit dans {wanted.folder} ({error.strerror})"
            raise fetch_refusal(
                wanted.address, what, "Vérifiez l'espace libre et les droits.", kept=RESUMED
            ) from error


def announced_size(client: httpx2.Client, address: str) -> int | None:
    """Return the size a server announces, None when it does not say or does not answer."""
    try:
        response = client.head(address)
    except httpx2.HTTPError:
        return None
    length = response.headers.get("Content-Length", "")
    return int(length) if response.is_success and length.isdigit() else None


def _attempt(client: httpx2.Client, wanted: Wanted, patience: Patience) -> Received | None:
    stamp = _noted(wanted)
    offset = _size(wanted.part) if stamp is not None else 0
    if stamp is not None and offset == stamp.size:
        # Whole already: the last run ended between the last byte and the check.
        return _received(wanted, stamp)
    headers: dict[str, str] = {}
    if stamp is not None and stamp.validator:
        headers = {"Range": f"bytes={offset}-", "If-Range": stamp.validator}
    if not offset and wanted.held is not None and _still_held(client, wanted, wanted.held):
        return None
    with Answer(client, wanted.address, headers) as response:
        if response.status_code == httpx2.codes.RANGE_NOT_SATISFIABLE:
            _forget(wanted)
            raise Interrupted("le fichier a changé pendant le téléchargement")
        _refuse_status(response, wanted.address)
        stamp = _stamp(response)
        if response.status_code == httpx2.codes.PARTIAL_CONTENT:
            if not _continues(response, offset):
                _forget(wanted)
                raise Interrupted("le serveur reprend au mauvais endroit")
        else:
            offset = 0
        _refuse_size(wanted, stamp.size, offset)
        said = asdict(stamp) | {"address": wanted.address, "name": _served_name(response)}
        wanted.notes.write_text(json.dumps(said), encoding="utf-8")
        _write(response, wanted, offset, patience, stamp.size)
    return _received(wanted, stamp)


class Answer:
    """A streamed answer whose transport errors are pauses or refusals, whenever they come."""

    def __init__(self, client: httpx2.Client, address: str, headers: dict[str, str]) -> None:
        self._address = address
        self._stream = client.stream("GET", address, headers=headers)

    def __enter__(self) -> httpx2.Response:
        try:
            response = self._stream.__enter__()
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise self._translated(error) from error
        refuse_downgrade(response)
        return response

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._stream.__exit__(None, None, None)
        if isinstance(error, httpx2.RequestError):
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> Exception:
        refused = refusal_of(error, self._address)
        if refused is not None:
            return refused
        slow = isinstance(error, httpx2.TimeoutException)
        return Interrupted("le serveur ne répond pas à temps" if slow else "la connexion a été coupée")


def _noted(wanted: Wanted) -> Stamp | None:
    """Return the stamp of what is under way if it can be taken up; else clear the place."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        notes = json.loads(wanted.notes.read_text(encoding="utf-8"))
        stamp = Stamp(notes["etag"], notes["last_modified"], notes["size"])
        if _size(wanted.part) and stamp.validator and notes["address"] == wanted.address:
            return stamp
    _forget(wanted)
    return None


def _still_held(client: httpx2.Client, wanted: Wanted, held: tuple[Path, Stamp]) -> bool:
    """Ask whether the server's file is the one held, by its stamp and, where ranges work, by its end.

    A date alone proves nothing: files are replaced under the same one. The last bytes of an archive hold the
    checksums of its content, so they tell.
    """
    path, stamp = held
    headers = {"If-None-Match": stamp.etag, "If-Modified-Since": stamp.last_modified}
    with Answer(client, wanted.address, {name: text for name, text in headers.items() if text}) as response:
        if response.status_code != httpx2.codes.NOT_MODIFIED:
            _refuse_status(response, wanted.address)
            found = _stamp(response)
            if found.size != path.stat().st_size or _differ(found, stamp):
                return False
            stamp = found
    with Answer(client, wanted.address, {"Range": f"bytes=-{TAIL_BYTES}"}) as response:
        if response.status_code == httpx2.codes.PARTIAL_CONTENT:
            return _total(response) == path.stat().st_size and response.read() == _tail(path)
    return stamp.etag is not None


def _differ(found: Stamp, held: Stamp) -> bool:
    if found.etag or held.etag:
        return found.etag != held.etag
    return found.last_modified is None or found.last_modified != held.last_modified


def _tail(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return stream.read()


def _refuse_status(response: httpx2.Response, address: str) -> None:
    status = response.status_code
    if status in PASSING:
        asked = response.headers.get("Retry-After", "")
        raise Interrupted(f"le serveur répond {status}", float(asked) if asked.isdigit() else None)
    if status in {httpx2.codes.NOT_FOUND, httpx2.codes.GONE}:
        raise fetch_refusal(address, f"Rien n'est publié à cette adresse (réponse {status})", MOVED)
    if not response.is_success:
        raise fetch_refusal(address, f"Le serveur refuse de donner le fichier (réponse {status})", MOVED)


def _stamp(response: httpx2.Response) -> Stamp:
    length = response.headers.get("Content-Length", "")
    size = int(length) if length.isdigit() else None
    if response.status_code == httpx2.codes.PARTIAL_CONTENT:
        size = _total(response)
    return Stamp(response.headers.get("ETag"), response.headers.get("Last-Modified"), size)


def _total(response: httpx2.Response) -> int | None:
    found = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _continues(response: httpx2.Response, offset: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {offset}-") and offset > 0


def _refuse_size(wanted: Wanted, size: int | None, offset: int) -> None:
    if size is None:
        return
    if size < wanted.min_bytes:
        raise _too_small(wanted, size)
    if size > wanted.max_bytes:
        raise _too_large(wanted)
    free = shutil.disk_usage(wanted.folder).free
    if size - offset > free:
        what = f"Il faut {french_count(size)} octets et il n'en reste que {french_count(free)} sur le disque"
        raise fetch_refusal(wanted.address, what, "Libérez de la place, ou changez OBSERVATOIRE_HOME.")


def _too_small(wanted: Wanted, size: int) -> SourceError:
    what = (
        f"Le fichier ne fait que {french_count(size)} octets, alors qu'il en faut au moins "
        f"{french_count(wanted.min_bytes)} : la livraison est incomplète"
    )
    return fetch_refusal(wanted.address, what)


def _too_large(wanted: Wanted) -> SourceError:
    what = f"Le fichier dépasse la taille permise ({french_count(wanted.max_bytes)} octets)"
    return fetch_refusal(wanted.address, what, "Augmentez OBSERVATOIRE_MAX_FILE_BYTES si c'est voulu.")


def _write(
    response: httpx2.Response, wanted: Wanted, offset: int, patience: Patience, total: int | None
) -> None:
    """Write the body after the first ``offset`` bytes; a trickle counts as a cut."""
    with wanted.part.open("r+b" if offset else "wb") as part:
        part.seek(offset)
        part.truncate()
        started, window = patience.clock(), 0
        told = offset
        for piece in response.iter_raw():
            part.write(piece)
            window += len(piece)
            if part.tell() > wanted.max_bytes:
                raise _too_large(wanted)
            if wanted.progress is not None and part.tell() - told >= TOLD_BYTES:
                told = part.tell()
                wanted.progress(told, total)
            elapsed = patience.clock() - started
            if elapsed >= wanted.window_s:
                if window < SLOW_BYTES_PER_S * elapsed:
                    raise Interrupted("le serveur envoie trop lentement")
                started, window = patience.clock(), 0
        _settle(part)


def _settle(part: IO[bytes]) -> None:
    """Make sure that the bytes are on the disk before anything is renamed."""
    part.flush()
    os.fsync(part.fileno())


def _received(wanted: Wanted, stamp: Stamp) -> Received:
    size = _size(wanted.part)
    if stamp.size is not None and size != stamp.size:
        if size > stamp.size:
            _forget(wanted)
        raise Interrupted(f"{french_count(size)} octets reçus sur {french_count(stamp.size)} annoncés")
    if size < wanted.min_bytes:
        _forget(wanted)
        raise _too_small(wanted, size)
    with wanted.part.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    name = json.loads(wanted.notes.read_text(encoding="utf-8"))["name"]
    return Received(wanted.part, name, digest, Stamp(stamp.etag, stamp.last_modified, size))


def _served_name(response: httpx2.Response) -> str | None:
    """Return the file name the server gives, by its header or its address, if it looks like one."""
    given = NAMED.search(response.headers.get("Content-Disposition", ""))
    for text in (given[1] if given else "", response.url.path):
        name = PurePosixPath(unquote(text).replace("\\", "/")).name
        if re.fullmatch(r"[\w][\w .()+-]{0,150}", name) and name.lower().endswith(SUFFIXES):
            return name
    return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _forget(wanted: Wanted) -> None:
    """Clear the folder of arrival, of what a killed run left there too."""
    for left in wanted.folder.iterdir():
        left.unlink()
