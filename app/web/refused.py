"""The page that says why there is none: what is wrong, and what to do."""

from collections.abc import Mapping

import orjson
from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.api.problems import UNKNOWN_ADDRESS
from app.errors import ObservatoireError
from app.web.templating import templates

# What problems tell programs to do, and what somebody who looks at a page does instead.
IN_THE_LIST = "La liste est à l'adresse /api/"
ON_THE_MAP = "Vérifiez l'adresse, ou cherchez par son nom sur la carte ce que vous vouliez voir."


def refused(request: Request, error: ObservatoireError) -> HTMLResponse:
    """Return an error as a page, with its status."""
    told = {"title": error.title, "detail": error.detail, "hint": error.hint}
    return _page(request, told, error.status, {"Cache-Control": "no-store", "Content-Language": "fr"})


def problem_page(request: Request, answer: Response) -> HTMLResponse:
    """Return as a page a problem that was answered as JSON: same status, same headers, same words."""
    own = ("content-type", "content-length")
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return _page(request, orjson.loads(answer.body), answer.status_code, headers)


def _page(request: Request, told: Mapping[str, str], status: int, headers: Mapping[str, str]) -> HTMLResponse:
    hint = told.get("hint", "")
    if told["title"] == UNKNOWN_ADDRESS or hint.startswith(IN_THE_LIST):
        hint = ON_THE_MAP
    shown = {"heading": told["title"], "detail": told["detail"], "hint": hint}
    return templates.TemplateResponse(request, "refused.html", shown, status, headers)
