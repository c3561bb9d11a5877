"""The private PostgreSQL cluster: made, started, mended and stopped without anybody's help.

It listens on one unix socket in a folder that only its owner enters, never on TCP, so that it lives beside
any other PostgreSQL. Everything happens under a file lock: two processes may ask for it at once.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.db.binaries import INSTALL, Account, Binaries, installed
from app.db.roles import WEB_ROLES
from app.db.server import END_ORPHANS, LAUNCH, PORT, alive, configuration, gone, postmaster
from app.errors import SetupError, StoreError
from app.log import get_logger
from app.settings import Settings

DATABASE = "observatoire"
SUPERUSER = "postgres"
SOCKET_PATH_LIMIT = 90  # bytes; the kernel's 108, less the name of the socket
START_SECONDS = 120.0  # recovery after a crash replays up to max_wal_size
ATTEMPTS = 3
SHORT_PLACE = Path("/tmp")  # noqa: S108 - the folder's owner is verified

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What the private cluster is doing; ``pid`` only when it runs, ``major`` only when it exists."""

    state: Literal["absent", "stopped", "running"]
    folder: Path
    socket: Path
    major: int | None = None
    release: str | None = None
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """One private cluster under ``home``; ``prefix`` is where the distribution puts PostgreSQL."""

    home: Path
    prefix: Path = Path("/usr")
    account: Account = field(default_factory=Account.current)

    @classmethod
    def from_settings(cls, settings: Settings) -> "Cluster":
        """Return the cluster of these settings, without touching anything."""
        return cls(settings.home.absolute())

    def ensure(self, database: str = DATABASE) -> str:
        """Return the SQLAlchemy address of a running database that has PostGIS, making what is missing.

        Raises SetupError when something must be installed or the folder cannot be used, StoreError when the
        server does not start.
        """
        with self._lock():
            self._start()
            self._prepare(database)
        return self.address(database)

    def start(self) -> None:
        """Start the server, making the cluster when there is none. Raises as ``ensure`` does."""
        with self._lock():
            self._start()

    def stop(self) -> None:
        """Stop the server if it runs: sessions are ended, what is committed is kept."""
        if self.home.is_dir():
            with self._lock():
                self._stop()

    def drop(self) -> None:
        """Stop the server and delete every database of the cluster. Source files stay."""
        if self.home.is_dir():
            with self._lock():
                self._stop()
                for folder in (*self._folders().values(), self.socket):
                    shutil.rmtree(folder, ignore_errors=True)

    def status(self) -> ClusterStatus:
        """Return what is there and whether it runs, without changing anything."""
        folders = self._folders()
        servers = installed(self.prefix)
        major = _choose(folders, servers)
        if major is None:
            return ClusterStatus("absent", self.home, self.socket)
        folder, binaries = folders[major], servers.get(major)
        pid = postmaster(folder)
        return ClusterStatus(
            "stopped" if pid is None else "running",
            folder,
            self.socket,
            major,
            None if binaries is None else binaries.release(),
            pid,
        )

    @property
    def socket(self) -> Path:
        """Folder of the unix socket: under ``home``, or in /tmp when that path will not do.

        The kernel refuses long paths, and clients read a comma as a list of hosts.
        """
        near = self.home / "socket"
        if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT and "," not in str(near):
            return near
        mark = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return SHORT_PLACE / f"observatoire-{self.account.uid}-{mark}"

    def address(self, database: str = DATABASE) -> str:
        """Return the SQLAlchemy address of one database, whether it exists or not."""
        # Percent signs, not the plus signs of a form: libpq reads this address too.
        host = quote(str(self.socket), safe="")
        return f"postgresql+psycopg://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket),
            port=PORT,
            user=SUPERUSER,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            _make_folder(self.home)
            with (self.home / "cluster.lock").open("a") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise self._unusable() from error
        except psycopg.Error as error:
            raise StoreError("La base privée ne répond pas comme attendu.") from error

    def _unusable(self) -> SetupError:
        return SetupError(
            f"Le dossier des données « {self.home} » ne peut pas être utilisé : pas le droit d'y écrire, "
            "ou plus de place.",
            hint="Indiquez-en un autre, hors de /root, avec OBSERVATOIRE_HOME.",
        )

    def _folders(self) -> dict[int, Path]:
        """Return the complete data folders, by major version."""
        return {int(mark.parent.name[2:]): mark.parent for mark in self.home.glob("pg[0-9]*/PG_VERSION")}

    def _start(self) -> None:
        folders, servers = self._folders(), installed(self.prefix)
        if not servers and not folders:
            raise SetupError("PostgreSQL et PostGIS ne sont pas installés sur cette machine.", hint=INSTALL)
        major = _choose(folders, servers) or max(servers)
        binaries = servers.get(major)
        if binaries is None:
            raise SetupError(
                f"La base est au format de PostgreSQL {major}, qui n'est plus installé avec PostGIS ; "
                "elle n'a pas été modifiée.",
                hint=f"Réinstallez-le (apt-get install postgresql-{major} postgresql-{major}-postgis-3), "
                "ou repartez d'une sauvegarde : observatoire db reset, puis observatoire db restore.",
            )
        folder = folders.get(major) or self._create(binaries)
        if folder.stat().st_uid != self.account.uid:
            raise self._unusable()
        pid = postmaster(folder)
        if pid is not None and self._launched_from() != binaries.fingerprint():
            log.info("database_restarted_after_upgrade", major=major)
            self._stop()
            pid = None
        # A server found running may be dying of a kill -9, and its memory take a moment to be freed.
        answered = pid is not None and self._ready(pid)
        if not answered and not any(self._ready(self._launch(binaries, folder)) for _ in range(ATTEMPTS)):
            raise StoreError(
                "La base privée n'a pas démarré.",
                hint=f"Le détail est dans « {folder / 'server.log'} » et « {folder / 'log'} ».",
            )

    def _create(self, binaries: Binaries) -> Path:
        """Make the data folder under another name, then rename it: a killed attempt is simply redone."""
        for half_made in self.home.glob(".pg-*"):
            shutil.rmtree(half_made)
        draft = Path(tempfile.mkdtemp(prefix=".pg-", dir=self.home))
        os.chown(draft, self.account.uid, self.account.gid)
        if self.account.run("test", "-x", draft).returncode != 0:
            shutil.rmtree(draft)
            raise self._unusable()
        made = self.account.run(
            *(binaries.program("initdb"), "--pgdata", draft, "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"),
        )
        if made.returncode != 0:
            log.error("initdb_failed", told=made.stderr)
            shutil.rmtree(draft)
            raise StoreError(
                f"La base n'a pas pu être créée dans « {self.home} ».",
                hint="Vérifiez la place libre sur le disque ; le détail est dans le journal.",
            )
        # Trust is safe here: only root and the owner can enter the socket's folder.
        self._write(draft / "pg_hba.conf", "local all all trust\n")
        folder = self.home / f"pg{binaries.major}"
        draft.rename(folder)
        return folder

    def _launch(self, binaries: Binaries, folder: Path) -> int:
        """Start the server and return its process number, clearing what a kill -9 left behind."""
        if (folder / "postmaster.pid").exists():
            self.account.run("sh", "-c", END_ORPHANS, "sh", folder)
            (folder / "postmaster.pid").unlink()
        self._make_socket_folder()
        for left in self.socket.glob(".s.PGSQL.*"):
            left.unlink()
        self._write(folder / "postgresql.conf", configuration(self.socket))
        launched = self.account.run(
            *("sh", "-c", LAUNCH, folder / "server.log", binaries.program("postgres"), "-D", folder)
        )
        self._fingerprint_file.write_text(binaries.fingerprint(), encoding="ascii")
        return int(launched.stdout)

    @property
    def _fingerprint_file(self) -> Path:
        return self.home / "server.fingerprint"

    def _launched_from(self) -> str:
        """Return the fingerprint of the binaries that the running server was launched from."""
        file = self._fingerprint_file
        return file.read_text(encoding="ascii") if file.exists() else ""

    def _write(self, file: Path, content: str) -> None:
        """Write a file as the server's account: root would follow a link that this account laid."""
        if self.account.run("sh", "-c", 'printf %s "$2" > "$1"', "sh", file, content).returncode != 0:
            raise self._unusable()

    def _make_socket_folder(self) -> None:
        folder = self.socket
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, self.account.uid, self.account.gid)
        except FileExistsError as error:
            found = folder.lstat()
            # Somebody else may have laid a folder of that name in /tmp.
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid:
                raise SetupError(
                    f"Le dossier « {folder} » appartient à un autre compte ; la base n'a pas été démarrée.",
                    hint="Supprimez-le ou choisissez un chemin plus court avec OBSERVATOIRE_HOME.",
                ) from error
            self.account.run("chmod", "700", folder)

    def _ready(self, pid: int) -> bool:
        """Wait until the server answers; tell whether it did before it ended. Raises StoreError when slow."""
        deadline = time.monotonic() + START_SECONDS
        while alive(pid):
            try:
                self._connect("postgres").close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"La base privée (processus {pid}) ne répond pas.",
                        hint="Après un arrêt brutal elle se répare : recommencez dans quelques minutes.",
                    ) from error
                time.sleep(0.02)
            else:
                return True
        return False

    def _stop(self) -> None:
        for folder in self._folders().values():
            pid = postmaster(folder)
            if pid is None:
                continue
            for order in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate
                with suppress(ProcessLookupError):
                    os.kill(pid, order)
                if gone(pid):
                    break
            else:
                raise StoreError(f"La base privée ne s'arrête pas (processus {pid}).")

    def _prepare(self, database: str) -> None:
        """Make the database and its PostGIS, and bring PostGIS to the installed version."""
        with self._connect("postgres") as maintenance:
            if not maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                create = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database))
                maintenance.execute(create)
        with self._connect(database) as connection:
            connection.execute("SET client_min_messages = error")
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            outdated = connection.execute(
                "SELECT 1 FROM pg_available_extensions"
                " WHERE name = 'postgis' AND installed_version <> default_version"
            ).fetchone()
            if outdated:
                connection.execute("ALTER EXTENSION postgis UPDATE")
            _let_web_in(connection)


def _choose(folders: dict[int, Path], servers: dict[int, Binaries]) -> int | None:
    """Return the major version to run: the newest data folder that still has its server, else the newest."""
    return max(folders.keys() & servers.keys(), default=max(folders, default=None))


def _let_web_in(connection: psycopg.Connection) -> None:
    """Make the roles of the web, or let them log in: whoever reaches the socket could be the superuser."""
    found = connection.execute("SELECT rolname FROM pg_roles WHERE rolcanlogin").fetchall()
    for role in set(WEB_ROLES) - {name for (name,) in found}:
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        order = "ALTER ROLE {} LOGIN" if exists else "CREATE ROLE {} LOGIN"
        connection.execute(sql.SQL(order).format(sql.Identifier(role)))


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents; root's are open to passage, because the server is another account."""
    for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
        missing.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            missing.chmod(0o755)
