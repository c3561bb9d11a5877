"""The page on what changed between two releases: the counts of the API, on a map and in tables."""

import html
import re
import warnings

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from starlette.exceptions import StarletteDeprecationWarning

from app.web.history.counts import Changed
from app.web.history.map import shades

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)

COUNTS = ("opened", "closed", "moved", "moved_in", "moved_out", "changed")


def table(page: str, summary: str) -> dict[str, list[str]]:
    """Return the cells of a table by the name of their line."""
    found = re.search(rf"<summary>{summary}.*?<tbody>(.*?)</tbody>", html.unescape(page), re.S)
    assert found
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', found[1], re.S)
    return {name: re.findall(r"<(?:span|strong)>([^<]*)</", cells) for name, cells in rows}


def test_the_last_two_releases_are_compared_first(pages, city):
    page = pages.get("/historique").text
    assert f'<option value="{city.releases["old"]}" selected>' in page
    assert f'<option value="{city.releases["new"]}" selected>' in page
    assert "Du 1er mai 2025 au 3 novembre 2025" in page
    assert "aucun exercice ouvert, 1 fermé" in page.lower()


def test_its_counts_are_those_of_the_api(pages, city):
    body = pages.get(f"/api/v1/releases/{city.releases['old']}/diff/{city.releases['new']}?level=iris").json()
    shown = table(pages.get("/historique").text, "IRIS où quelque chose")
    assert {item["name"]: [str(item[count]) for count in COUNTS] for item in body["items"]} == {
        name: cells[: len(COUNTS)] for name, cells in shown.items()
    }
    assert [cells[-1] for cells in shown.values()] == ["−1"]


def test_its_map_says_the_difference_on_the_territory(pages):
    page = pages.get("/historique").text
    drawing = re.search(r'<div class="map" role="img" aria-label="([^"]+)">(.*?)</div>', page, re.S)
    assert drawing
    assert "1 fermé" in html.unescape(drawing[1])
    assert ">−1</text>" in drawing[2]


def test_backwards_what_closed_opens(pages, city):
    query = f"avant={city.releases['new']}&apres={city.releases['old']}&niveau=commune"
    assert "1 exercice ouvert, aucun fermé" in pages.get(f"/historique?{query}").text


def test_a_profession_where_nothing_changed_says_so(pages):
    page = pages.get("/historique?profession=sage_femme").text
    assert "rien n'a changé" in html.unescape(page).lower()
    assert "<tbody>" not in page


def test_a_release_compared_with_itself_has_not_changed(pages, city):
    same = city.releases["new"]
    page = pages.get(f"/historique?avant={same}&apres={same}")
    assert page.status_code == 200
    assert "rien n'a changé" in html.unescape(page.text).lower()


def test_a_first_release_alone_says_that_there_is_nothing_to_compare(pages_on, own_city, settings_on):
    url, city = own_city
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE ops.release SET status = 'held' WHERE id = :id"), {"id": city.releases["old"]}
        )
    engine.dispose()
    with pages_on(settings_on(url)) as client:
        page = client.get("/historique")
    assert page.status_code == 200
    assert "Une seule version est chargée" in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("avant=999999", 404, "La version 999999 n'existe pas"),
        ("avant=%3Cscript%3E", 422, "doit être le numéro d'une version"),
        ("apres=-1", 422, "doit être le numéro d'une version"),
        ("avant=99999999999999999999", 422, "doit être le numéro d'une version"),
        ("niveau=galaxie", 404, "Il n'y a pas de niveau « galaxie »"),
        ("niveau=carreau", 422, "ne sont pas comptés à ce niveau"),
        ("profession=sorcier", 422, "n'existe pas"),
    ],
)
def test_what_does_not_exist_is_explained_on_a_page(pages, query, status, said):
    answer = pages.get(f"/historique?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert said in html.unescape(answer.text).replace("\u00a0", " ")


def test_it_runs_no_script_and_loads_nothing_from_elsewhere(pages):
    page = pages.get("/historique").text
    assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", page)
    links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert [link for link in links if not link.startswith(("/", "#"))] == []


def test_a_client_that_holds_the_page_is_not_sent_it_again(pages):
    first = pages.get("/historique")
    assert pages.get("/historique", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_losses_and_gains_have_their_shades_and_none_is_empty():
    changed = [
        Changed("a", "a", closed=4),
        Changed("b", "b", closed=1, opened=0),
        Changed("c", "c", opened=2, closed=2),
        Changed("d", "d", moved_in=3),
    ]
    assert [(one.label, sorted(one.codes)) for one in shades(changed)] == [
        ("au moins 3 de moins", ["a"]),
        ("1 ou 2 de moins", ["b"]),
        ("autant de plus que de moins", ["c"]),
        ("au moins 3 de plus", ["d"]),
    ]
