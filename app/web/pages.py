"""The pages of the observatory. ``router`` serves them; the map's data come from the API, in the browser."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web import methode, notices, quality
from app.web.templating import HERE, templates

STATIC = HERE / "static"

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
router.include_router(quality.router)
router.include_router(methode.router)
router.include_router(notices.router)


def browser_modules(static: Path = STATIC) -> list[str]:
    """Return the names of our ES modules, so that a page can ask for all of them at once.

    Without this list the browser would find them one import after the other, a round trip each.
    """
    return sorted(path.name for path in (static / "js").glob("*.js"))


@router.get("/")
def map_page(request: Request) -> HTMLResponse:
    """Return the map. ``within`` of the settings is where it opens; unset, the whole published area."""
    return templates.TemplateResponse(
        request,
        "map.html",
        {"within": request.app.state.settings.within, "modules": browser_modules()},
        headers={"Cache-Control": "no-cache"},
    )
