"""``observatoire serve``: the map and the API."""

from typing import Annotated

import typer

from app.cli.running import migrated_engine, say, settings_now
from app.settings import Settings
from app.web.server import refuse_busy_port, run_server

PortOption = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port d'écoute.")]


def serve(port: PortOption = None) -> None:
    """Sert la carte et l'API."""
    settings = settings_now()
    refuse_busy_port(settings.host, port or settings.port)
    migrated_engine(settings).dispose()
    open_web(settings, port or settings.port)


def open_web(settings: Settings, port: int) -> None:
    """Serve until stopped."""
    say(f"L'observatoire est ouvert : http://{settings.host}:{port}")
    run_server(settings, port, "app.web.application:web_application")
