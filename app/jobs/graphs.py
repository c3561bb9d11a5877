"""Routing graphs built, and times completed on the newest one, each with a line in the ledger."""

from pathlib import Path

from sqlalchemy import Engine, select

from app.db.tables import release
from app.errors import NothingPublishedError
from app.jobs.ledger import Ledger
from app.jobs.originals import fingerprint
from app.settings import Settings
from app.sources.recognise import recognise
from app.travel import store
from app.travel.coverage import box_around, communes_of
from app.travel.graph import Graph, Ingredients, build_graph, open_graph
from app.travel.modes import Mode
from app.travel.search import StreetSearch
from app.travel.times import Completed, complete_times
from app.travel.timetable import read_timetable


def build_streets(engine: Engine, settings: Settings, file: Path, gtfs: Path | None) -> tuple[Graph, bool]:
    """Build the graph of an extract around the territory; say whether it is new.

    Raises SourceError for files that are not what they should be, GraphError when no graph comes of them.
    """
    with Ledger(engine, task="graph", file_name=file.name) as ledger:
        ledger.step("contrôle")
        recognise(file, max_bytes=settings.max_file_bytes, expected="osm")
        feed = read_timetable(gtfs, max_bytes=settings.max_file_bytes) if gtfs else None
        with engine.connect() as connection:
            box = box_around(communes_of(connection, settings.within))
        ledger.step("construction")
        made = Ingredients(file, fingerprint(file), box, feed)
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
            search = StreetSearch(opened.streets(), mode)
            done = complete_times(connection, search, found.id, published)
        ledger.finish("done" if done and done.fresh else "unchanged")
        return done
