"""Engines: one that writes for jobs; for the web one a right, so that each reads no more than it must."""

from typing import Any, Literal

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.db.cluster import Cluster
from app.db.roles import AGENT_ROLE, CLERK_ROLE, READER_ROLE
from app.errors import SetupError
from app.settings import Settings

# Few ask with a key, and briefly.
SMALL_POOL = 2
# Cutting a tile holds a core: more of them at a time would not be faster.
TILE_POOL = 4
# Map programs read a layer in pages, one after the other.
LAYER_POOL = 4
CONNECT_SECONDS = 5
type Isolation = Literal["REPEATABLE READ", "READ COMMITTED"]
JOB_OPTIONS = (
    "-c lock_timeout=60000 -c timezone=UTC -c jit=off -c client_connection_check_interval=2000"
    " -c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"
)


def database_url(settings: Settings) -> URL:
    """Return the database's address, starting the private cluster when none is set.

    Raises SetupError when the address cannot be read or the private cluster cannot be had.
    """
    if settings.database_url is None:
        return make_url(Cluster.from_settings(settings).ensure())
    try:
        url = make_url(settings.database_url.get_secret_value())
    except (ArgumentError, ValueError) as error:
        raise SetupError(
            "L'adresse de la base (OBSERVATOIRE_DATABASE_URL) n'est pas lisible.",
            hint="Forme attendue : postgresql://utilisateur@serveur:port/base",
        ) from error
    if not url.drivername.startswith("postgres"):
        raise SetupError("OBSERVATOIRE_DATABASE_URL doit désigner une base PostgreSQL avec PostGIS.")
    return url.set(drivername="postgresql+psycopg")


def web_login(settings: Settings, role: str) -> tuple[URL, dict[str, str]]:
    """Return the address under which the web logs in for a role, and what its session then sets.

    It logs in as the role itself in the private cluster, and in a city's database with the password of the
    settings; without one it is the account of the address that takes the role.
    """
    url = database_url(settings)
    if settings.database_url is None:
        return url.set(username=role), {}
    if settings.web_password is None:
        return url, {"role": role}
    return url.set(username=role, password=settings.web_password.get_secret_value()), {}


def web_connections(settings: Settings) -> int:
    """Return how many connections one web process may open: of every kind."""
    return settings.threads + min(settings.threads, TILE_POOL) + LAYER_POOL + 2 * SMALL_POOL + 1


def job_engine(settings: Settings) -> Engine:
    """Return an engine for jobs: it may write, and never waits for a lock longer than a minute.

    What a dead process or machine was doing is given up by the server within seconds, locks included.
    """
    return create_engine(
        database_url(settings),
        pool_size=2,
        max_overflow=2,
        pool_pre_ping=True,
        connect_args={"options": JOB_OPTIONS, "connect_timeout": 10},
    )


def read_engine(settings: Settings) -> Engine:
    """Return an engine for the API: the reader role, read only, bounded in time; pool = thread limit."""
    return _web_engine(settings, READER_ROLE, settings.threads)


def reader_login(settings: Settings) -> str:
    """Return how the driver alone connects as the reader; its statements are planned for any value."""
    url, options = _session(settings, READER_ROLE, plans="generic")
    _, named = url.get_dialect()().create_connect_args(url)
    return make_conninfo(**named, options=options, connect_timeout=CONNECT_SECONDS)


def watching_engine(settings: Settings) -> Engine:
    """Return the reader's engine for one who looks now and then: a stopped private cluster stays stopped."""
    return _web_engine(settings, READER_ROLE, 1, revives=False)


def reserved_engine(settings: Settings) -> Engine:
    """Return an engine on what only agents see: like the reader's, and names."""
    return _web_engine(settings, AGENT_ROLE, SMALL_POOL)


def clerk_engine(settings: Settings) -> Engine:
    """Return an engine on keys, sessions and the audit log, which reads nothing of the supply."""
    return _web_engine(settings, CLERK_ROLE, SMALL_POOL, isolation="READ COMMITTED")


def _session(
    settings: Settings, role: str, *, plans: Literal["custom", "generic"] = "custom", writes: bool = False
) -> tuple[URL, str]:
    """Return where the web logs in for a role, and the options of its sessions."""
    url, taken = web_login(settings, role)
    session = taken | {
        "default_transaction_read_only": "off" if writes else "on",
        "timezone": "UTC",
        "jit": "off",
        # Starting a worker takes longer than what most answers read: 35 ms of 37, measured.
        "max_parallel_workers_per_gather": "0",
        # A plan made for any value takes a city for a country: after ten times the same statement, 10 ms
        # are 400.
        "plan_cache_mode": f"force_{plans}_plan",
        "statement_timeout": str(settings.statement_timeout_ms),
    }
    return url, " ".join(f"-c {name}={value}" for name, value in session.items())


def _web_engine(
    settings: Settings,
    role: str,
    size: int,
    *,
    isolation: Isolation = "REPEATABLE READ",
    revives: bool = True,
) -> Engine:
    """Return an engine of a role, which tries each connection before it is used.

    Whoever writes does so at READ COMMITTED.
    """
    url, options = _session(settings, role, writes=isolation == "READ COMMITTED")
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,
        pool_use_lifo=True,  # few warm connections rather than all of them lukewarm: 18 ms against 27
        isolation_level=isolation,
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS},
    )
    if revives and settings.database_url is None:
        _revive(engine, Cluster.from_settings(settings))
    return engine


def _revive(engine: Engine, cluster: Cluster) -> None:
    """Start the private cluster again when a connection finds it dead: no one else watches over it."""

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(*arguments, **options)
        except psycopg.OperationalError:
            cluster.ensure()
            return psycopg.connect(*arguments, **options)
