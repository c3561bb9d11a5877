"""Routing graphs: Valhalla's tiles and our arrays of the same streets, in a folder named by what made it.

A graph is built beside its place and renamed into it, so that whatever bears its name is whole. The same
ingredients give the same name, and nothing is built twice.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import valhalla
from valhalla import _valhalla

from app.errors import Place
from app.travel.extract import Box, write_roads
from app.travel.failures import GraphError
from app.travel.lattice import Lattice
from app.travel.modes import DRAWN, MODES, STREET_MODES, Mode, StreetMode
from app.travel.network import SMALLEST_PIECE, Network
from app.travel.rides import FILE_NAME as RIDES_FILE
from app.travel.rides import Rides, read_rides
from app.travel.streets import FILE_NAME, Streets, streets_of
from app.travel.tiles import read_tiles
from app.travel.timetable import Timetable

VALHALLA_VERSION = str(_valhalla.VALHALLA_PRINT_VERSION)
RULES = 1  # edition of what we do to the files on the way: a new one makes new graphs
RIDES_RULES = 1  # the same, of timetables
DRAFT = ".building-"
MANIFEST = "graph.json"
TILES = "tiles"
# What a build leaves and needs on the way, in sizes of the extract of roads.
DISK_FACTOR = 40
LEFT_WHEN_FULL = 10_000_000  # bytes; a tool that fails with less failed for want of more
NAME = re.compile(r"[0-9a-f]{64}")
YOUNG_S = 86_400.0
BINARIES = Path(valhalla.__file__).parent / "bin"


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a graph is made of: an extract and the SHA-256 of its bytes, a box to keep, a timetable.

    ``called`` is how people know the extract, when its file has been kept under another name.
    """

    extract: Path
    sha256: str
    box: Box | None = None
    feed: Timetable | None = None
    called: str | None = None

    @property
    def file_name(self) -> str:
        """Return the name under which people know the extract."""
        return self.called or self.extract.name

    def fingerprint(self) -> str:
        """Return the name of the graph that these make, in hexadecimal."""
        parts = {
            "extract": self.sha256,
            "valhalla": VALHALLA_VERSION,
            "rules": RULES,
            "box": [round(side, 4) for side in self.box] if self.box else None,
            "feed": f"{RIDES_RULES}:{self.feed.sha256}" if self.feed else None,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Graph:
    """A built graph: its folder, what it was made with, the modes it serves, its days of public transport."""

    folder: Path
    fingerprint: str
    file_name: str
    valhalla_version: str
    modes: tuple[Mode, ...]
    feed_days: tuple[date, date] | None
    feed_sha256: str | None = None
    feed_day: date | None = None

    def streets(self) -> Streets:
        """Return its arrays. Raises GraphError when they cannot be read."""
        with self._whole():
            return Streets.load(self.folder)

    def lattice(self, network: Network) -> Lattice:
        """Return the points that areas of a mode are drawn on, made now for a graph older than they are.

        Raises GraphError when they cannot be read.
        """
        with self._whole():
            try:
                return Lattice.load(self.folder, network.mode)
            except FileNotFoundError:
                return Lattice.made(network)

    def rides(self) -> Rides:
        """Return its timetable. Raises GraphError when there is none, or it cannot be read."""
        with self._whole():
            return Rides.load(self.folder)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise damaged(self.fingerprint) from error

    def actor_config(self) -> dict[str, Any]:
        """Return what opens its tiles with ``valhalla.Actor``, one a process."""
        return tile_config(self.folder)


def graphs_folder(home: Path) -> Path:
    """Return where the graphs of a deployment lie."""
    return home / "graphs"


def open_graph(home: Path, fingerprint: str) -> Graph:
    """Return a built graph. Raises GraphError when it is not there, damaged, or of another Valhalla."""
    folder = graphs_folder(home) / fingerprint
    if not folder.is_dir():
        raise GraphError(
            f"Le graphe {fingerprint[:12]} n'est pas sur cette machine.",
            hint="Construisez-le : observatoire graph build FICHIER.osm.pbf",
        )
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        days, day = said["feed_days"], said.get("feed_day")
        graph = Graph(
            folder=folder,
            fingerprint=fingerprint,
            file_name=said["file_name"],
            valhalla_version=said["valhalla_version"],
            modes=tuple(mode for mode in MODES if mode in said["modes"]),
            feed_days=(date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None,
            feed_sha256=said.get("feed_sha256"),
            feed_day=date.fromisoformat(day) if day else None,
        )
        whole = said["tile_bytes"] == _tile_bytes(folder) and all(
            (folder / name).is_file() for name in (FILE_NAME, *((RIDES_FILE,) if day else ()))
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise damaged(fingerprint) from error
    if not whole:
        raise damaged(fingerprint)
    if graph.valhalla_version != VALHALLA_VERSION:
        raise GraphError(
            f"Le graphe {fingerprint[:12]} a été fait par Valhalla {graph.valhalla_version}, ce programme "
            f"a la version {VALHALLA_VERSION}.",
            hint="Construisez-le de nouveau : observatoire graph build FICHIER.osm.pbf",
        )
    return graph


def damaged(fingerprint: str) -> GraphError:
    """Return the error of a graph whose files are missing or cannot be read."""
    return GraphError(
        f"Le graphe {fingerprint[:12]} est abîmé : des fichiers manquent ou ne se lisent pas.",
        hint="Construisez-le de nouveau : observatoire graph build FICHIER.osm.pbf",
    )


def build_graph(home: Path, ingredients: Ingredients) -> tuple[Graph, bool]:
    """Build a graph unless it is there; return it, and whether it is new.

    Raises SourceError for an extract or timetable that cannot be used, GraphError when the disk is full or
    Valhalla fails. Nothing that looks like a graph stays then.
    """
    fingerprint = ingredients.fingerprint()
    graphs = graphs_folder(home)
    try:
        graphs.mkdir(parents=True, exist_ok=True)
        with _alone(graphs):
            if (kept := _kept(home, fingerprint)) is not None:
                return kept, False
            for left in graphs.glob(f"{DRAFT}*"):
                shutil.rmtree(left)
            draft = graphs / f"{DRAFT}{fingerprint}"
            try:
                _fill(draft, fingerprint, ingredients)
                shutil.rmtree(graphs / fingerprint, ignore_errors=True)  # there, it was damaged
                draft.rename(graphs / fingerprint)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise _cannot_write(graphs, error.strerror or str(error)) from error
    return open_graph(home, fingerprint), True


def remove_graphs(home: Path, known: Collection[str]) -> list[str]:
    """Remove the graphs of a deployment that are not known any more, and return their names.

    One made today may not have been told yet: it stays. Raises GraphError when a folder cannot be removed.
    """
    graphs = graphs_folder(home)
    try:
        left = [
            folder
            for folder in (graphs.iterdir() if graphs.is_dir() else ())
            if NAME.fullmatch(folder.name)
            and folder.name not in known
            and time.time() - folder.stat().st_mtime > YOUNG_S
        ]
        for folder in left:
            shutil.rmtree(folder)
    except OSError as error:
        raise _cannot_write(graphs, error.strerror or str(error)) from error
    return [folder.name for folder in left]


def _kept(home: Path, fingerprint: str) -> Graph | None:
    """Return the graph of that name, None when it is missing or damaged."""
    try:
        return open_graph(home, fingerprint)
    except GraphError:
        return None


def _tile_bytes(folder: Path) -> int:
    return sum(tile.stat().st_size for tile in (folder / TILES).rglob("*.gph"))


def tile_config(folder: Path) -> dict[str, Any]:
    """Return Valhalla's settings for the tiles of a graph's folder."""
    config: dict[str, Any] = valhalla.get_config(tile_extract="", tile_dir=folder / TILES)
    config["mjolnir"] |= {"admin": "", "timezone": "", "traffic_extract": "", "concurrency": _cores()}
    return config


def _cores() -> int:
    return len(os.sched_getaffinity(0))


@contextmanager
def _alone(graphs: Path) -> Iterator[None]:
    """Let one build at a time work in a folder."""
    with (graphs / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _cannot_write(folder: Path, reason: str) -> GraphError:
    return GraphError(
        f"Le graphe n'a pas pu être écrit dans {folder} : {reason}. Les graphes déjà là sont gardés.",
        hint="Vérifiez l'espace libre et les droits de ce dossier.",
    )


def _need(folder: Path, size: int) -> None:
    """Raise when the disk has less than ``size`` bytes left: the tools only say that they failed."""
    free = shutil.disk_usage(folder).free
    if free < size:
        wanted, left = (f"{count / 1e6:,.0f} Mo".replace(",", " ") for count in (size, free))
        raise _cannot_write(folder, f"le disque est plein, il faut {wanted} et il en reste {left}")


def _fill(draft: Path, fingerprint: str, ingredients: Ingredients) -> None:
    """Build tiles and arrays into a draft, with what they were made of; leave nothing else there."""
    (draft / TILES).mkdir(parents=True)
    _need(draft, ingredients.extract.stat().st_size)
    roads = draft / "roads.osm.pbf"
    write_roads(ingredients.extract, roads, ingredients.box)
    _need(draft, DISK_FACTOR * roads.stat().st_size)
    config = tile_config(draft)
    place = Place(source=ingredients.file_name, step="graphe")
    rides = read_rides(ingredients.feed) if ingredients.feed else None
    _run_tool("valhalla_build_tiles", config, draft, place, roads)
    modes: tuple[Mode, ...] = _save_streets(draft, config, place)
    if ingredients.feed and rides:
        _save_rides(draft, ingredients.feed, rides)
        modes = (*modes, "transit")
    said = {
        "fingerprint": fingerprint,
        "file_name": ingredients.file_name,
        "valhalla_version": VALHALLA_VERSION,
        "modes": modes,
        "tile_bytes": _tile_bytes(draft),
        "feed_days": [day.isoformat() for day in ingredients.feed.days] if ingredients.feed else None,
        "feed_sha256": ingredients.feed.sha256 if ingredients.feed else None,
        "feed_day": rides.ordinary_day.isoformat() if rides else None,
    }
    (draft / MANIFEST).write_text(json.dumps(said, indent=1), encoding="utf-8")
    for working in (roads, draft / "valhalla.json"):
        working.unlink()


def _save_streets(draft: Path, config: dict[str, Any], place: Place) -> tuple[StreetMode, ...]:
    """Write the arrays of a draft's tiles and return the modes that have streets, one at least."""
    if _tile_bytes(draft):
        streets = streets_of(read_tiles(draft / TILES), config)
        networks = [Network(streets, mode) for mode in STREET_MODES]
        found = [network for network in networks if network.leads_somewhere]
        if found:
            streets.save(draft)
            for network in found:
                if network.mode in DRAWN:
                    Lattice.made(network).save(draft, network.mode)
            return tuple(network.mode for network in found)
    raise GraphError(
        f"L'extrait ne contient aucun réseau d'au moins {SMALLEST_PIECE} carrefours reliés. "
        "Le graphe n'a pas été construit.",
        place=place,
        hint="Prenez l'extrait de la région où est le territoire.",
    )


def _save_rides(draft: Path, feed: Timetable, rides: Rides) -> None:
    """Write the timetable of a draft. Raises GraphError when nobody can walk to any of its stops."""
    network = Network(Streets.load(draft), "walk")
    if not (network.leads_somewhere and network.snap(rides.stops).found.any()):
        raise GraphError(
            "Aucun arrêt de ces horaires n'est là où l'extrait a des rues. Le graphe n'a pas été construit.",
            place=Place(source=feed.path.name, step="horaires"),
            hint="Donnez les horaires du réseau de ce territoire.",
        )
    rides.save(draft)


def _run_tool(tool: str, config: dict[str, Any], draft: Path, place: Place, *arguments: Path) -> None:
    """Run one of the programs that come with Valhalla on a draft. Raises GraphError when it fails."""
    settings = draft / "valhalla.json"
    settings.write_text(json.dumps(config), encoding="utf-8")
    ran = subprocess.run(  # noqa: S603 - the programs of the wheel, on files of ours
        [BINARIES / tool, "--config", settings, *arguments], capture_output=True, check=False
    )
    if ran.returncode:
        _need(draft, LEFT_WHEN_FULL)
        raise GraphError(
            f"Valhalla n'a pas pu construire les tuiles ({tool}, code {ran.returncode}). "
            "Les graphes déjà là sont gardés.",
            place=place,
            hint="Vérifiez que l'extrait a des rues ouvertes, puis l'espace libre et la mémoire.",
        )
