"""How long the page's own thread worked, by its processor clock: others' work does not count."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

TASK = "ThreadControllerImpl::RunTask"


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
