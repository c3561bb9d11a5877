"""The ledger: one line a run, written apart from the run's own transaction so that it outlives a failure.

A run holds an advisory lock for as long as it lives, on the session that writes its line. The lock goes with
the process, the machine or the server, so a line that says « running » and whose lock is free was abandoned:
no clock is asked.
"""

import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy import Connection, Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db.failures import database_error, in_french
from app.db.sql import load
from app.db.tables import job_run
from app.errors import BusyError, CheckError, ObservatoireError, Place, SourceError, StoreError
from app.jobs.clock import local
from app.jobs.progress import Bar
from app.log import get_logger
from app.security.audit import account_at_work, note

logger = get_logger(__name__)

# Taken with the number of the run, and with the register of a run that must be alone.
RUN_LOCK = 7_205_003
ALONE_LOCK = 7_205_004
PROGRESS_SECONDS = 1.0
WHERE = Place(step="journal")

INTERRUPTED = (
    "Interrompu par un arrêt du programme, de la base ou de la machine. Rien n'est resté à moitié fait."
)
STOPPED = "Arrêté à la demande avant la fin. Rien n'est resté à moitié fait."


class Ledger:
    """Context of one run: steps are noted, the end is written whatever happens, errors become French.

    ``alone`` keeps a second run of the same register out, on any machine: BusyError, and no line.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        task: str,
        file_name: str | None = None,
        register: str | None = None,
        alone: bool = False,
    ) -> None:
        self._engine = engine
        self._task = task
        self._file_name = file_name
        self._register = register
        self._alone = alone
        self._step: str | None = None
        self._status = "done"
        self._run_id = 0
        self._told_at = float("-inf")
        self._bar = Bar(f"{task} {register or file_name or ''}".strip())

    def __enter__(self) -> Self:
        with in_french(WHERE):
            self._session = self._connect()
            if self._alone and not self._only_one():
                self._session.close()
                raise self._busy()
            close_abandoned(self._session)
            values = {
                "task": self._task,
                "register": self._register,
                "file_name": self._file_name,
                "lock": RUN_LOCK,
            }
            self._run_id = self._session.execute(load("app.jobs", "run_insert"), values).scalar_one()
        return self

    def step(self, name: str) -> None:
        """Note the step that begins."""
        self._step = name
        self._told_at = float("-inf")
        logger.info("step", task=self._task, step=name, file=self._file_name)
        self._write_if_possible(step=name, done=None, total=None, updated_at=func.now())

    def progress(self, done: int, total: int | None = None) -> None:
        """Note how far the step is, in lines, bytes or whatever it counts; once a second at most."""
        now = time.monotonic()
        if now - self._told_at < PROGRESS_SECONDS and done != total:
            return
        self._told_at = now
        self._bar.draw(self._step or "", done, total)
        self._write_if_possible(done=done, total=total, updated_at=func.now())

    def register(self, name: str) -> None:
        """Note the register, once it is known."""
        self._register = name
        self._write(register=name)

    def note_unpublished(self, *, loaded: bool) -> None:
        """Note whether the run has loaded something that awaits a release."""
        self._write(unpublished=loaded)

    def finish(self, status: str) -> None:
        """Note how the run ends when nothing fails: ``done`` or ``unchanged``."""
        self._status = status

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.clear()
        try:
            if error is None:
                self._write(status=self._status, step=None, updated_at=func.now(), finished_at=func.now())
                self._audit()
                return
            shown = self._in_french(error)
            self._write_if_possible(
                status=_ending(shown),
                step=self._step,
                message=_message(shown),
                updated_at=func.now(),
                finished_at=func.now(),
            )
        finally:
            self._leave()
        if shown is not error:
            raise shown from error

    def _audit(self) -> None:
        """Write down who changed the store: the account that ran this."""
        if self._status == "done":
            what = " ".join(part for part in (self._task, self._register, self._file_name) if part)
            note(self._session, account_at_work(), "store.change", what)

    def _connect(self) -> Connection:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Out of the pool, which would hand the locks on to somebody else.
        session.detach()
        return session

    def _only_one(self) -> bool:
        values = {"lock": ALONE_LOCK, "register": self._register}
        taken: bool = self._session.execute(
            text("SELECT pg_try_advisory_lock(:lock, hashtext(:register))"), values
        ).scalar_one()
        return taken

    def _busy(self) -> BusyError:
        query = (
            select(job_run.c.started_at, job_run.c.step)
            .where(
                job_run.c.task == self._task,
                job_run.c.register == self._register,
                job_run.c.status == "running",
            )
            .order_by(job_run.c.id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).one_or_none()
        since = f" depuis le {local(found.started_at)}" if found else ""
        step = f", étape « {found.step} »" if found and found.step else ""
        return BusyError(f"« {self._register} » est déjà en cours{since}{step}. Rien n'a été fait.")

    def _write(self, **values: object) -> None:
        statement = update(job_run).where(job_run.c.id == self._run_id).values(**values)
        with in_french(WHERE):
            try:
                self._session.execute(statement)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self._resume()
                self._session.execute(statement)

    def _resume(self) -> None:
        """Open another session for a line whose first one ended, and hold its locks again."""
        self._leave()
        self._session = self._connect()
        values = {"lock": RUN_LOCK, "id": self._run_id}
        self._session.execute(text("SELECT pg_advisory_lock(:lock, :id)"), values)
        if self._alone:
            self._only_one()

    def _write_if_possible(self, **values: object) -> None:
        try:
            self._write(**values)
        except StoreError:
            logger.warning("ledger_not_written", task=self._task, step=self._step)

    def _leave(self) -> None:
        # Closing alone would free the locks a moment later only, when the server sees it.
        with suppress(SQLAlchemyError):
            self._session.execute(text("SELECT pg_advisory_unlock_all()"))
        with suppress(SQLAlchemyError):
            self._session.close()

    def _in_french(self, error: BaseException) -> BaseException:
        if isinstance(error, psycopg.Error):
            # COPY goes past SQLAlchemy, and so do its errors.
            error = DBAPIError(None, None, error)
        if isinstance(error, DBAPIError):
            return database_error(error, Place(source=self._file_name, step=self._step))
        return error


def close_abandoned(session: Connection) -> int:
    """End the lines of runs that nobody holds any more, and return how many there were."""
    closed = session.execute(
        load("app.jobs", "runs_abandoned"), {"lock": RUN_LOCK, "message": INTERRUPTED}
    ).rowcount
    return int(closed)


def _ending(error: BaseException) -> str:
    if _stopped(error):
        return "interrupted"
    return "refused" if isinstance(error, SourceError | CheckError) else "failed"


def _message(error: BaseException) -> str:
    if _stopped(error):
        return STOPPED
    return error.message() if isinstance(error, ObservatoireError) else type(error).__name__


def _stopped(error: BaseException | None) -> bool:
    """Tell whether a run was told to stop, even when a library made another error of it on the way."""
    while error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        error = error.__cause__ or error.__context__
    return error is not None
