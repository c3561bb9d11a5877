"""The page that says why there is none: what is wrong, and what to do."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.errors import ObservatoireError
from app.web.templating import templates


def refused(request: Request, error: ObservatoireError) -> HTMLResponse:
    """Return an error as a page, with its status."""
    shown = {"heading": error.title, "detail": error.detail, "hint": error.hint}
    headers = {"Cache-Control": "no-store", "Content-Language": "fr"}
    return templates.TemplateResponse(request, "refused.html", shown, error.status, headers)
