"""``observatoire source``: files recognised and fetched."""

from typing import Annotated

import typer

from app.cli.running import FileArgument, say, settings_now
from app.jobs.fetch import deliveries, fetch_all
from app.sources.catalogue import REGISTERS
from app.sources.report import check

source = typer.Typer(help="Les fichiers des registres.", no_args_is_help=True)


@source.command("check")
def source_check(path: FileArgument) -> None:
    """Reconnaît un fichier de registre et dit ce qu'il contient, sans rien charger."""
    settings = settings_now()
    say(check(path, settings.max_file_bytes, quartier_columns=settings.quartier_column_names()))


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
