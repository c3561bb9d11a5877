"""The ground of the map: ours, unless the city allows the IGN's plan, here a twin of it on this machine."""

import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from conftest import free_port, wait_until_ready
from playwright.sync_api import Browser, expect
from visit import Visit

from app.settings import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def twin() -> Iterator[ThreadingHTTPServer]:
    """Return a server of tiles on this machine."""

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(demo_environment: dict[str, str], twin: ThreadingHTTPServer) -> Iterator[str]:
    """Return the address of an observatory whose city allows the plan."""
    plan = f"http://127.0.0.1:{twin.server_port}/{{z}}/{{x}}/{{y}}.png"
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env={**demo_environment, "OBSERVATOIRE_PLAN_IGN_URL": plan},
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_the_plan_is_asked_for_only_when_somebody_chooses_it(
    browser: Browser, allowed: str, twin: ThreadingHTTPServer
) -> None:
    look = Visit(browser.new_context(locale="fr-FR").new_page(), allowed)
    look.listen()
    page = look.open()
    page.wait_for_load_state("networkidle")
    assert look.outside == []
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("ville fictive")
    page.click("details.more summary")
    page.check("input[name=ground][value=plan]")
    expect(page.locator(".plan-ign img").first).to_be_visible()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("Plan IGN v2")
    assert all(f":{twin.server_port}/" in url for url in look.outside)
    assert look.outside
    assert "fond=ign" in page.url
    assert look.errors == []
    page.route(f"**:{twin.server_port}/**", lambda route: route.abort())
    page.reload()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("ville fictive")
    expect(page.locator("#live")).to_contain_text("Le Plan IGN ne répond pas")
    page.context.close()


def test_where_the_city_does_not_allow_it_a_link_to_the_plan_shows_our_own_ground(
    visit: Callable[..., Visit],
) -> None:
    look = visit()
    page = look.open("?fond=ign")
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("ville fictive")
    expect(page.locator("input[name=ground]")).to_have_count(0)
    assert look.outside == []
    policy = page.request.get(f"{look.address}/").headers["content-security-policy"]
    assert "img-src 'self' data:;" in policy
