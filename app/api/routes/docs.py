"""OpenAPI, the page drawn from it, and its style sheet."""

import hashlib
from functools import cache
from importlib.resources import files
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, HTTPException
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.api.cache import REVALIDATE, is_current, not_modified
from app.api.docs.reading import operations
from app.api.problems import KINDS
from app.indicators.wording import tied

PACKAGE = "app.api.docs"
FRESH = {"Cache-Control": "no-cache", "Content-Language": "fr"}

router = APIRouter(include_in_schema=False)


@cache
def _page() -> Template:
    """Return the page's template: everything is escaped, an unknown name is an error."""
    loader = PackageLoader("app.api", "docs")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.filters["tied"] = tied
    return environment.get_template("page.html")


@router.get("/api/v1/openapi.json")
def openapi(request: Request) -> Response:
    """Return the description of the API for programs."""
    body = orjson.dumps(request.app.openapi())
    validator = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
    if is_current(request, validator):
        raise not_modified(validator, REVALIDATE)
    headers = {"ETag": validator, "Cache-Control": REVALIDATE, "Content-Language": "fr"}
    return Response(body, media_type="application/json", headers=headers)


@router.get("/docs")
def docs(request: Request) -> Response:
    """Return the description of every address, drawn from OpenAPI."""
    schema = request.app.openapi()
    text = _page().render(
        title=schema["info"]["title"],
        version=schema["info"]["version"],
        description=schema["info"]["description"],
        operations=operations(schema),
        problems=KINDS,
    )
    return Response(text, media_type="text/html; charset=utf-8", headers=FRESH)


@router.get("/docs/ask/{identity}")
def ask(request: Request, identity: str) -> Response:
    """Send a form of the page on to its address, without the fields left empty: a form sends them all."""
    known = {operation.identity: operation for operation in operations(request.app.openapi())}
    if identity not in known or not known[identity].has_form:
        raise HTTPException(404)
    filled = urlencode([(name, value) for name, value in request.query_params.multi_items() if value])
    return RedirectResponse(f"{known[identity].path}?{filled}", 303, headers=FRESH)


@router.get("/docs/style.css")
def style() -> Response:
    """Return the style sheet of the page."""
    sheet = (files(PACKAGE) / "style.css").read_bytes()
    return Response(sheet, media_type="text/css; charset=utf-8", headers=FRESH)
