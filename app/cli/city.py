"""``observatoire refresh``, ``init`` and ``demo``: a city loaded and published."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from app import log
from app.cli.running import DayOption, migrated_engine, say, settings_now, watched_engine
from app.cli.web import PortOption, open_web
from app.jobs.city import found_city
from app.jobs.demo import load_demo
from app.jobs.refresh import refresh_all
from app.jobs.releases import publish_newest
from app.settings import PROJECT
from app.web.server import refuse_busy_port


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
    with watched_engine(settings) as engine:
        refresh_all(engine, settings, files, say, vintage=vintage.date() if vintage else None, force=force)
        if no_publish:
            return
        published = publish_newest(engine, settings)
    typer.echo(published.told(), err=published.held)
    if published.held:
        raise typer.Exit(1)


def init(
    within: Annotated[
        list[str], typer.Option("--within", metavar="TERRITOIRE", help="commune:35238 ou epci:243500139.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Ne pose pas de question.")] = False,
) -> None:
    """Installe une ville : réglages, téléchargement, chargement, publication."""
    settings = settings_now()
    with watched_engine(settings) as engine:
        founded = found_city(
            engine,
            settings,
            within,
            say=say,
            confirm=lambda question: yes or typer.confirm(question),
            written=PROJECT / ".env",
        )
    if founded is None:
        say("Rien n'a été fait.")
    elif founded.shown:
        say(f"La ville est publiée (version {founded.id}).")
    else:
        typer.echo(founded.told(), err=founded.held)
        raise typer.Exit(int(founded.held))


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
    published = load_demo(engine, settings, say)
    engine.dispose()
    if published.held:
        typer.echo(published.told(), err=True)
        raise typer.Exit(1)
    say(f"La ville fictive est publiée (version {published.id})." if published.shown else published.told())
    if not no_serve:
        open_web(settings, port or settings.port)
