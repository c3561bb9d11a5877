"""The pages of the observatory. ``router`` serves them; the map's data come from the API, in the browser."""

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.api.middleware import CONTENT_SECURITY_POLICY
from app.web import methode, notices, quality, sign_in
from app.web.history import page as history
from app.web.portrait import page as portrait
from app.web.templating import HERE, templates

STATIC = HERE / "static"

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
router.include_router(quality.router)
router.include_router(methode.router)
router.include_router(notices.router)
router.include_router(portrait.router)
router.include_router(sign_in.router)
router.include_router(history.router)


def browser_modules(static: Path = STATIC) -> list[str]:
    """Return the names of our ES modules, so that a page can ask for all of them at once.

    Without this list the browser would find them one import after the other, a round trip each.
    """
    return sorted(path.name for path in (static / "js").glob("*.js"))


def map_policy(plan: str | None) -> str:
    """Return the map's Content-Security-Policy: tiles may come from the IGN where the city allows its plan.

    >>> map_policy("https://tuiles.example/{z}/{x}/{y}.png").split("; ")[3]
    "img-src 'self' data: https://tuiles.example"
    """
    if plan is None:
        return CONTENT_SECURITY_POLICY
    parts = urlsplit(plan)
    images = "img-src 'self' data:"
    return CONTENT_SECURITY_POLICY.replace(images, f"{images} {parts.scheme}://{parts.netloc}")


@router.get("/")
def map_page(request: Request) -> HTMLResponse:
    """Return the map. ``within`` of the settings is where it opens; unset, the whole published area."""
    return _map(request, map_policy(request.app.state.settings.plan_ign_url), embedded=False)


@router.get("/integrer")
def embedded_map(request: Request) -> HTMLResponse:
    """Return the map alone, as its address says it, for another site to show in a frame."""
    policy = map_policy(request.app.state.settings.plan_ign_url)
    return _map(request, policy.replace("frame-ancestors 'self'", "frame-ancestors *"), embedded=True)


def _map(request: Request, policy: str, *, embedded: bool) -> HTMLResponse:
    settings = request.app.state.settings
    return templates.TemplateResponse(
        request,
        "map.html",
        {
            "within": settings.within,
            "plan": settings.plan_ign_url,
            "modules": browser_modules(),
            "embedded": embedded,
            "query": request.url.query,
        },
        headers={"Cache-Control": "no-cache", "Content-Security-Policy": policy},
    )
