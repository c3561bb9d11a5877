"""Statements of one row asked from the event loop: no thread, and nothing between them and the driver.

For what takes less time than going to a thread and back: cutting a tile that is close. See
docs/decisions/040.
"""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import TextClause
from sqlalchemy.dialects import registry

from app.db.cluster import Cluster
from app.db.engines import reader_login
from app.errors import StoreError
from app.settings import Settings

WAIT_SECONDS = 5.0
BUSY, LATER = "Trop de demandes sont en cours.", "Réessayez dans quelques secondes."
DIALECT = registry.load("postgresql.psycopg")()
Connection = psycopg.AsyncConnection[Any]


class LoopReader:
    """At most ``size`` connections of the reader's role, opened when they are needed; for one event loop.

    Every statement is prepared once a connection, and planned for any value.
    """

    def __init__(self, settings: Settings, size: int) -> None:
        self._login = reader_login(settings)
        self._cluster = Cluster.from_settings(settings) if settings.database_url is None else None
        self._idle: list[Connection] = []
        self._room = asyncio.Semaphore(size)

    async def one(self, statement: TextClause, values: Mapping[str, object]) -> Any | None:  # noqa: ANN401 - a row
        """Return the row of a statement, None where it has none.

        A connection that the database had ended is met here: the statement is asked again on a new one.
        Raises StoreError when all of them stay taken, and psycopg.Error.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._room.acquire()
        except TimeoutError as error:
            raise StoreError(
                "Trop de demandes sont en cours.", hint="Réessayez dans quelques secondes."
            ) from error
        try:
            return await self._asked(written(statement), values)
        finally:
            self._room.release()

    async def _asked(self, statement: str, values: Mapping[str, object]) -> Any | None:  # noqa: ANN401 - a row
        while True:
            reused = bool(self._idle)
            connection = self._idle.pop() if reused else await self._opened()
            try:
                async with connection.cursor(binary=True) as cursor:
                    await cursor.execute(statement, values, prepare=True)
                    row = await cursor.fetchone()
            except psycopg.OperationalError:
                ended = connection.broken
                await connection.close()
                if not (reused and ended):
                    raise
            except BaseException:
                # Refused or given up: what it is in the middle of goes with it.
                await connection.close()
                raise
            else:
                self._idle.append(connection)
                return row

    async def _opened(self) -> Connection:
        try:
            return await self._connected()
        except psycopg.OperationalError:
            if self._cluster is None:
                raise
            # Nobody else watches over the private cluster.
            await asyncio.to_thread(self._cluster.ensure)
            return await self._connected()

    async def _connected(self) -> Connection:
        return await Connection.connect(self._login, row_factory=namedtuple_row, autocommit=True)

    async def close(self) -> None:
        """Let go of the connections."""
        while self._idle:
            await self._idle.pop().close()


@cache
def written(statement: TextClause) -> str:
    """Return a packaged statement as the driver reads it."""
    return str(statement.compile(dialect=DIALECT))
