"""The worker: it asks the schedule what is due, and runs each piece of work in a process of its own.

The queue says who does what, so that several machines may share the work; the ledger alone says what remains
to be done, so that a job of the queue is forgotten as soon as it ends. A process a run: its memory is given
back, its death is seen at once, and it can be stopped in the middle.
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Status
from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from app.db.engines import job_engine
from app.db.queue import SCHEMA
from app.errors import ObservatoireError
from app.jobs.schedule import PUBLICATION, cadences, due_now
from app.log import get_logger
from app.settings import Settings

logger = get_logger(__name__)

QUEUE = "travaux"
TASK = "run"
TICK_SECONDS = 10.0
HEARTBEAT_SECONDS = 5.0
# A worker is dead when its last sign is further away than this, in the past or after a clock went back.
DEAD_SECONDS = 20.0
# What runs is abandoned rather than awaited: it is whole or nothing, and taken up again.
GRACE_SECONDS = 3.0
CHILD_SECONDS = 10.0
REST_SECONDS = 2.0
POOL_SECONDS = 5.0
DEAD_WORKERS = (
    "DELETE FROM procrastinate_workers WHERE abs(extract(epoch FROM now() - last_heartbeat)) > %(seconds)s"
)
LOST = (ProcrastinateException, SQLAlchemyError, psycopg.Error, ObservatoireError)


def run_worker(settings: Settings, command: Sequence[str]) -> None:
    """Work until SIGTERM or SIGINT. ``command`` runs the piece of work whose name is added to it.

    Raises SetupError when the cadences cannot be read.
    """
    if not cadences(settings):
        logger.warning("nothing_to_take", hint="observatoire init --within commune:35238")
    asyncio.run(_until_stopped(settings, tuple(command)))


async def _until_stopped(settings: Settings, command: tuple[str, ...]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for order in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(order, stop.set)
    while not stop.is_set():
        try:
            await _work(settings, command, stop)
        except LOST as error:
            logger.warning("database_lost", kind=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), REST_SECONDS)
    logger.info("worker_stopped")


async def _work(settings: Settings, command: tuple[str, ...], stop: asyncio.Event) -> None:
    """Work until told to stop, or until the database goes: then raise, or return, to begin again."""
    engine = await asyncio.to_thread(job_engine, settings)
    try:
        async with queue_app(engine.url, command).open_async() as app:
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=1,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=GRACE_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=DEAD_SECONDS,
                )
            )
            tasks = [
                working,
                asyncio.create_task(_keep_deferring(app, engine, settings)),
                asyncio.create_task(stop.wait()),
            ]
            logger.info("worker_ready")
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
            for error in ended:
                if isinstance(error, Exception):
                    raise error
    finally:
        engine.dispose()


def queue_app(url: URL, command: tuple[str, ...]) -> procrastinate.App:
    """Return the queue of a database, with the one task it knows."""
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo.replace("+", "%20"),  # libpq reads a plus as a plus
        kwargs={"options": f"-c search_path={SCHEMA}", "connect_timeout": 10},
        min_size=1,
        max_size=4,
        timeout=POOL_SECONDS,
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=TASK, queue=QUEUE)
    async def run(name: str) -> None:
        await _run_apart(command, name)

    return app


async def _run_apart(command: tuple[str, ...], name: str) -> None:
    """Run one piece of work in its own process; cancelled, stop it first. The ledger says how it ended."""
    child = await asyncio.create_subprocess_exec(
        *command, name, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    try:
        code = await child.wait()
        logger.info("run_ended", name=name, code=code)
    finally:
        if child.returncode is None:
            child.terminate()
            try:
                await asyncio.wait_for(child.wait(), CHILD_SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()


async def _keep_deferring(app: procrastinate.App, engine: Engine, settings: Settings) -> None:
    while True:
        await _bury_dead(app)
        due = await asyncio.to_thread(due_now, engine, settings)
        queued = {str(job.task_kwargs["name"]) for job in await app.job_manager.list_jobs_async(queue=QUEUE)}
        for rank, name in enumerate(due):
            # Everything that is due is loaded before the release is built.
            if name in queued or (name == PUBLICATION and (queued or rank)):
                continue
            with suppress(AlreadyEnqueued):
                deferred = app.configure_task(
                    TASK, queue=QUEUE, lock=name, queueing_lock=name, priority=-rank
                )
                await deferred.defer_async(name=name)
                logger.info("run_deferred", name=name)
        await asyncio.sleep(TICK_SECONDS)


async def _bury_dead(app: procrastinate.App) -> None:
    """Forget the jobs of workers that are dead: what they did not finish is still due."""
    await app.connector.execute_query_async(DEAD_WORKERS, seconds=DEAD_SECONDS)
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD_SECONDS):
        logger.warning("run_abandoned", name=job.task_kwargs["name"], worker=job.worker_id)
        await app.job_manager.finish_job(job=job, status=Status.FAILED, delete_job=True)
