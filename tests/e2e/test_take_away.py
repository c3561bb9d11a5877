"""The map taken away: as a picture, as a page that needs no network, inside another site."""

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from visit import Visit

pytestmark = pytest.mark.browser


def take(desk: Visit, form: str, to: Path) -> Path:
    """Save the map of the page in one form."""
    page = desk.page
    if page.locator("#take").get_attribute("open") is None:
        page.click("#take summary")
    with page.expect_download() as download:
        page.click(f"#take [data-form={form}]")
    path = to / download.value.suggested_filename
    download.value.save_as(path)
    expect(page.locator(".take-said")).to_have_text("Fichier enregistré.")
    return path


def test_the_picture_has_the_colours_and_the_words_of_the_map(desk: Visit, tmp_path: Path) -> None:
    page = desk.open("?qui=medecin_generaliste&echelle=iris")
    path = take(desk, "png", tmp_path)
    assert path.name == "carte-iris-2025-11-03.png"
    with Image.open(path) as image:
        assert image.size == (2338, 1654)
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    # The darkest class at 85 % over white, and the outline of the QPV.
    for colour in ((38, 105, 144), (156, 28, 78)):
        near = np.abs(pixels.astype(int) - colour).max(axis=1) <= 3
        assert near.sum() > 500, colour
    svg = take(desk, "svg", tmp_path).read_text("utf-8")
    title = page.inner_text("#title")
    assert title.replace("\u202f", " ") in svg.replace("\u202f", " ")
    for row in page.locator(".legend-row .legend-count").all_inner_texts():
        assert f">{row.strip()}<" in svg


def test_coverage_is_taken_away_with_the_squares_it_leaves_out(desk: Visit, tmp_path: Path) -> None:
    desk.open("?quoi=couverture&echelle=quartier").wait_for_selector(".uncovered-cell", state="attached")
    squares = desk.page.locator(".uncovered-cell").count()
    svg = take(desk, "svg", tmp_path).read_text("utf-8")
    assert squares > 20
    assert svg.count('stroke="#6b3a00"') == squares


def test_the_page_taken_away_opens_without_any_network(desk: Visit, browser: Browser, tmp_path: Path) -> None:
    desk.open("?qui=medecin_generaliste&echelle=iris&points=1")
    path = take(desk, "html", tmp_path)
    told = desk.page.evaluate("document.querySelectorAll('.legend-row').length")
    context = browser.new_context(offline=True, locale="fr-FR")
    page = context.new_page()
    troubles: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    expect(page.locator("h1")).to_contain_text("Médecins généralistes libéraux")
    assert page.locator("section li").count() == told
    paths = page.locator(".leaflet-overlay-pane path.leaflet-interactive")
    assert paths.count() >= 50
    paths.first.hover(force=True)
    expect(page.locator(".foliumtooltip")).to_contain_text("pour 100")
    page.click(".leaflet-control-zoom-in")
    assert [one for one in requests if not one.startswith(("file:", "data:"))] == []
    assert troubles == []
    context.close()


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Return a function that serves a page of another site, and gives its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: object) -> None:
            super().__init__(*given, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def write(body: str) -> str:
        (tmp_path / "page.html").write_text(f"<!doctype html><body>{body}", "utf-8")
        return f"http://127.0.0.1:{server.server_address[1]}/page.html"

    yield write
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_site_shows_the_map_as_it_was(desk: Visit, other_site: Callable[[str], str]) -> None:
    page = desk.open("?qui=infirmier&echelle=quartier")
    title = page.inner_text("#title")
    page.click("#take summary")
    page.click("#take [data-form=code]")
    code = page.input_value(".take-code")
    page.goto(other_site(code))
    frame = page.frame_locator("iframe")
    expect(frame.locator("#title")).to_have_text(title)
    expect(frame.locator(".legend-row").first).to_be_visible()
    for absent in ("#controls", ".tools", "#search"):
        expect(frame.locator(absent)).to_be_hidden()
    link = frame.get_by_role("link", name="Ouvrir cette carte").get_attribute("href")
    assert link is not None
    assert link.startswith("/?")
    assert "qui=infirmier" in link


def test_no_other_page_can_be_framed_by_another_site(desk: Visit) -> None:
    for path, allowed in (("", False), ("qualite", False), ("integrer", True)):
        policy = desk.page.request.get(f"{desk.address}/{path}").headers["content-security-policy"]
        assert ("frame-ancestors *" in policy) is allowed, path


def test_a_failure_is_said_where_the_file_was_asked(desk: Visit) -> None:
    page = desk.open()
    page.route("**/pictures/*", lambda route: route.abort())
    page.click("#take summary")
    page.click("#take [data-form=svg]")
    expect(page.locator(".take-said")).to_contain_text("n'a pas pu être joint")


def test_escape_closes_the_menu_and_gives_the_focus_back(desk: Visit) -> None:
    page = desk.open()
    page.focus("#take summary")
    page.keyboard.press("Enter")
    expect(page.locator("#take [data-form=png]")).to_be_visible()
    # With a drawer under the map, its credits come where the menu opens.
    covering = page.evaluate("""() => {
      document.getElementById('table-toggle').click();
      return [...document.querySelectorAll('.take-body .button')].map((one) => {
        const { right, bottom } = one.getBoundingClientRect();
        return document.elementFromPoint(right - 8, bottom - 8) === one;
      });
    }""")
    assert covering
    assert all(covering)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#take [data-form=png]")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
