"""The portrait page: the figures of the API, in the order of a reader, safe whatever a name holds."""

import html
import re
import warnings

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from starlette.exceptions import StarletteDeprecationWarning

from app.indicators.wording import french_number, percent
from app.web.templating import tied

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

HOSTILE = "<img src=x onerror=alert(1)>"
BLOCKS = ["offre", "ecart", "temps", "evolution", "habitants", "sources"]


@pytest.fixture(scope="module")
def served_pages(pages_on, served_town):
    with pages_on(served_town.settings()) as client:
        yield client


def read(client: TestClient, address: str) -> str:
    """Return the text of a page, its entities and its ties read."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_its_blocks_come_in_the_order_of_a_reader(pages):
    found = re.findall(r'<h2 id="(\w+)">', pages.get("/territoires/iris/001010101").text)
    assert found == BLOCKS


@pytest.mark.parametrize(
    "address", ["iris/001010101", "iris/001010102", "qpv/QN00001M", "commune/00101", "departement/00"]
)
def test_what_it_says_is_what_the_api_answers(pages, address):
    shown = read(pages, f"/territoires/{address}")
    body = pages.get(f"/api/v1/territories/{address}").json()
    figures = {
        (one["indicator"], figure["profession"]): figure
        for one in body["indicators"]
        for figure in one["figures"]
    }
    density = figures["density", "medecin_generaliste"]
    assert tied(density["sentence"]) in shown
    for one in body["densities"]:
        told = figures["density", one["profession"]]["value"]
        value = "inconnu" if told is None else french_number(told) if told else "0"
        row = re.search(rf'<th scope="row">{re.escape(one["label"])}</th>(.*?)</tr>', shown, re.S)
        assert row
        assert f"<span>{value}</span>" in row[1]
    for indicator in ("poverty", "elderly", "children"):
        for figure in (one for (slug, _), one in figures.items() if slug == indicator):
            assert tied(figure["sentence"]) in shown


def test_it_opens_with_four_sentences_at_most(pages):
    opening = re.search(r'<p class="opening">(.*?)</p>', read(pages, "/territoires/iris/001010101"), re.S)
    assert opening
    assert len(re.findall(r"[.](?:\s|$)", opening[1])) <= 4


def test_its_times_are_those_of_access_times(served_pages):
    page = read(served_pages, "/territoires/iris/001010101")
    asked = "/api/v1/access-times?level=iris&within=iris:001010101&profession=medecin_generaliste&mode=walk"
    item = served_pages.get(asked).json()["items"][0]
    row = re.search(
        r"<th scope=\"row\">Médecins généralistes</th>(?=<td[^>]*><span>[\d,]+</span></td>\s*<td"
        r"[^>]*><span>[^<]*(?:%|0)</span>)(.*?)</tr>",
        page,
        re.S,
    )
    assert row
    cells = re.findall(r"<span>([^<]*)</span>", row[1])
    assert cells[0] == french_number(item["median_minutes"])
    expected = [
        percent(item[f"within_{minutes}"]) if item[f"within_{minutes}"] else "0"
        for minutes in (5, 10, 15, 20, 30)
    ]
    assert cells[1:6] == expected
    assert f"{percent(item['within_15'])} des habitants sont à moins de 15 minutes à pied" in page


def test_without_streets_it_says_why_times_are_unknown(pages):
    assert "Les temps de trajet ne sont pas connus ici." in read(pages, "/territoires/iris/001010101")


def test_zero_unknown_and_known_are_told_apart_in_its_tables(pages):
    page = pages.get("/territoires/iris/001010101").text
    assert re.search(r'<td class="figure zero"><span>0</span>', page)
    assert re.search(r'<td class="figure unknown"><span>inconnu</span>', page)


def test_every_chart_is_announced_and_has_a_table(pages):
    page = pages.get("/territoires/qpv/QN00001M").text
    for chart in re.findall(r"<svg class=\"chart\".*?</svg>", page, re.S):
        assert re.search(r'role="img" aria-labelledby="[\w-]+ [\w-]+"', chart)
        assert re.search(r"<title[^>]*>[^<]+</title><desc[^>]*>[^<]+</desc>", chart)
    for block in page.split('<section class="block"')[1:]:
        assert ('<svg class="chart"' not in block) or ("<table>" in block)


def test_it_runs_no_script_and_loads_nothing_from_elsewhere(pages):
    answer = pages.get("/territoires/qpv/QN00001M")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", answer.text)
    links = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
    assert [link for link in links if not link.startswith(("/", "#"))] == []


def test_it_leads_to_the_map_the_sheet_the_api_and_its_neighbours(pages):
    page = pages.get("/territoires/iris/001010101?profession=pharmacie").text
    assert 'href="/?qui=pharmacie&amp;echelle=iris&amp;territoire=iris:001010101"' in page
    assert 'href="/atlas/iris/001010101.pdf?profession=pharmacie"' in page
    assert 'href="/api/v1/territories/iris/001010101"' in page
    assert 'rel="next" href="/territoires/iris/001010102"' in page
    assert pages.get("/atlas/iris/001010101.pdf?profession=pharmacie").status_code == 200


def test_the_profession_looked_at_can_be_chosen(pages):
    page = read(pages, "/territoires/commune/00101?profession=pharmacie")
    assert '<option value="pharmacie" selected>' in page
    assert "Pharmacies, au 3 novembre 2025" in page


def test_a_client_that_holds_the_page_is_not_sent_it_again(pages):
    first = pages.get("/territoires/iris/001010101")
    again = pages.get("/territoires/iris/001010101", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert pages.get("/territoires/iris/001010101").text == first.text


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("iris/001010109", 404, "Vouliez-vous dire"),
        ("galaxie/1", 404, "Il n'y a pas de niveau « galaxie »"),
        ("communes/00101", 404, "Vouliez-vous dire « commune »"),
        ("iris/%3Cscript%3Ealert(1)", 404, "Introuvable"),
        ("iris/a%00b", 404, "Aucun territoire ne porte un tel code"),
        ("iris/" + "9" * 400, 404, "Aucun territoire ne porte un tel code"),
        ("commune/00101?profession=sorcier", 422, "La profession « sorcier » n'existe pas"),
        ("commune/00101?profession=%3Cb%3E", 422, "n'existe pas"),
    ],
)
def test_what_is_not_there_is_explained_on_a_page(pages, address, status, said):
    answer = pages.get(f"/territoires/{address}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert said in html.unescape(answer.text).replace("\u00a0", " ")
    assert not re.search(r"<script|<b>", answer.text)


def test_where_nothing_is_published_it_says_what_to_do(pages_on, fresh_database_url, settings_on):
    with pages_on(settings_on(fresh_database_url)) as client:
        answers = [client.get(address) for address in ("/territoires/commune/00101", "/historique")]
    for answer in answers:
        assert answer.status_code == 503
        assert "observatoire refresh" in answer.text


def test_a_name_that_is_html_is_text_on_every_page(pages_on, own_city, settings_on):
    url, _ = own_city
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE territory.territory SET name = :name"), {"name": HOSTILE})
    engine.dispose()
    with pages_on(settings_on(url)) as client:
        for address in ("/territoires/iris/001010101", "/territoires/qpv/QN00001M", "/historique"):
            page = client.get(address).text
            assert "<img" not in page
            assert html.escape(HOSTILE) in page or "&lt;img src=x" in page
        sheet = client.get("/atlas/qpv/QN00001M.pdf")
        assert (sheet.status_code, sheet.content[:5]) == (200, b"%PDF-")


def test_names_of_people_are_on_no_page(pages):
    for address in ("/territoires/iris/001010101", "/territoires/commune/00101", "/historique"):
        assert "QUENOUILLARD" not in pages.get(address).text
