"""The PostgreSQL servers installed on this machine that have PostGIS, and the account they run under."""

import os
import pwd
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.errors import SetupError

INSTALL = "Installez-les : apt-get install postgresql postgresql-postgis"
SYSTEM_ACCOUNT = "postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the data folder and runs the server: ``postgres`` when we are root, else ourselves."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> "Account":
        """Return the account to run the server under. Raises SetupError when root has no ``postgres``."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            entry = pwd.getpwnam(SYSTEM_ACCOUNT)
        except KeyError as error:
            raise SetupError(
                "L'utilisateur « postgres » n'existe pas sur cette machine.", hint=INSTALL
            ) from error
        return cls(entry.pw_uid, entry.pw_gid)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a short command under this account, its output captured, whatever its exit status."""
        switch = os.geteuid() == 0
        # The caller's PG* variables would redirect the server's own tools.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(  # noqa: S603 - our own arguments, no shell
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            cwd="/",
            env=environment | {"LC_ALL": "C.UTF-8"},
            umask=0o077,
            start_new_session=True,
            check=False,
            user=self.uid if switch else None,
            group=self.gid if switch else None,
            extra_groups=[] if switch else None,
        )


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed server: its major version, its programs and the library of its PostGIS."""

    major: int
    programs: Path
    libraries: Path

    def program(self, name: str) -> Path:
        """Return the path of one of the server's programs."""
        return self.programs / name

    def release(self) -> str:
        """Return the exact version on disk, such as ``15.20``."""
        told = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [self.program("postgres"), "--version"], capture_output=True, text=True, check=True
        )
        return told.stdout.split()[2]

    def fingerprint(self) -> str:
        """Return what changes whenever a package puts the server or its PostGIS on this disk anew.

        Neither a version nor a date would do: a rebuilt package keeps both.
        """
        files = sorted([self.program("postgres"), *self.libraries.glob("postgis-*.so")])
        return " ".join(f"{found.st_ino}:{found.st_ctime_ns}" for found in map(Path.stat, files))


def installed(prefix: Path) -> dict[int, Binaries]:
    """Return the servers that have PostGIS, by major version, as Debian lays them out under ``prefix``."""
    found: dict[int, Binaries] = {}
    for server in prefix.glob("lib/postgresql/*/bin/postgres"):
        major = server.parent.parent.name
        control = prefix / "share/postgresql" / major / "extension" / "postgis.control"
        if re.fullmatch(r"\d+", major) and control.is_file() and os.access(server, os.X_OK):
            found[int(major)] = Binaries(int(major), server.parent, server.parent.parent / "lib")
    return found
