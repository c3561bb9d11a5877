"""``observatoire jobs``: what ran, what is due, and one run now."""

import signal
from types import FrameType
from typing import Annotated

import typer

from app.cli.running import migrated_engine, say, settings_now
from app.errors import CheckError
from app.jobs.reports import due_lines, ledger_lines
from app.jobs.tasks import run, run_due

jobs = typer.Typer(help="Les travaux : ce qui a tourné, ce qui est dû.", no_args_is_help=True)


@jobs.command("list")
def jobs_list(limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20) -> None:
    """Montre les derniers travaux et comment ils ont fini."""
    for line in ledger_lines(migrated_engine(settings_now()), limit):
        say(line)


@jobs.command("due")
def jobs_due() -> None:
    """Dit quand chaque source sera prise, et pourquoi."""
    settings = settings_now()
    for line in due_lines(migrated_engine(settings), settings):
        say(line)


@jobs.command("run")
def jobs_run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NOM]...", help="Sources, ou « publication » ; sans nom, tout ce qui est dû."
        ),
    ] = None,
) -> None:
    """Lance des travaux maintenant : une source est prise, « publication » publie ce qui est chargé."""
    settings = settings_now()
    engine = migrated_engine(settings)
    signal.signal(signal.SIGTERM, _stop)
    for name in names or ():
        run(engine, settings, name, say)
    failed = [] if names else run_due(engine, settings, say)
    if failed:
        raise CheckError(
            f"Travaux sans succès : {', '.join(failed)}. Les autres sont faits.",
            hint="« observatoire jobs list » dit pourquoi ; ils sont repris après une attente.",
        )


def _stop(_order: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does: what is half done is undone, and the ledger says so."""
    raise KeyboardInterrupt
