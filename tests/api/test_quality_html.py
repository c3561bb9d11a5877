"""The HTML of the quality page, as the server writes it."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.exceptions import StarletteDeprecationWarning

from app.api.main import create_app
from app.web.pages import router

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient


@contextmanager
def pages_on(settings: Any) -> Iterator[TestClient]:
    with TestClient(create_app(settings, pages=router), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def text(published, settings_on):
    with pages_on(settings_on(published[0])) as client:
        answer = client.get("/qualite")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "fr"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    return answer.text


def test_what_a_file_holds_is_written_as_text(text):
    assert "<code>&lt;b&gt;|12|</code>" in text
    assert "<b>" not in text


def test_nothing_of_it_asks_for_another_place_or_runs(text):
    assert '<html lang="fr">' in text
    assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", text)
    links = re.findall(r'(?:href|src)="([^"]*)"', text)
    assert links
    assert [link for link in links if not link.startswith(("/", "#"))] == []


def test_messages_of_runs_and_names_of_people_stay_inside(text):
    assert "secret" not in text
    assert "QUENOUILLARD" not in text
    assert "Le chargement de « FINESS » a été refusé." in text


def test_each_located_share_says_of_which_places_it_is(text):
    placing, guards = text.split('id="placing"')[1].split('id="guards"')
    assert "Ces parts sont celles du territoire publié." in placing
    assert "Ces contrôles portent sur tout ce qui est chargé" in guards


def test_never_loaded_sources_say_what_is_not_known(text):
    assert "jamais chargée : les adresses ne peuvent pas être placées" in text


def test_where_nothing_is_published_the_page_says_what_to_do(fresh_database_url, settings_on):
    with pages_on(settings_on(fresh_database_url)) as client:
        answer = client.get("/qualite")
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "observatoire refresh" in answer.text
