"""``observatoire serve``: the map and the API."""

from typing import Annotated

import typer
from fastapi import FastAPI

from app.api.main import create_app
from app.cli.running import migrated_engine, say, settings_now
from app.settings import Settings
from app.web.pages import STATIC, router
from app.web.server import refuse_busy_port, run_server

PortOption = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port d'écoute.")]


def serve(port: PortOption = None) -> None:
    """Sert la carte et l'API."""
    settings = settings_now()
    refuse_busy_port(settings.host, port or settings.port)
    migrated_engine(settings).dispose()
    open_web(settings, port or settings.port)


def web_application() -> FastAPI:
    """Return the whole web application; uvicorn's workers call this."""
    return create_app(settings_now(), pages=router, static=STATIC, beforehand=True)


def open_web(settings: Settings, port: int) -> None:
    """Serve until stopped."""
    say(f"L'observatoire est ouvert : http://{settings.host}:{port}")
    run_server(settings, port, "app.cli.web:web_application")
