"""The page on data quality: the account of the published release, written by the server, without a script."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.errors import NothingPublishedError
from app.indicators import account_words as words
from app.indicators.placing import CLASSES, LOCATED
from app.indicators.quality import Account, account
from app.indicators.wording import french_age, french_date, french_integer
from app.web.templating import templates

FRESH = {"Cache-Control": "no-cache", "Content-Language": "fr"}

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/qualite")
def quality_page(request: Request) -> HTMLResponse:
    """Return the account, or say what to do where nothing is published yet."""
    state = request.app.state
    try:
        with state.engine.connect() as connection:
            found = account(connection, datetime.now(UTC), state.settings.max_supply_age_days)
    except NothingPublishedError as error:
        shown = {"detail": error.detail}
        return templates.TemplateResponse(request, "unpublished.html", shown, error.status, FRESH)
    return templates.TemplateResponse(request, "quality.html", _shown(found), headers=FRESH)


def _shown(found: Account) -> dict[str, object]:
    return {
        "account": found,
        "verdict": words.verdict(found),
        "words": words,
        "classes": CLASSES,
        "located": LOCATED,
        "day": french_date,
        "whole": french_integer,
        "age": lambda then: french_age(then, found.today),
    }
