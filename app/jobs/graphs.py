"""Routing graphs built, and the times of releases completed on them, each with a line in the ledger."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from app.db.sql import load
from app.db.tables import graph as stored_graph
from app.db.tables import release, release_graph
from app.errors import NothingPublishedError, ObservatoireError
from app.indicators.cells import store_splits
from app.indicators.reach_build import store_reach
from app.jobs.ledger import Ledger
from app.jobs.originals import fingerprint, original
from app.log import get_logger
from app.settings import Settings
from app.sources.recognise import recognise
from app.travel import store
from app.travel.coverage import box_around, communes_of
from app.travel.failures import GraphError
from app.travel.graph import Graph, Ingredients, build_graph, open_graph, remove_graphs
from app.travel.modes import LABELS, Mode
from app.travel.searching import search_on
from app.travel.times import Completed, complete_times
from app.travel.timetable import read_timetable

logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Extract:
    """The streets that a release was given: the extract's name and SHA-256, and that of its timetable."""

    file_name: str
    sha256: str
    feed_sha256: str | None


def build_streets(
    engine: Engine, settings: Settings, file: Path, gtfs: Path | None, called: str | None = None
) -> tuple[Graph, bool]:
    """Build the graph of an extract around the territory; say whether it is new.

    ``called`` is how people know the extract. Raises SourceError for files that are not what they should be,
    GraphError when no graph comes of them.
    """
    with Ledger(engine, task="graph", file_name=called or file.name) as ledger:
        ledger.step("contrôle")
        recognise(file, max_bytes=settings.max_file_bytes, expected="osm")
        feed = read_timetable(gtfs, max_bytes=settings.max_file_bytes) if gtfs else None
        with engine.connect() as connection:
            box = box_around(communes_of(connection, settings.within))
        ledger.step("construction")
        made = Ingredients(file, fingerprint(file), box, feed, called)
        built, fresh = build_graph(settings.home, made)
        ledger.step("enregistrement")
        with engine.begin() as connection:
            store.record(connection, built, made.sha256)
        ledger.finish("done" if fresh else "unchanged")
    return built, fresh


def complete_mode(engine: Engine, settings: Settings, mode: Mode) -> Completed | None:
    """Complete the times of the published release on the newest graph; None when it has no such mode.

    Raises NothingPublishedError, GraphError when there is no graph.
    """
    with Ledger(engine, task="times") as ledger, engine.begin() as connection:
        ledger.step(mode)
        found = store.newest(connection)
        opened = open_graph(settings.home, found.fingerprint)
        published = connection.execute(
            select(release.c.id).where(release.c.status == "published")
        ).scalar_one_or_none()
        if published is None:
            raise NothingPublishedError
        done = None
        if mode in opened.modes:
            done = complete_times(connection, search_on(opened, mode), found.id, published)
            store.show(connection, published, found.id)
            store_reach(connection, published)
        ledger.finish("done" if done and done.fresh else "unchanged")
        return done


def complete_release(engine: Engine, settings: Settings, release_id: int) -> str | None:
    """Give a release the graph of its extract and all its times; return in French what could not be done.

    Its cells are cut along its territories first, with or without streets. Whatever is wrong with the
    extract, the graph or the disk, the release goes without and says so: nothing is raised. What is whole
    already costs a few queries.
    """
    with engine.begin() as connection:
        store_splits(connection, release_id)
        wanted = _extract_of(connection, release_id)
        if wanted is None:
            return None
        if _is_whole(connection, settings, release_id):
            store_reach(connection, release_id)
            return None
    graph_id, problem = None, None
    try:
        graph_id, graph = _graph_of(engine, settings, wanted)
        _complete(engine, graph, graph_id, release_id)
    except ObservatoireError as error:
        problem = error.detail
        logger.warning("travel.missing", release=release_id, reason=problem)
    with engine.begin() as connection:
        store.show(connection, release_id, graph_id, problem)
    _forget_unused(engine, settings)
    return problem


def _extract_of(connection: Connection, release_id: int) -> Extract | None:
    """Return the extract of a release, None when it was made without one."""
    rows = connection.execute(load("app.jobs", "release_streets"), {"release_id": release_id}).all()
    found = {row.register: row for row in rows}
    if "osm" not in found:
        return None
    feed = found.get("gtfs")
    return Extract(found["osm"].file_name, found["osm"].sha256, feed.sha256 if feed else None)


def _is_whole(connection: Connection, settings: Settings, release_id: int) -> bool:
    """Say whether a release shows a graph that opens here, and all the times of its modes."""
    shown = connection.execute(
        select(stored_graph.c.id, stored_graph.c.fingerprint)
        .join(release_graph, release_graph.c.graph_id == stored_graph.c.id)
        .where(release_graph.c.release_id == release_id, release_graph.c.problem.is_(None))
    ).one_or_none()
    if shown is None:
        return False
    try:
        modes = open_graph(settings.home, shown.fingerprint).modes
    except GraphError:
        return False
    return store.whole_modes(connection, release_id, shown.id) >= set(modes)


def _graph_of(engine: Engine, settings: Settings, wanted: Extract) -> tuple[int, Graph]:
    """Return the number and graph of an extract, built unless it is here. Raises what building raises."""
    with engine.connect() as connection:
        known = store.of_extract(connection, wanted.sha256, wanted.feed_sha256)
    if known is not None:
        try:
            return known[0], open_graph(settings.home, known[1])
        except GraphError as error:
            logger.info("graph.rebuilt", fingerprint=known[1], reason=error.detail)
    file = _original(settings, wanted.sha256, wanted.file_name)
    gtfs = _original(settings, wanted.feed_sha256, "horaires") if wanted.feed_sha256 else None
    graph, _ = build_streets(engine, settings, file, gtfs, wanted.file_name)
    with engine.connect() as connection:
        return store.number_of(connection, graph.fingerprint), graph


def _original(settings: Settings, sha256: str, name: str) -> Path:
    path = original(settings, sha256)
    if path is None:
        raise GraphError(
            f"Le fichier « {name} » n'est pas gardé sur cette machine.",
            hint="Construisez le graphe où il est : observatoire graph build FICHIER.osm.pbf",
        )
    return path


def _complete(engine: Engine, graph: Graph, graph_id: int, release_id: int) -> None:
    """Compute the times that a release lacks, mode by mode, each kept as soon as it is whole."""
    with Ledger(engine, task="times") as ledger:
        fresh = 0
        for mode in graph.modes:
            ledger.step(LABELS[mode])
            with engine.begin() as connection:
                search = search_on(graph, mode)
                done = complete_times(connection, search, graph_id, release_id, progress=ledger.progress)
            fresh += done.fresh
        ledger.step("temps et couverture par territoire")
        with engine.begin() as connection:
            store_reach(connection, release_id)
        ledger.finish("done" if fresh else "unchanged")


def _forget_unused(engine: Engine, settings: Settings) -> None:
    """Delete the graphs and times that no release shows any more, here and in the store."""
    with engine.begin() as connection:
        for name in store.forget_unused(connection):
            logger.info("graph.forgotten", fingerprint=name)
        known = {one.fingerprint for one in store.graphs(connection)}
    try:
        for name in remove_graphs(settings.home, known):
            logger.info("graph.removed", fingerprint=name)
    except GraphError as error:
        logger.warning("graph.not_removed", reason=error.detail)
