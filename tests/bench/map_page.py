"""What the map weighs and costs in a browser, on the demo city: ``scripts/bench map``."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from app.settings import PROJECT, Settings
from tests.e2e.tasks import CHANGE_CLASSES, pan, practices, work_of

PORT = 8790
ADDRESS = f"http://127.0.0.1:{PORT}"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VISITS = 5
PRACTICES = 10_000
START_SECONDS = 60
USABLE = """new MutationObserver((_, watch) => {
  if (document.querySelector('#legend button') && document.querySelector('#map path[data-class]')) {
    window.usable = performance.now();
    watch.disconnect();
  }
}).observe(document, { childList: true, subtree: true, attributes: true });"""


@contextmanager
def _served(settings: Settings) -> Iterator[None]:
    """Serve the demo city from the bench's own cluster."""
    assert settings.database_url
    environment = {
        **os.environ,
        "OBSERVATOIRE_DATABASE_URL": settings.database_url.get_secret_value(),
        "OBSERVATOIRE_HOME": str(settings.home),
    }
    command = [sys.executable, "-m", "app.cli"]
    subprocess.run([*command, "demo", "--no-serve"], env=environment, cwd=PROJECT, check=True)
    server = subprocess.Popen([*command, "serve", "--port", str(PORT)], env=environment, cwd=PROJECT)
    try:
        _wait(server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(server: subprocess.Popen[bytes]) -> None:
    deadline = perf_counter() + START_SECONDS
    while perf_counter() < deadline and server.poll() is None:
        try:
            with urlopen(f"{ADDRESS}/healthz", timeout=2):
                return
        except (URLError, OSError):
            sleep(0.1)
    raise TimeoutError(ADDRESS)


def _page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR").new_page()
    page.add_init_script(USABLE)
    return page


def _open(page: Page) -> None:
    page.goto(ADDRESS)
    page.wait_for_function("() => window.usable")
    page.wait_for_load_state("networkidle")


def _first_loads(browser: Browser) -> Iterator[str]:
    waits: list[float] = []
    for visit in range(VISITS):
        page, sizes = _page(browser), list[int]()
        watch = page.context.new_cdp_session(page)
        watch.send("Network.enable")
        watch.on(
            "Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"])
        )
        _open(page)
        waits.append(page.evaluate("window.usable"))
        if visit == 0:
            weight = sum(sizes) / 1000
            yield f"carte, premier chargement : {weight:.0f} ko, {len(sizes)} réponses (600 ko au plus)"
        page.context.close()
    yield f"carte, utilisable en : {min(waits):.0f} ms au mieux de {VISITS} (1 500 au plus)"


def _changes(page: Page) -> Iterator[str]:
    for method in ("jenks", "equal", "deviation", "quantile"):
        start = perf_counter()
        work = work_of(page, lambda method=method: page.evaluate(CHANGE_CLASSES, method))
        passed = 1000 * (perf_counter() - start)
        yield f"classes, {method:<10} {work.total:5.0f} ms de processeur, {passed:5.0f} mesure comprise (100)"


def lines(settings: Settings) -> Iterator[str]:
    """Yield one line a figure; budgets stand in parentheses (DESIGN 8)."""
    with _served(settings), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield from _first_loads(browser)
        page = _page(browser)
        _open(page)
        yield from _changes(page)
        answer = {"release": page.request.get(f"{ADDRESS}/api/v1/levels").json()["release"]}
        page.route(
            "**/api/v1/practices?*",
            lambda route: route.fulfill(json={**answer, "items": practices(PRACTICES)}),
        )
        page.click("#points-toggle")
        page.wait_for_selector(".site")
        page.wait_for_timeout(1000)
        work = work_of(page, lambda: pan(page))
        yield f"10 000 lieux, carte tirée : tâche la plus longue {work.longest:.0f} ms de processeur (100)"
        browser.close()
