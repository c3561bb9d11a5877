"""What the map costs the browser: processor time of its thread, so that a busy machine changes nothing."""

import re

import pytest
from tasks import CHANGE_CLASSES, pan, practices, work_of
from visit import Visit

pytestmark = pytest.mark.browser

# Budgets in milliseconds (DESIGN 8): usable, a change of classes, the longest task while the map is moved.
USABLE, CLASSES, LONGEST = 1500, 100, 100
PRACTICES = 10_000
FIRST_LOAD_BYTES, IRIS = 600_000, 100


def _by_iris(url: str) -> bool:
    return "level=iris" in url


def test_a_city_of_100_iris_is_light_and_soon_usable(desk: Visit) -> None:
    sizes: dict[str, int] = {}
    urls: dict[str, str] = {}
    watch = desk.page.context.new_cdp_session(desk.page)
    watch.send("Network.enable")
    watch.on("Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]}))
    watch.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    work = work_of(desk.page, desk.open)
    desk.page.wait_for_load_state("networkidle")
    territories = desk.page.locator("#map path[data-class]").count()
    by_iris = sum(size for request, size in sizes.items() if _by_iris(urls.get(request, "")))
    # The demo city has fewer: what its IRIS weigh is brought to a hundred.
    weight = sum(sizes.values()) + by_iris * (IRIS / territories - 1)
    assert by_iris > 10_000
    assert weight <= FIRST_LOAD_BYTES
    assert work.total <= USABLE / 2


def test_classes_change_at_once_and_fetch_nothing(desk: Visit) -> None:
    page = desk.open()
    page.wait_for_load_state("networkidle")
    asked = [desk.asked("/api/"), desk.asked("/tiles/")]
    changes = [
        work_of(page, lambda method=method: page.evaluate(CHANGE_CLASSES, method))
        for method in ("jenks", "equal", "deviation")
    ]
    assert all(change.longest <= CLASSES for change in changes)
    # Whatever else the page happens to do meanwhile, the ground for one, is in the total.
    assert min(change.total for change in changes) <= CLASSES
    assert [desk.asked("/api/"), desk.asked("/tiles/")] == asked


def test_another_profession_fetches_no_tile_and_tiles_hold_no_value(desk: Visit) -> None:
    with desk.page.expect_response(re.compile("/tiles/")):
        page = desk.open()
    page.wait_for_load_state("networkidle")
    tiles = desk.asked("/tiles/")
    drawn = len(desk.asked("format=geojson"))
    page.select_option("#profession", "infirmier")
    page.wait_for_function("() => document.title.startsWith('Infirmiers')")
    page.wait_for_load_state("networkidle")
    assert desk.asked("/tiles/") == tiles
    assert len(desk.asked("format=geojson")) == drawn
    (geometry,) = {url for url in desk.asked("/territories?level=iris") if "geojson" in url}
    properties = page.request.get(geometry).json()["features"][0]["properties"]
    assert not {"density", "headcount", "weight", "value", "share"} & set(properties)


@pytest.mark.slow
def test_ten_thousand_practices_come_and_move_in_short_tasks(desk: Visit) -> None:
    page = desk.page
    answer = {"release": {"id": 4, "vintage": "2025-11-03"}, "items": practices(PRACTICES)}
    page.route("**/api/v1/practices?*", lambda route: route.fulfill(json=answer))
    desk.open().wait_for_load_state("networkidle")

    def show() -> None:
        page.click("#points-toggle")
        page.wait_for_function(
            """() => [...document.querySelectorAll('.site')].reduce(
              (sum, site) => sum + Number((site.textContent || '1').replace(/\\D/g, '')), 0) >= 19000"""
        )

    assert work_of(page, show).longest <= LONGEST
    assert work_of(page, lambda: pan(page)).longest <= LONGEST
    page.focus("#map")
    for _ in range(4):
        page.keyboard.press("+")
    assert work_of(page, lambda: pan(page)).longest <= LONGEST
    page.unroute_all(behavior="wait")
