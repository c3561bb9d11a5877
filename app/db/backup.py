"""Backup and restore of the whole database with PostgreSQL's own tools."""

import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from app.errors import SetupError, StoreError


def backup(url: URL, target: Path) -> None:
    """Write the database into ``target``, pg_dump's custom format; a cut-off one never takes the name."""
    partial = target.with_name(f".{target.name}.partial")
    arguments = ["--format=custom", "--no-owner", f"--file={partial}"]
    _call("pg_dump", url, arguments, "La sauvegarde a échoué.")
    partial.rename(target)


def restore(url: URL, source: Path) -> None:
    """Replace the database's content by that of a backup, in one transaction."""
    if not source.is_file():
        raise SetupError(f"Le fichier de sauvegarde « {source} » n'existe pas.")
    arguments = ["--clean", "--if-exists", "--no-owner", "--single-transaction", str(source)]
    _call("pg_restore", url, arguments, "La restauration a échoué ; la base n'a pas changé.")


def _call(tool: str, url: URL, arguments: list[str], failure: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise SetupError(f"Le programme {tool} manque.", hint="apt-get install postgresql-client")
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    plain = plain.replace("+", "%20")  # libpq reads a plus as a plus
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(  # noqa: S603 - fixed program, arguments never pass a shell
        [program, f"--dbname={plain}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StoreError(failure, hint=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "")
