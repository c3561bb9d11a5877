"""``observatoire db``: the database brought up, saved, restored, put away."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.running import FileArgument, let_web_in, migrated_engine, say, settings_now
from app.db import backup as backups
from app.db.cluster import Cluster
from app.db.engines import database_url
from app.errors import SetupError

database = typer.Typer(help="La base de données.", no_args_is_help=True)


@database.command("up")
def db_up() -> None:
    """Démarre la base privée et met le schéma à jour."""
    settings = settings_now()
    migrated_engine(settings).dispose()
    say("La base est prête.")


@database.command("down")
def db_down() -> None:
    """Arrête la base privée ; rien n'est perdu."""
    Cluster.from_settings(settings_now()).stop()
    say("La base est arrêtée.")


@database.command("status")
def db_status() -> None:
    """Dit où en est la base privée."""
    status = Cluster.from_settings(settings_now()).status()
    states = {"absent": "pas encore créée", "stopped": "arrêtée", "running": "en marche"}
    say(f"Base privée : {states[status.state]} ({status.folder})")


@database.command("upgrade")
def db_upgrade() -> None:
    """Met à jour le schéma de la base, et le mot de passe des comptes du web."""
    settings = settings_now()
    engine = migrated_engine(settings)
    let_web_in(engine, settings, anew=True)
    engine.dispose()
    say("Le schéma est à jour.")


@database.command("reset")
def db_reset(
    yes: Annotated[bool, typer.Option("--yes", help="Confirme l'effacement de toute la base.")] = False,
) -> None:
    """Efface la base privée. Les fichiers sources sont gardés."""
    settings = settings_now()
    if settings.database_url is not None:
        raise SetupError(
            "« db reset » n'efface que la base privée ; celle-ci est la vôtre. Rien n'a été fait."
        )
    if not yes:
        raise SetupError("Toute la base serait effacée. Rien n'a été fait.", hint="Confirmez avec --yes.")
    Cluster.from_settings(settings).drop()
    say("La base est effacée ; les fichiers sources restent.")


@database.command("backup")
def db_backup(
    target: Annotated[Path, typer.Argument(metavar="FICHIER", help="Sauvegarde à écrire.")],
) -> None:
    """Sauvegarde toute la base dans un fichier."""
    backups.backup(database_url(settings_now()), target)
    say(f"Sauvegarde écrite : {target} ({target.stat().st_size} octets)")


@database.command("restore")
def db_restore(source_path: FileArgument) -> None:
    """Remplace la base par une sauvegarde."""
    settings = settings_now()
    migrated_engine(settings).dispose()
    backups.restore(database_url(settings), source_path)
    say("La sauvegarde est restaurée.")
