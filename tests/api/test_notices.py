"""The legal notice and the statement on accessibility: they name the city and its sources."""

import re
import warnings

import pytest
from pydantic import ValidationError
from starlette.exceptions import StarletteDeprecationWarning

from app.api.main import create_app
from app.sources.catalogue import REGISTERS
from app.web.pages import router
from app.web.refused import problem_page

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient


@pytest.fixture
def page(published, settings_on):
    """Return the function that reads a page with settings changed."""

    def read(path, **changed):
        app = create_app(settings_on(published[0], **changed), pages=router)
        with TestClient(app, raise_server_exceptions=False) as client:
            answer = client.get(path)
        assert answer.status_code == 200
        return answer.text

    return read


def test_the_mentions_name_the_city_every_published_source_and_its_licence(page):
    text = page("/mentions", publisher="Ville <d'Essai>", hosting="Régie", contact="sante@ville.exemple")
    assert "Ville &lt;d&#39;Essai&gt;" in text
    assert "Régie" in text
    assert 'href="mailto:sante@ville.exemple"' in text
    for register in ("annuaire", "finess", "osm"):
        assert REGISTERS[register].label in text
        assert REGISTERS[register].licence in text
    assert "3 novembre 2025" in text
    assert REGISTERS["ban"].label not in text  # never loaded here


def test_a_city_that_gave_no_name_is_told_which_settings_to_give(page):
    assert "OBSERVATOIRE_PUBLISHER" in page("/mentions")


@pytest.mark.parametrize("path", ["/mentions", "/accessibilite"])
def test_a_notice_runs_no_script_and_names_nobody(page, path):
    text = page(path)
    assert not re.search(r"<script|<[^>]* (style|on\w+)=", text)
    assert "QUENOUILLARD" not in text


def test_the_statement_says_that_no_audit_was_made_and_whom_to_tell(page):
    text = page("/accessibilite", contact="sante@ville.exemple")
    assert "déclaré non conforme" in text
    assert "sante@ville.exemple" in text


def test_a_contact_that_is_no_address_is_refused(settings_on):
    with pytest.raises(ValidationError):
        settings_on("postgresql://x", contact='"><script>')


@pytest.fixture
def browser_client(published, settings_on):
    """Return a client of the whole web application, its pages of problems included."""
    app = create_app(settings_on(published[0]), pages=router, problem_page=problem_page)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path",
    ["/nimportequoi", "/territoires/iris", "/%3Cimg%20src=x%20onerror=alert(1)%3E", "/atlas/iris/x.pdf"],
)
def test_an_unknown_address_is_a_page_for_a_browser_and_json_for_a_program(browser_client, path):
    page = browser_client.get(path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-store"
    assert "<h1>" in page.text
    assert 'href="/">Revenir à la carte' in page.text
    assert "/api/" not in page.text
    assert "<img" not in page.text
    program = browser_client.get(path, headers={"Accept": "application/json"})
    assert (program.status_code, program.headers["content-type"]) == (404, "application/problem+json")


def test_an_address_of_the_api_answers_a_browser_as_a_program(browser_client):
    answer = browser_client.get("/api/v1/nimportequoi", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
