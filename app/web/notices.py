"""The pages that the law and good manners ask for: who publishes, from what, and how accessible it is."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine

from app.api.cache import VERSION
from app.indicators.wording import french_date
from app.settings import Settings
from app.sources.catalogue import REGISTERS
from app.web.methode import FRESH, read_published
from app.web.templating import templates

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/mentions")
def legal_page(request: Request) -> HTMLResponse:
    """Return who publishes, the sources with their licences, and the notice on personal data."""
    engine: Engine = request.app.state.engine
    with engine.connect() as connection:
        published = read_published(connection)
    shown = {
        **_publisher(request.app.state.settings),
        "published": published,
        "registers": [one for one in REGISTERS.values() if one.name in published.sources],
        "day": french_date,
    }
    return templates.TemplateResponse(request, "mentions.html", shown, headers=FRESH)


@router.get("/accessibilite")
def accessibility_page(request: Request) -> HTMLResponse:
    """Return the statement on accessibility (RGAA): what is known to work, what is not, whom to tell."""
    shown = {**_publisher(request.app.state.settings), "version": VERSION}
    return templates.TemplateResponse(request, "accessibilite.html", shown, headers=FRESH)


def _publisher(settings: Settings) -> dict[str, object]:
    return {"publisher": settings.publisher, "contact": settings.contact, "host": settings.hosting}
