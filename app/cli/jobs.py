"""``observatoire jobs``: the ledger of what ran."""

from typing import Annotated

import typer

from app.cli.running import migrated_engine, say, settings_now
from app.jobs.reports import ledger_lines

jobs = typer.Typer(help="Le journal des travaux.", no_args_is_help=True)


@jobs.command("list")
def jobs_list(limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20) -> None:
    """Montre les derniers travaux et comment ils ont fini."""
    for line in ledger_lines(migrated_engine(settings_now()), limit):
        say(line)
