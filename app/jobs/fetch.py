"""Fetching: each source of the manifest into the folder of immutable files, with what its server said of it.

``<home>/fetched/<key>/`` holds one link per source, named as the server names the file, and ``state.json``;
the bytes themselves lie in ``<home>/files`` under their content, like every file that was ever loaded.
"""

import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import httpx2

from app.errors import ParameterError, Place, SourceError
from app.jobs.originals import fingerprint
from app.log import get_logger
from app.settings import Settings
from app.sources.catalogue import REGISTERS
from app.sources.containers import contents
from app.sources.download import TOLD_BYTES, Received, Stamp, Wanted, download
from app.sources.perimeter import departement_of
from app.sources.recognise import recognise
from app.sources.texts import french_count
from app.sources.vintages import vintage_of_name
from app.sources.web import Patience, fetch_refusal, mirrored, open_client, server_time
from geodata.manifest import Delivery, Manifest, manifest

logger = get_logger(__name__)

LOGGED_BYTES = 1 << 26
PRIVATE = 0o700  # the registers name people: nobody else reads them

type Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file that is here. ``vintage`` is its own date, else the one its server or the manifest gives."""

    key: str
    path: Path
    sha256: str
    size: int
    vintage: date
    changed: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of the copy of a source that is here: its file, its stamp, when it was seen."""

    name: str
    sha256: str
    address: str
    etag: str | None
    last_modified: str | None
    size: int
    vintage: str
    fetched_at: str
    checked_at: str


def deliveries(
    settings: Settings, names: list[str] | None = None, *, sources: Manifest | None = None
) -> list[Delivery]:
    """Return the files that sources consist of for the chosen place; without names, what a refresh needs.

    Raises ParameterError for an unknown source, for one without an address, and when no place was chosen.
    """
    listed = sources or manifest()
    if names is None:
        names = [name for name, source in listed.sources.items() if source.loaded]
    found: list[Delivery] = []
    for name in names:
        if name not in listed.sources:
            known = ", ".join(listed.sources)
            raise ParameterError("NOM", f"La source « {name} » n'existe pas.", hint=f"Sources : {known}.")
        source, places = listed.sources[name], _places(settings, name)
        if source.per != "france" and not places:
            raise ParameterError(
                "NOM",
                f"La source « {name} » se prend par département, et aucun n'est choisi.",
                hint="« observatoire init --within commune:35238 » le fait, ou OBSERVATOIRE_DEPARTEMENTS.",
            )
        made = listed.deliveries(name, places, settings.source_addresses)
        if not made:
            raise ParameterError(
                "NOM",
                f"La source « {name} » n'a pas d'adresse commune à toutes les villes.",
                hint=f"Où la trouver : {source.where}. Donnez-la dans OBSERVATOIRE_SOURCE_ADDRESSES.",
            )
        found += made
    return found


def megabytes(size: int) -> str:
    """Write a size for a person.

    >>> megabytes(1_234_567)
    '2 Mo'
    """
    return f"{french_count(-(-size // 1_000_000))} Mo"


def _places(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the départements whose files of a source are wanted.

    Communes and addresses are also taken across the border; an OpenStreetMap extract for the first one only,
    since two extracts overlap.
    """
    own = settings.departement_codes()
    beyond = (departement_of(code) for code in settings.border_commune_codes())
    if name in {"ban", "communes"}:
        return tuple(dict.fromkeys((*own, *beyond)))
    return own[:1] if name == "osm" else own


def fetch_all(
    settings: Settings,
    wanted: list[Delivery],
    say: Callable[[str], None],
    *,
    patience: Patience | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> list[Fetched]:
    """Fetch several files, telling of each; one that fails does not keep the others from coming.

    ``progress`` is told the key, the bytes here and the total, every few megabytes.
    Raises SourceError at the end when any failed.
    """
    found: list[Fetched] = []
    failed: list[str] = []
    with open_client(settings) as client:
        for delivery in wanted:
            try:
                one = fetch(settings, delivery, client, patience=patience, whole=whole, progress=progress)
            except SourceError as error:
                failed.append(delivery.key)
                say(f"{delivery.key} : {error.message()}")
                continue
            found.append(one)
            outcome = "nouveau" if one.changed else "inchangé"
            say(f"{delivery.key} : {outcome}, {one.path.name} ({french_count(one.size)} octets)")
    if failed:
        raise SourceError(
            f"{len(failed)} fichiers sur {len(wanted)} n'ont pas pu être pris : {', '.join(failed)}. "
            "Les autres sont là, et ce qui l'était déjà est gardé.",
            place=Place(step="téléchargement"),
            hint="Relancez la même commande : ce qui est reçu n'est pas repris.",
        )
    return found


def fetch(
    settings: Settings,
    delivery: Delivery,
    client: httpx2.Client,
    *,
    patience: Patience | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> Fetched:
    """Bring one file here, or see that it has not changed. ``whole`` takes it again in any case.

    Offline, what is here is taken as it is. Raises SourceError: nothing that was here is ever lost.
    """
    folder = settings.home / "fetched" / delivery.key
    with _alone(folder):
        kept = _kept(folder, settings)
        if settings.offline:
            return _offline(settings, folder, delivery, kept)
        held = None if kept is None or whole else _held(settings, kept)
        wanted = Wanted(
            address=mirrored(delivery.address, settings.sources_url),
            folder=folder / "incoming",
            min_bytes=delivery.source.min_bytes,
            max_bytes=settings.max_file_bytes,
            window_s=settings.fetch_timeout_s,
            held=held,
            progress=partial(progress or tell_progress, delivery.key),
        )
        received = download(client, wanted, patience or Patience(settings.fetch_retries))
        if received is None and kept is not None:
            _write_state(folder, kept, checked_at=_now())
            logger.info("fetch", source=delivery.key, outcome="unchanged")
            return _fetched(settings, folder, delivery, kept, changed=False)
        if received is None:
            raise fetch_refusal(delivery.address, "Le serveur dit le fichier inchangé, mais il n'est pas là")
        return _taken_in(settings, folder, delivery, received, kept)


def tell_progress(key: str, here: int, total: int | None) -> None:
    """Show how far a large file is: on one line of a terminal, else in the log every 64 megabytes."""
    if sys.stderr.isatty():
        share = f" sur {megabytes(total)} ({here / total:.0%})" if total else ""
        sys.stderr.write(f"\r{key} : {megabytes(here)}{share}\033[K\r")
        sys.stderr.flush()
    elif here % LOGGED_BYTES < TOLD_BYTES:
        logger.info("fetching", source=key, here=here, total=total)


def _taken_in(
    settings: Settings, folder: Path, delivery: Delivery, received: Received, kept: Kept | None
) -> Fetched:
    """Look at what arrived, then move it among the immutable files: refused, it leaves no trace."""
    name = received.name or delivery.file_name
    arrived = received.path.with_name(name)
    received.path.rename(arrived)
    try:
        own_vintage = _recognised_vintage(arrived, delivery, settings)
    except SourceError as error:
        arrived.unlink()
        raise SourceError(
            f"{error.detail} Adresse : {delivery.address}. Le fichier déjà là est gardé.",
            place=Place(source=name, step="téléchargement", line=error.place.line, column=error.place.column),
            hint=error.hint,
        ) from error
    finally:
        (folder / "incoming" / "part.json").unlink(missing_ok=True)
    same = kept is not None and kept.sha256 == received.sha256
    name = kept.name if kept is not None and same else name
    dated = kept.vintage if kept is not None and same else _vintage(delivery, received.stamp, own_vintage)
    _store(settings, arrived, received.sha256, name)
    new = Kept(
        name=name,
        sha256=received.sha256,
        address=delivery.address,
        etag=received.stamp.etag,
        last_modified=received.stamp.last_modified,
        size=received.stamp.size or 0,
        vintage=dated,
        fetched_at=kept.fetched_at if kept is not None and same else _now(),
        checked_at=_now(),
    )
    _write_state(folder, new)
    logger.info("fetch", source=delivery.key, outcome="unchanged" if same else "changed", sha256=new.sha256)
    return _fetched(settings, folder, delivery, new, changed=not same)


def _recognised_vintage(path: Path, delivery: Delivery, settings: Settings) -> date | None:
    """Return the date the file gives itself; refuse what is not the register that was asked for."""
    register = next((name for name in REGISTERS if name == delivery.source.register), None)
    if register is None or not REGISTERS[register].loadable or delivery.source.name == "finess_activites":
        contents(path, settings.max_file_bytes)
        return vintage_of_name(path.name)
    return recognise(path, max_bytes=settings.max_file_bytes, expected=register).vintage


def _vintage(delivery: Delivery, stamp: Stamp, own: date | None) -> str:
    if own is not None:
        return own.isoformat()
    if delivery.source.dated_by == "name" and delivery.source.vintage:
        return f"{delivery.source.vintage}-01-01"
    seconds = server_time(stamp.last_modified)
    moment = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return moment.date().isoformat()


def _store(settings: Settings, arrived: Path, digest: str, name: str) -> None:
    """Move a file among the immutable ones, where it may already be."""
    target = settings.files / digest[:2] / f"{digest}-{name}"
    try:
        settings.files.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        target.parent.mkdir(mode=PRIVATE, exist_ok=True)
        arrived.replace(target)
    except OSError as error:
        raise SourceError(
            f"Le fichier n'a pas pu être rangé dans {settings.files} ({error.strerror}). "
            "Rien n'a été modifié.",
            place=Place(source=name, step="conservation"),
            hint="Vérifiez l'espace libre et les droits de ce dossier.",
        ) from error


def _stored(settings: Settings, kept: Kept) -> Path:
    return settings.files / kept.sha256[:2] / f"{kept.sha256}-{kept.name}"


def _link(folder: Path, target: Path, name: str) -> None:
    """Point to the immutable file under its plain name, and to no other."""
    fresh = folder / ".link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, folder))
    fresh.replace(folder / name)
    for old in folder.iterdir():
        if old.is_symlink() and old.name != name:
            old.unlink()


def _kept(folder: Path, settings: Settings) -> Kept | None:
    """Return what is here, None when there is nothing or its file was removed by hand."""
    try:
        kept = Kept(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
        return kept if _stored(settings, kept).stat().st_size == kept.size else None
    except (OSError, ValueError, TypeError):
        return None


def _held(settings: Settings, kept: Kept) -> tuple[Path, Stamp]:
    return _stored(settings, kept), Stamp(kept.etag, kept.last_modified, kept.size)


def _offline(settings: Settings, folder: Path, delivery: Delivery, kept: Kept | None) -> Fetched:
    if kept is None:
        raise SourceError(
            f"« {delivery.key} » n'a jamais été téléchargé, et le mode hors ligne est demandé. "
            "Rien n'a été modifié.",
            place=Place(source=delivery.file_name, step="téléchargement"),
            hint=f"Adresse du fichier : {delivery.address}",
        )
    if fingerprint(_stored(settings, kept)) != kept.sha256:
        raise SourceError(
            "Le fichier gardé n'a plus l'empreinte qu'il avait : il est abîmé. Rien n'a été modifié.",
            place=Place(source=kept.name, step="téléchargement"),
            hint="Téléchargez-le de nouveau : « observatoire source fetch "
            f"{delivery.source.name} --whole », sans le mode hors ligne.",
        )
    return _fetched(settings, folder, delivery, kept, changed=False)


def _fetched(settings: Settings, folder: Path, delivery: Delivery, kept: Kept, *, changed: bool) -> Fetched:
    """Return what is here, with its link: a run killed before it was made is mended by the next."""
    vintage = date.fromisoformat(kept.vintage)
    _link(folder, _stored(settings, kept), kept.name)
    return Fetched(delivery.key, folder / kept.name, kept.sha256, kept.size, vintage, changed)


def _write_state(folder: Path, kept: Kept, **changes: str) -> None:
    partial = folder / ".state.partial"
    partial.write_text(json.dumps(asdict(kept) | changes, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(folder / "state.json")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of this machine from fetching the same file at once."""
    try:
        folder.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        lock = (folder / ".lock").open("a")
    except OSError as error:
        raise SourceError(
            f"Le dossier {folder} ne peut pas être utilisé ({error.strerror}). Rien n'a été modifié.",
            place=Place(step="téléchargement"),
            hint="Vérifiez l'espace libre et les droits, ou changez OBSERVATOIRE_HOME.",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
