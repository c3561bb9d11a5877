"""What the schedule runs: one source taken in, or the newest release published. Each has its ledger line."""

from collections.abc import Callable

from sqlalchemy import Engine, func, select, update

from app.db.tables import job_run, source_file
from app.errors import ObservatoireError, ParameterError
from app.jobs.alerts import review
from app.jobs.fetch import deliveries
from app.jobs.intake import ORDER, take
from app.jobs.ledger import Ledger
from app.jobs.releases import publish_newest
from app.jobs.schedule import PUBLICATION, SOURCE, due_now
from app.maps.prerender import prerender
from app.maps.tile_store import TileStore
from app.settings import Settings
from app.sources.web import Patience
from geodata.manifest import Manifest

type Say = Callable[[str], None]


def run(
    engine: Engine,
    settings: Settings,
    name: str,
    say: Say,
    *,
    sources: Manifest | None = None,
    patience: Patience | None = None,
) -> None:
    """Run one source, or the publication, now: whatever the schedule says, and alone on any machine.

    Raises BusyError when it runs already, ParameterError for an unknown name, and what the run itself raises.
    """
    if name == PUBLICATION:
        work = publish_loaded
    elif name in ORDER:
        deliveries(settings, [name], sources=sources)  # refused here, it is no failed run

        def work(engine: Engine, settings: Settings, say: Say) -> None:
            take_source(engine, settings, name, say, sources=sources, patience=patience)
    else:
        raise ParameterError(
            "NOM",
            f"Il n'y a pas de travail « {name} ».",
            hint=f"Travaux : {', '.join((*ORDER, PUBLICATION))}.",
        )
    try:
        work(engine, settings, say)
    finally:
        review(engine, settings)


def run_due(engine: Engine, settings: Settings, say: Say) -> list[str]:
    """Run every source that is due, then the publication if it is; return the names of those that failed."""
    failed: list[str] = []
    for name in [*due_now(engine, settings), PUBLICATION]:
        if name == PUBLICATION and name not in due_now(engine, settings):
            continue
        try:
            run(engine, settings, name, say)
        except ObservatoireError as error:
            say(f"{name} : {error.message()}")
            failed.append(name)
    return failed


def take_source(
    engine: Engine,
    settings: Settings,
    name: str,
    say: Say,
    *,
    sources: Manifest | None = None,
    patience: Patience | None = None,
) -> None:
    """Take one source in. What it loads awaits the publication, even when the run is cut or fails later."""
    before = _newest_file(engine, name)
    with Ledger(engine, task=SOURCE, register=name, alone=True) as ledger:
        ledger.note_unpublished(loaded=True)
        ledger.step("prise de la source")

        def progress(_key: str, here: int, total: int | None) -> None:
            ledger.progress(here, total)

        try:
            take(engine, settings, name, say, sources=sources, patience=patience, progress=progress)
        finally:
            changed = _newest_file(engine, name) != before
            ledger.note_unpublished(loaded=changed)
        ledger.finish("done" if changed else "unchanged")


def publish_loaded(engine: Engine, settings: Settings, say: Say) -> None:
    """Build and publish, or hold, what the scheduled runs loaded."""
    with Ledger(engine, task=PUBLICATION, register=PUBLICATION, alone=True) as ledger:
        ledger.step("publication")
        with engine.connect() as connection:
            loads = list(
                connection.execute(
                    select(job_run.c.id).where(job_run.c.unpublished, job_run.c.status != "running")
                ).scalars()
            )
        published = publish_newest(engine, settings)
        say(published.told())
        if published.outcome == "published":
            ledger.step("tuiles de la version")
            with engine.connect() as connection:
                prerender(connection, TileStore(settings.home, settings.tile_cache_mb << 20))
        with engine.begin() as connection:
            connection.execute(update(job_run).where(job_run.c.id.in_(loads)).values(unpublished=False))
        ledger.finish("done" if published.fresh else "unchanged")


def _newest_file(engine: Engine, name: str) -> int | None:
    with engine.connect() as connection:
        newest: int | None = connection.execute(
            select(func.max(source_file.c.id)).where(source_file.c.register == name)
        ).scalar_one()
    return newest
