"""The command line ``observatoire``: every room composed into commands. Messages are French."""

import logging
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app import log
from app.api.main import create_app
from app.api.parameters import parse_within
from app.db import backup as backups
from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import database_url, job_engine
from app.db.failures import database_error
from app.errors import ObservatoireError, Place, SetupError
from app.indicators.wording import Level, Scope
from app.jobs.changes import Asked, change_lines
from app.jobs.city import found_city
from app.jobs.demo import load_demo
from app.jobs.fetch import deliveries, fetch_all
from app.jobs.refresh import refresh_all
from app.jobs.releases import build_release, publish_release, rollback_release
from app.jobs.reports import ledger_lines, release_lines, release_text
from app.settings import PROJECT, Settings
from app.sources.catalogue import REGISTERS
from app.sources.report import check
from app.web.pages import STATIC, router
from app.web.server import refuse_busy_port, run_server

app = typer.Typer(
    help="Observatoire de l'offre de soins : des registres aux cartes de quartier.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
HELP_WORDS = {
    "Usage:": "Emploi :",
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]...",
    "Options:": "Options :",
    "Commands:": "Commandes :",
    "Arguments:": "Arguments :",
    "Show this message and exit.": "Montre cette aide.",
    "[required]": "[obligatoire]",
    "[default: ": "[sinon : ",
}
database = typer.Typer(help="La base de données.", no_args_is_help=True)
source = typer.Typer(help="Les fichiers des registres.", no_args_is_help=True)
release = typer.Typer(help="Les versions : construire, publier, revenir en arrière.", no_args_is_help=True)
jobs = typer.Typer(help="Le journal des travaux.", no_args_is_help=True)
app.add_typer(database, name="db")
app.add_typer(source, name="source")
app.add_typer(release, name="release")
app.add_typer(jobs, name="jobs")

FileArgument = Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à lire.")]
DayOption = Annotated[
    datetime | None,
    typer.Option("--vintage", metavar="AAAA-MM-JJ", formats=["%Y-%m-%d"], help="Date du fichier."),
]
Number = Annotated[int, typer.Argument(metavar="VERSION", min=1, max=2_147_483_647)]
PortOption = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port d'écoute.")]


def settings_now() -> Settings:
    """Read the settings and set the logs up; raises SetupError naming the setting at fault."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "OBSERVATOIRE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SetupError(
            f"Le réglage {name} n'est pas valable.", hint="Voir le tableau des réglages de docs/guide.md."
        ) from error
    log.configure("text" if sys.stderr.isatty() else settings.log_format)
    return settings


def migrated_engine(settings: Settings) -> Engine:
    """Return the writing engine of a database that is up and at the newest schema."""
    engine = job_engine(settings)
    migrate.upgrade(engine)
    return engine


def say(line: str) -> None:
    """Print one line for a person, at once."""
    typer.echo(line)
    sys.stdout.flush()


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
    """Met le schéma de la base à jour."""
    migrated_engine(settings_now()).dispose()
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


@source.command("check")
def source_check(path: FileArgument) -> None:
    """Reconnaît un fichier de registre et dit ce qu'il contient, sans rien charger."""
    say(check(path, settings_now().max_file_bytes))


@source.command("list")
def source_list() -> None:
    """Montre les registres que l'observatoire connaît."""
    for register in REGISTERS.values():
        say(f"{register.name:<16} {register.label} ; {register.producer} ; {register.licence}")


@source.command("fetch")
def source_fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NOM]...", help="Sources à prendre.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Prend les fichiers déjà là.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Reprend même ce qui semble inchangé.")] = False,
) -> None:
    """Télécharge les sources du manifeste ; ce qui n'a pas changé n'est pas repris."""
    settings = settings_now()
    if offline:
        settings = settings.model_copy(update={"offline": True})
    fetch_all(settings, deliveries(settings, names or None), say, whole=whole)


@app.command("refresh")
def refresh(
    files: Annotated[list[Path], typer.Option("--file", metavar="FICHIER", help="Fichier à charger.")],
    vintage: DayOption = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Remplace un fichier de même date, ou prend un fichier court."),
    ] = False,
    no_publish: Annotated[bool, typer.Option("--no-publish", help="Charge sans publier.")] = False,
) -> None:
    """Charge des fichiers, puis construit et publie une nouvelle version."""
    settings = settings_now()
    engine = migrated_engine(settings)
    refresh_all(engine, settings, files, say, vintage=vintage.date() if vintage else None, force=force)
    if not no_publish:
        built = build_release(engine, settings=settings)
        publish_release(engine, built.id)
        kept = "reste publiée : rien de ce qu'elle montre ne change" if not built.fresh else "publiée"
        say(f"Version {built.id} {kept}, offre au {built.vintage:%d/%m/%Y}.")


@release.command("list")
def release_list() -> None:
    """Liste les versions."""
    for line in release_lines(migrated_engine(settings_now())):
        say(line)


@release.command("show")
def release_show(number: Number) -> None:
    """Montre une version et les fichiers qui la font."""
    say(release_text(migrated_engine(settings_now()), number))


@release.command("build")
def release_build(
    at: Annotated[
        datetime | None,
        typer.Option("--at", metavar="AAAA-MM-JJ", formats=["%Y-%m-%d"], help="Date de l'offre."),
    ] = None,
) -> None:
    """Construit la version des fichiers en vigueur, sans la publier."""
    day: date | None = at.date() if at else None
    settings = settings_now()
    built = build_release(migrated_engine(settings), day, settings)
    say(f"Version {built.id} {'construite' if built.fresh else 'déjà construite'}, {built.vintage:%d/%m/%Y}.")


@release.command("publish")
def release_publish(number: Number) -> None:
    """Publie une version construite, ou une ancienne à nouveau."""
    publish_release(migrated_engine(settings_now()), number)
    say(f"Version {number} publiée.")


@release.command("rollback")
def release_rollback() -> None:
    """Publie la version précédente."""
    say(f"Version {rollback_release(migrated_engine(settings_now()))} publiée de nouveau.")


@release.command("diff")
def release_diff(
    before: Number,
    after: Number,
    *,
    level: Annotated[Level | None, typer.Option(help="Niveau auquel compter.")] = None,
    within: Annotated[str | None, typer.Option(metavar="NIVEAU:CODE", help="Territoire.")] = None,
    profession: Annotated[str | None, typer.Option(metavar="PROFESSION", help="Une seule.")] = None,
    scope: Annotated[Scope, typer.Option(help="Exercice libéral, ou ambulatoire.")] = "liberal",
    detail: Annotated[bool, typer.Option("--detail", help="Liste aussi les exercices, sans nom.")] = False,
) -> None:
    """Dit ce qui a ouvert, fermé, déménagé et changé entre deux versions."""
    asked = Asked(scope, profession, level, parse_within(within), detail=detail)
    for line in change_lines(migrated_engine(settings_now()), before, after, asked):
        say(line)


@jobs.command("list")
def jobs_list(limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20) -> None:
    """Montre les derniers travaux et comment ils ont fini."""
    for line in ledger_lines(migrated_engine(settings_now()), limit):
        say(line)


@app.command("init")
def init(
    within: Annotated[
        list[str], typer.Option("--within", metavar="TERRITOIRE", help="commune:35238 ou epci:243500139.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Ne pose pas de question.")] = False,
) -> None:
    """Installe une ville : réglages, téléchargement, chargement, publication."""
    settings = settings_now()
    engine = migrated_engine(settings)
    number = found_city(
        engine,
        settings,
        within,
        say=say,
        confirm=lambda question: yes or typer.confirm(question),
        written=PROJECT / ".env",
    )
    say(f"La ville est publiée (version {number})." if number else "Rien n'a été fait.")


@app.command("serve")
def serve(port: PortOption = None) -> None:
    """Sert la carte et l'API."""
    settings = settings_now()
    refuse_busy_port(settings.host, port or settings.port)
    migrated_engine(settings).dispose()
    _serve(settings, port or settings.port)


@app.command("demo")
def demo(
    port: PortOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="S'arrête une fois la ville publiée.")] = False,
) -> None:
    """Charge la ville fictive de démonstration, la publie et sert la carte."""
    settings = settings_now()
    log.configure("text", logging.WARNING)  # the lines said below are enough for a person
    if not no_serve:
        refuse_busy_port(settings.host, port or settings.port)
    engine = migrated_engine(settings)
    number = load_demo(engine, settings, say)
    engine.dispose()
    say(f"La ville fictive est publiée (version {number}).")
    if not no_serve:
        _serve(settings, port or settings.port)


def web_application() -> FastAPI:
    """Return the whole web application; uvicorn's workers call this."""
    return create_app(settings_now(), pages=router, static=STATIC)


def _serve(settings: Settings, port: int) -> None:
    say(f"L'observatoire est ouvert : http://{settings.host}:{port}")
    run_server(settings, port, "app.cli:web_application")


def _in_french(command: Any) -> Any:  # noqa: ANN401 - the library's own class of commands is private
    """Give a command and its sub-commands a help without English; the library has no other language."""
    write = command.get_help

    def get_help(context: object) -> str:
        text: str = write(context)
        for english, french in HELP_WORDS.items():
            text = text.replace(english, french)
        return text

    command.get_help = get_help
    for inner in getattr(command, "commands", {}).values():
        _in_french(inner)
    return command


def main() -> None:
    """Run a command: 0 done, 1 refused or failed, 2 misused; a person's message on stderr."""
    try:
        code = _in_french(typer.main.get_command(app))(standalone_mode=False)
    except typer.TyperException as error:
        typer.echo(_misuse(error), err=True)
        sys.exit(2)
    except ObservatoireError as error:
        lines = (error.detail, f"Où : {error.place}" if str(error.place) else "", error.hint)
        typer.echo("\n".join(line for line in lines if line), err=True)
        sys.exit(1)
    except DBAPIError as error:
        typer.echo(database_error(error, Place()).message(), err=True)
        sys.exit(1)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("Interrompu. Rien n'est resté à moitié fait.", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _misuse(error: typer.TyperException) -> str:
    """Say in French what is wrong with a command; the library only speaks English."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return str(getattr(error, "message", ""))
    parameter = getattr(error, "param", None)
    named = getattr(error, "option_name", None)
    if parameter is not None:
        options = [name for name in parameter.opts if name.startswith("-")]
        named = " / ".join(options) or parameter.metavar
    forms = {
        "MissingParameter": f"il manque {named}.",
        "NoSuchOption": f"l'option {named} n'existe pas.",
        "BadOptionUsage": f"l'option {named} attend une valeur.",
        "BadParameter": f"{named} n'accepte pas cette valeur.",
    }
    reason = forms.get(kind, "commande ou argument inconnu.")
    return f"Commande mal formée : {reason}\nAjoutez --help pour voir l'aide."


if __name__ == "__main__":
    main()
