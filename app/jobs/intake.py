"""From a source to the store: fetched, cut down to the place, refreshed; by a schedule or by « init »."""

import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, select

from app.db.tables import source_file
from app.errors import Place as Where
from app.errors import SourceError
from app.jobs.fetch import PRIVATE, Fetched, Progress, deliveries, fetch_all
from app.jobs.originals import fingerprint
from app.jobs.place import Commune, composed, perimeter, read_communes
from app.jobs.refresh import Loaded, refresh
from app.log import get_logger
from app.settings import Settings
from app.sources.catalogue import REGISTERS, RegisterName
from app.sources.perimeter import cut
from app.sources.web import Patience
from geodata.manifest import Manifest, manifest

logger = get_logger(__name__)

# Territories first, supply last: practices are placed in what is already there.
ORDER = (
    "communes",
    "cedex",
    "iris",
    "iris_population",
    "filosofi",
    "qpv",
    "ban",
    "osm",
    "finess",
    "annuaire",
)
CUT_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Ready:
    """One file ready to be refreshed, with its date."""

    key: str
    path: Path
    vintage: date


def take(
    engine: Engine,
    settings: Settings,
    name: str,
    say: Callable[[str], None],
    *,
    sources: Manifest | None = None,
    patience: Patience | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> list[Loaded]:
    """Fetch a source, cut it down to the chosen place, and load what changed. Nothing is published here.

    ``progress`` is told the bytes that came.
    Raises SourceError or CheckError; what is published and what was here stay as they are.
    """
    loaded: list[Loaded] = []
    made = prepare(settings, name, say, sources=sources, patience=patience, whole=whole, progress=progress)
    for ready in made:
        replaces = _replaces(engine, name, ready)
        one = refresh(engine, settings, ready.path, vintage=ready.vintage, force=replaces)
        loaded.append(one)
        say(one.told(ready.key))
    return loaded


def prepare(
    settings: Settings,
    name: str,
    say: Callable[[str], None],
    *,
    sources: Manifest | None = None,
    patience: Patience | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> list[Ready]:
    """Fetch a source and return its files, cut down to the chosen place when there is one."""
    listed = sources or manifest()
    wanted = deliveries(settings, [name], sources=listed)
    found = fetch_all(settings, wanted, say, patience=patience, whole=whole, progress=progress)
    if not settings.departement_codes():
        return [Ready(one.key, one.path, one.vintage) for one in found]
    if name == "communes":
        return [_composed(settings, found)]
    known = read_communes(_communes_here(settings, listed, patience))
    register: RegisterName = next(key for key in REGISTERS if key == listed.sources[name].register)
    made = [_cut(settings, one, register, known) for one in found]
    for one, ready in zip(found, made, strict=True):
        if ready is None:
            say(f"{one.key} : rien dans ce territoire")
    return [ready for ready in made if ready is not None]


def _composed(settings: Settings, found: list[Fetched]) -> Ready:
    body = composed(settings, read_communes(one.path for one in found))
    mark = hashlib.sha256(body).hexdigest()[:12]

    def write(folder: Path) -> None:
        (folder / "communes.geojson").write_bytes(body)

    [path] = _prepared(settings, "communes", mark, write)
    return Ready("communes", path, max(one.vintage for one in found))


def _communes_here(settings: Settings, listed: Manifest, patience: Patience | None) -> list[Path]:
    """Return the communes already fetched: no cut of another source asks the network for them again.

    Unless another machine of the same city took them in, and this one has none.
    """
    wanted = deliveries(settings, ["communes"], sources=listed)
    try:
        offline = settings.model_copy(update={"offline": True})
        found = fetch_all(offline, wanted, lambda _line: None)
    except SourceError:
        found = fetch_all(settings, wanted, lambda _line: None, patience=patience)
    return [one.path for one in found]


def _cut(
    settings: Settings, fetched: Fetched, register: RegisterName, known: dict[str, Commune]
) -> Ready | None:
    if register == "ban" and fetched.key.removeprefix("ban-") in settings.departement_codes():
        return Ready(fetched.key, fetched.path, fetched.vintage)
    place = perimeter(settings, known)
    marked = (
        CUT_VERSION,
        fetched.sha256,
        place.prefixes,
        sorted(place.postcodes),
        place.box,
        place.contours.wkb,
    )
    mark = hashlib.sha256(repr(marked).encode()).hexdigest()[:12]

    def write(folder: Path) -> None:
        kept = cut(fetched.path, register, place, folder, settings.max_file_bytes)
        if kept == fetched.path:
            (folder / fetched.path.name).symlink_to(fetched.path.resolve())

    paths = _prepared(settings, fetched.key, mark, write)
    return Ready(fetched.key, paths[0], fetched.vintage) if paths else None


def _prepared(settings: Settings, key: str, mark: str, write: Callable[[Path], None]) -> list[Path]:
    """Return the files of a prepared folder, made whole or not at all, and once for the same input."""
    base = settings.home / "prepared" / key
    folder = base / mark
    if not folder.is_dir():
        partial = base / f".{mark}.partial"
        try:
            base.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            write(partial)
            partial.rename(folder)
        except OSError as error:
            raise SourceError(
                f"Le fichier réduit au territoire n'a pas pu être écrit ({error.strerror}). "
                "Rien n'a été modifié.",
                place=Where(source=key, step="réduction au territoire"),
                hint=f"Vérifiez l'espace libre et les droits de {base}.",
            ) from error
        for other in base.iterdir():
            if other != folder:
                with suppress(OSError):
                    shutil.rmtree(other)
        logger.info("cut", source=key, mark=mark)
    return sorted(folder.iterdir())


def _replaces(engine: Engine, name: str, ready: Ready) -> bool:
    """Say whether this date is loaded with another content: the producer mended it, or the place grew."""
    with engine.connect() as connection:
        loaded = set(
            connection.execute(
                select(source_file.c.sha256).where(
                    source_file.c.register == name,
                    source_file.c.vintage == ready.vintage,
                    ~source_file.c.superseded,
                )
            ).scalars()
        )
    return bool(loaded) and fingerprint(ready.path) not in loaded
