"""The ledger: one line a run, written apart from the run's own transaction so that it outlives a failure."""

from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy import Engine, Update, func, insert, update
from sqlalchemy.exc import DBAPIError

from app.db.failures import database_error, in_french
from app.db.tables import job_run
from app.errors import CheckError, ObservatoireError, Place, SourceError, StoreError
from app.log import get_logger

logger = get_logger(__name__)

INTERRUPTED = "Interrompu par un arrêt de la base ou de la machine. Rien n'a été modifié."


class Ledger:
    """Context of one run: steps are noted, the end is written whatever happens, errors become French."""

    def __init__(self, engine: Engine, *, task: str, file_name: str | None = None) -> None:
        self._engine = engine
        self._task = task
        self._file_name = file_name
        self._step: str | None = None
        self._status = "done"
        self._run_id = 0

    def __enter__(self) -> Self:
        with in_french(Place(step="journal")), self._engine.begin() as connection:
            connection.execute(_close_interrupted())
            self._run_id = connection.execute(
                insert(job_run)
                .values(task=self._task, file_name=self._file_name, status="running")
                .returning(job_run.c.id)
            ).scalar_one()
        return self

    def step(self, name: str) -> None:
        """Note the step that begins."""
        self._step = name
        logger.info("step", task=self._task, step=name, file=self._file_name)

    def register(self, name: str) -> None:
        """Note the register, once it is known."""
        self._write(register=name)

    def finish(self, status: str) -> None:
        """Note how the run ends when nothing fails: ``done`` or ``unchanged``."""
        self._status = status

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._write(status=self._status, finished_at=func.now())
            return
        shown = self._in_french(error)
        refused = isinstance(shown, SourceError | CheckError)
        self._write_if_possible(
            status="refused" if refused else "failed",
            step=self._step,
            message=shown.message() if isinstance(shown, ObservatoireError) else type(error).__name__,
            finished_at=func.now(),
        )
        if shown is not error:
            raise shown from error

    def _write(self, **values: object) -> None:
        with in_french(Place(step="journal")), self._engine.begin() as connection:
            connection.execute(update(job_run).where(job_run.c.id == self._run_id).values(**values))

    def _write_if_possible(self, **values: object) -> None:
        try:
            self._write(**values)
        except StoreError:
            logger.warning("ledger_not_written", task=self._task, step=self._step)

    def _in_french(self, error: BaseException) -> BaseException:
        if isinstance(error, psycopg.Error):
            # COPY goes past SQLAlchemy, and so do its errors.
            error = DBAPIError(None, None, error)
        if isinstance(error, DBAPIError):
            return database_error(error, Place(source=self._file_name, step=self._step))
        return error


def _close_interrupted() -> Update:
    """Return what ends the runs that a crash of the database or of the machine left open."""
    return (
        update(job_run)
        .where(job_run.c.status == "running", job_run.c.started_at < func.pg_postmaster_start_time())
        .values(status="failed", message=INTERRUPTED, finished_at=func.now())
    )
