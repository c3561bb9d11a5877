"""What tipg reads: a few connections of the reader role, and the catalogue of the map layers."""

import asyncio
import time

import asyncpg
from fastapi import FastAPI
from sqlalchemy import URL
from tipg.collections import register_collection_catalog
from tipg.database import connection_factory
from tipg.settings import DatabaseSettings

from app.db.engines import LAYER_POOL, web_login
from app.db.roles import READER_ROLE
from app.db.sql import load
from app.indicators.wording import LEVEL_NAMES, Level
from app.settings import Settings

SCHEMA = "published"
# tipg's functions live as long as a connection: nothing of them stays in the store.
OWN_SCHEMA = "pg_temp"
LEVELS: tuple[Level, ...] = ("carreau", "iris", "quartier", "qpv", "commune", "epci", "departement", "region")
TITLES = {
    **{f"couche_{level}": LEVEL_NAMES[level].label_plural for level in LEVELS},
    "couche_lieux": "Lieux d'exercice",
    "couche_etablissements": "Établissements",
}
# tipg would measure each layer, square by square; one extent holds them all.
CATALOGUE = DatabaseSettings(
    schemas=[SCHEMA],
    tables=[f"{SCHEMA}.{layer}" for layer in TITLES],
    exclude_function_schemas=[SCHEMA],
    application_schema=OWN_SCHEMA,
    spatial_extent=False,
    datetime_extent=False,
)
CATALOGUE_SECONDS = 300.0


class LayerStore:
    """Opens the connections of a tipg application when it is first asked, and keeps its catalogue fresh."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: asyncpg.Pool | None = None
        self._read_at = -CATALOGUE_SECONDS
        self._lock = asyncio.Lock()

    async def ready(self, app: FastAPI) -> None:
        """Give ``app`` its connections and its catalogue. Raises what asyncpg raises."""
        if self._pool is not None and time.monotonic() - self._read_at < CATALOGUE_SECONDS:
            return
        async with self._lock:
            if self._pool is None:
                self._pool = await self._open()
                app.state.pool = self._pool
            if time.monotonic() - self._read_at >= CATALOGUE_SECONDS:
                await self._catalogue(app, self._pool)
                self._read_at = time.monotonic()

    async def close(self) -> None:
        """Close the connections, if any was opened."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _open(self) -> asyncpg.Pool:
        url, taken = await asyncio.to_thread(web_login, self._settings, READER_ROLE)
        return await asyncpg.create_pool(
            **_address(url),
            min_size=0,
            max_size=LAYER_POOL,
            init=_prepare,
            server_settings=taken
            | {
                "default_transaction_read_only": "on",
                "timezone": "UTC",
                "jit": "off",
                "statement_timeout": str(self._settings.statement_timeout_ms),
            },
        )

    @staticmethod
    async def _catalogue(app: FastAPI, pool: asyncpg.Pool) -> None:
        await register_collection_catalog(app, db_settings=CATALOGUE)
        for layer in app.state.collection_catalog["collections"].values():
            layer.title = TITLES[layer.table]
        async with pool.acquire() as connection:
            bounds = await connection.fetchrow(load("app.api", "extent").text)
        if bounds is None or bounds["west"] is None:
            return
        for layer in app.state.collection_catalog["collections"].values():
            for column in layer.geometry_columns:
                column.bounds = list(bounds)


async def _prepare(connection: asyncpg.Connection) -> None:
    """Let tipg create its functions of the session, then nothing be written any more."""
    await connection.execute("SET default_transaction_read_only = off")
    await connection_factory([SCHEMA], OWN_SCHEMA)(connection)
    await connection.execute("SET default_transaction_read_only = on")


def _address(url: URL) -> dict[str, object]:
    """Return what asyncpg takes of SQLAlchemy's address: a socket's folder stands for a host."""
    host = url.query.get("host") or url.host
    port = url.query.get("port") or url.port
    told = {"host": host, "port": int(str(port)) if port else None, "user": url.username}
    told |= {"password": url.password, "database": url.database}
    return {name: value for name, value in told.items() if value is not None}
