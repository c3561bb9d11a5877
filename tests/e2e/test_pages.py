"""The HTML that the server writes, before any script runs."""

import re
import warnings

import pytest
from fastapi import FastAPI
from starlette.exceptions import StarletteDeprecationWarning

from app.settings import Settings
from app.web.pages import browser_modules, router

with warnings.catch_warnings():
    # Starlette would rather have another HTTP client than the one the project ships with.
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient


def page(within: str | None) -> str:
    """Return the map page of a deployment that opens on ``within``."""
    app = FastAPI()
    app.state.settings = Settings(within=within, _env_file=None)
    app.include_router(router)
    answer = TestClient(app).get("/")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("within", ["commune:35238", 'commune:"><script>'])
def test_the_page_opens_on_the_settings_perimeter_as_text(within: str) -> None:
    found = re.search(r'<body data-within="([^"]*)">', page(within))
    assert found
    assert "<" not in found[1]
    assert found[1].startswith("commune:")


def test_the_page_opens_on_everything_without_a_perimeter() -> None:
    assert "data-within" not in page(None)


def test_the_page_asks_for_every_module_at_once() -> None:
    text = page(None)
    assert browser_modules()
    for name in browser_modules():
        assert f'<link rel="modulepreload" href="/static/js/{name}">' in text


def test_the_page_is_french_and_holds_no_dead_link() -> None:
    text = page(None)
    assert '<html lang="fr">' in text
    found = re.findall(r'<a [^>]*href="([^"]*)"', text)
    pages = ["/historique", "/methode", "/qualite", "/docs", "/mentions", "/accessibilite"]
    # Over the map on a desk, under it on a phone.
    assert found == ["#map", *pages, *pages]
