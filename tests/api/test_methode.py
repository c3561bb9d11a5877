"""The page on methods and the README's table: all that the registry holds, and nothing else."""

import re
import warnings
from html import unescape

import pytest
from starlette.exceptions import StarletteDeprecationWarning

from app.api.main import create_app
from app.indicators.readme_table import BEGIN, END, indicator_table, with_table
from app.indicators.registry import FAMILIES, INDICATORS
from app.indicators.wording import LEVEL_NAMES
from app.settings import PROJECT
from app.sources.catalogue import REGISTERS
from app.supply.nomenclature import PROFESSIONS
from app.web.pages import router

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

EVERY = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda one: one.slug)


def page_on(settings):
    with TestClient(create_app(settings, pages=router), raise_server_exceptions=False) as client:
        return client.get("/methode")


@pytest.fixture(scope="module")
def html(published, settings_on):
    answer = page_on(settings_on(published[0]))
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "fr"
    return answer.text


def article(html, slug):
    """Return what the page says of an indicator, as text."""
    found = re.search(rf'<article class="indicator" aria-labelledby="{slug}">(.*?)</article>', html, re.S)
    assert found, slug
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split())


@EVERY
def test_the_page_tells_everything_of_an_indicator(html, indicator):
    told = article(html, indicator.slug)
    bare = re.sub(r"[_^{}]", "", indicator.formula)
    for said in (indicator.label, indicator.slug, indicator.definition, bare, indicator.unit):
        assert " ".join(said.split()) in told
    for word in ("Sens", "Niveaux", "Secret", "Sources"):
        assert word in told
    for name in indicator.sources:
        assert REGISTERS[name].label in told
    assert f'<a href="#{indicator.slug}">' in html


def test_the_page_tells_no_indicator_that_the_registry_lacks(html):
    told = re.findall(r'<article class="indicator" aria-labelledby="([^"]+)"', html)
    assert told == list(INDICATORS)
    assert told == [one.slug for entries in FAMILIES.values() for one in entries]


def test_sources_are_told_with_the_vintage_that_is_published(html):
    assert "Annuaire santé, personnes et activités (RPPS), 3 novembre 2025" in article(html, "headcount")
    assert "pas encore chargé" in article(html, "departures")
    section = html[html.index('id="sources"') :]
    for register in REGISTERS.values():
        assert register.label in unescape(section)


def test_every_profession_has_its_codes(html):
    for profession in PROFESSIONS:
        assert profession.label in unescape(html)
    assert "profession 10, savoir-faire SM26, SM53, SM54" in html


def test_the_numbers_of_secrecy_are_those_that_are_applied(html):
    assert "au-dessous de 5 praticiens" in html
    assert "jusqu'à 10 ménages" in html.replace("&#39;", "'")


def test_the_contents_lead_to_places_that_exist(html):
    anchors = re.findall(r'href="#([^"]+)"', html)
    places = set(re.findall(r'id="([^"]+)"', html))
    assert len(anchors) >= len(INDICATORS)
    assert set(anchors) <= places


def test_the_page_needs_no_script_and_uses_no_word_that_readers_do_not(html):
    assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", html)
    text = unescape(re.sub(r"<[^>]+>", " ", html)).lower()
    for word in ("donnée", "ressource", "désert médical", " item", " null ", "n/a", "taux d'erreur"):
        assert word not in text, word


def test_before_anything_is_published_the_methods_are_there_without_vintages(fresh_database_url, settings_on):
    answer = page_on(settings_on(fresh_database_url))
    assert answer.status_code == 200
    assert "Rien n&#39;est encore publié" in answer.text or "Rien n'est encore publié" in answer.text
    assert "pas encore chargé" in article(answer.text, "density")


@EVERY
def test_the_readme_has_a_line_for_each_indicator(indicator):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index(BEGIN) : readme.index(END)]
    assert f"| `{indicator.slug}` | {indicator.label} |" in table


def test_the_table_of_the_readme_is_drawn_from_the_registry():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert with_table(readme) == readme, "lancez scripts/indicator-table"
    assert indicator_table() in readme


@EVERY
def test_the_api_tells_the_same(client, indicator):
    items = client.get("/api/v1/indicators").json()["items"]
    told = next(item for item in items if item["indicator"] == indicator.slug)
    assert (told["direction"], told["secrecy"]) == (indicator.direction, indicator.secrecy)
    assert [source["register"] for source in told["sources"]] == list(indicator.sources)
    assert set(told["levels"]) <= set(LEVEL_NAMES)
