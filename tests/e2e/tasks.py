"""How long the page's own thread worked, by its processor clock: others' work does not count."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

TASK = "ThreadControllerImpl::RunTask"
CHANGE_CLASSES = """method => new Promise(done => {
  document.querySelector(`input[name=breaks][value=${method}]`).click();
  requestAnimationFrame(() => setTimeout(done));
})"""


@dataclass(frozen=True, slots=True)
class Work:
    """Milliseconds of processor of the page's main thread: all tasks together, and the longest."""

    total: float
    longest: float


def work_of(page: Page, act: Callable[[], object]) -> Work:
    """Return what ``act`` cost the main thread of the page. Raises StopIteration without a trace of it."""
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    try:
        act()
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
    names = {
        (event["pid"], event["tid"]): event["args"]["name"]
        for event in events
        if event["name"] == "thread_name"
    }
    spent: dict[tuple[int, int], list[float]] = {}
    for event in events:
        at = (event["pid"], event["tid"])
        if event["name"] == TASK and "tdur" in event and names.get(at) == "CrRendererMain":
            spent.setdefault(at, []).append(event["tdur"] / 1000)
    # Other pages of the browser rest meanwhile: the one that worked most is ours.
    busiest = max(spent.values(), key=sum)
    return Work(sum(busiest), max(busiest))


def practices(count: int) -> list[dict[str, Any]]:
    """Return places of practice around the demo city's centre, as the API lists them: the same each time."""
    spread = random.Random(1)
    return [
        {
            "site_id": k,
            "lon": round(spread.gauss(-3.3, 0.02), 6),
            "lat": round(spread.gauss(46.4, 0.013), 6),
            **{"location_class": "housenumber", "method": "ban_exact", "address": f"{k} rue Fictive"},
            **{"town": "Ville", "site_name": None, "practitioners": 1 + k % 3, "establishments": None},
        }
        for k in range(count)
    ]


def pan(page: Page) -> None:
    """Drag the map three times."""
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for right, down in ((200, 0), (-150, 120), (0, -160)):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + right, y + down, steps=8)
        page.mouse.up()
