"""The whole web application, as uvicorn's processes make it: without the command line and what it imports."""

import os
import sys
from pathlib import Path

from fastapi import FastAPI

from app import log
from app.api.main import create_app
from app.settings import Settings
from app.web.pages import STATIC, router
from app.web.refused import problem_page
from app.web.server import SHARED_FOLDER


def web_application() -> FastAPI:
    """Return the application of the settings in force, which the supervisor has read before."""
    settings = Settings()
    log.configure("text" if sys.stderr.isatty() else settings.log_format)
    shared = os.environ.get(SHARED_FOLDER)
    folder = Path(shared) if shared else None
    return create_app(
        settings,
        pages=router,
        problem_page=problem_page,
        static=STATIC,
        shared=folder,
        beforehand=True,
    )
