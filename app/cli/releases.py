"""``observatoire release``: versions built, published, compared, taken back."""

from datetime import date, datetime
from typing import Annotated

import typer

from app.api.parameters import parse_within
from app.cli.running import Number, migrated_engine, say, settings_now, watched_engine
from app.indicators.wording import Level, Scope
from app.jobs.changes import Asked, change_lines
from app.jobs.releases import build_release, publish_release, rollback_release
from app.jobs.reports import release_lines, release_text

release = typer.Typer(help="Les versions : construire, publier, revenir en arrière.", no_args_is_help=True)


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
    with watched_engine(settings) as engine:
        built = build_release(engine, day, settings)
    say(f"Version {built.id} {'construite' if built.fresh else 'déjà construite'}, {built.vintage:%d/%m/%Y}.")


@release.command("publish")
def release_publish(
    number: Number,
    *,
    accept: Annotated[
        bool, typer.Option("--accept", help="Publie aussi une version que les contrôles retiennent.")
    ] = False,
) -> None:
    """Publie une version construite, après contrôle, ou une ancienne à nouveau."""
    settings = settings_now()
    with watched_engine(settings) as engine:
        published = publish_release(engine, settings, number, accept=accept)
    typer.echo(published.told(), err=published.held)
    if published.held:
        raise typer.Exit(1)


@release.command("rollback")
def release_rollback() -> None:
    """Publie la version précédente."""
    with watched_engine(settings_now()) as engine:
        number = rollback_release(engine)
    say(f"Version {number} publiée de nouveau.")


@release.command("diff")
def release_diff(
    before: Number,
    after: Number,
    *,
    level: Annotated[Level | None, typer.Option(help="Niveau auquel compter.")] = None,
    within: Annotated[str | None, typer.Option(metavar="NIVEAU:CODE", help="Territoire.")] = None,
    profession: Annotated[
        str | None, typer.Option("--profession", metavar="PROFESSION", help="Une seule.")
    ] = None,
    scope: Annotated[Scope, typer.Option(help="Exercice libéral, ou ambulatoire.")] = "liberal",
    detail: Annotated[bool, typer.Option("--detail", help="Liste aussi les exercices, sans nom.")] = False,
) -> None:
    """Dit ce qui a ouvert, fermé, déménagé et changé entre deux versions."""
    asked = Asked(scope, profession, level, parse_within(within), detail=detail)
    for line in change_lines(migrated_engine(settings_now()), before, after, asked):
        say(line)
