"""Every room composed into one command line; its help and its errors in French."""

import sys
from typing import Any

import typer
from sqlalchemy.exc import DBAPIError

from app.cli import city, web
from app.cli.access_keys import audit, key
from app.cli.accessibility import accessibility
from app.cli.atlas import atlas
from app.cli.coverage import access_times, coverage, nearest
from app.cli.database import database
from app.cli.doctor import doctor
from app.cli.export import export
from app.cli.isochrone import isochrone
from app.cli.jobs import jobs
from app.cli.person import person
from app.cli.quality import quality
from app.cli.releases import release
from app.cli.sources import source
from app.cli.travel import graph
from app.cli.worker import worker
from app.db.failures import database_error
from app.errors import ObservatoireError, Place

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
app.add_typer(database, name="db")
app.add_typer(source, name="source")
app.add_typer(release, name="release")
app.add_typer(jobs, name="jobs")
app.add_typer(graph, name="graph")
app.add_typer(key, name="key")
app.add_typer(person, name="person")
app.command("refresh")(city.refresh)
app.command("init")(city.init)
app.command("quality")(quality)
app.command("isochrone")(isochrone)
app.command("coverage")(coverage)
app.command("access-times")(access_times)
app.command("nearest")(nearest)
app.command("accessibility")(accessibility)
app.command("export")(export)
app.command("atlas")(atlas)
app.command("doctor")(doctor)
app.command("serve")(web.serve)
app.command("worker")(worker)
app.command("audit")(audit)
app.command("demo")(city.demo)


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
