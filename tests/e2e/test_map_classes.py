"""Classes of the map: natural breaks, deviations, thresholds; what a reader chooses, and how fast."""

from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser

GENTLE = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
METHODS = ("quantile", "jenks", "equal", "deviation")


def call(desk: Visit, module: str, expression: str, argument: object) -> Any:
    """Evaluate ``expression`` with ``m`` the module's exports and ``a`` the argument."""
    if not desk.page.url.startswith(desk.address):
        desk.page.goto(f"{desk.address}/static/icon.svg")
    return desk.page.evaluate(
        f"async (a) => {{ const m = await import('/static/js/{module}.js'); return {expression}; }}", argument
    )


def variance(groups: list[list[float]]) -> float:
    """Return the squared distances of values to the mean of their group."""
    return sum((x - sum(group) / len(group)) ** 2 for group in groups for x in group)


def parted(values: list[float], bounds: list[float]) -> list[list[float]]:
    """Return values by class, a bound being the smallest value of the class above it."""
    edges = [float("-inf"), *bounds, float("inf")]
    return [[v for v in values if low <= v < high] for low, high in pairwise(edges)]


@given(found=st.lists(st.integers(min_value=1, max_value=60), min_size=5, max_size=11, unique=True))
@GENTLE
def test_natural_breaks_leave_the_least_variance_of_all_partitions(desk: Visit, found: list[int]) -> None:
    values = [float(value) for value in sorted(found)]
    breaks = call(desk, "breaks", "m.jenksBreaks(a, 3)", values)
    best = min(variance(parted(values, list(cut))) for cut in combinations(values[1:], 2))
    assert variance(parted(values, breaks)) == pytest.approx(best, abs=1e-6)


def test_deviations_stand_around_the_mean(desk: Visit) -> None:
    values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]
    assert call(desk, "breaks", "m.deviationBreaks(a)", values) == [2.0, 4.0, 6.0, 8.0]


@given(
    found=st.lists(st.floats(min_value=0.01, max_value=1e5), min_size=1, max_size=50),
    method=st.sampled_from(METHODS),
)
@GENTLE
def test_every_method_puts_every_territory_in_one_class(desk: Visit, found: list[float], method: str) -> None:
    territories = [{"id": i, "value": value, "population": 500} for i, value in enumerate(found)]
    bands = call(desk, "classes", "m.classify(a[0], {method: a[1]})", [territories, method])
    assert sorted(i for band in bands for i in band["ids"]) == list(range(len(found)))
    assert len(bands) <= 5
    assert all(band["low"] <= found[i] <= band["high"] for band in bands for i in band["ids"])


def test_thresholds_keep_their_colours_and_their_words_when_a_class_is_empty(desk: Visit) -> None:
    territories = [{"id": 1, "value": 4.0, "population": 500}, {"id": 2, "value": 2.4, "population": 500}]
    options = {"method": "fixed", "thresholds": {"inner": [2.5, 4], "top": None}}
    low, high = call(desk, "classes", "m.classify(a[0], a[1])", [territories, options])
    assert (low["rank"], low["ids"], high["rank"], high["ids"]) == (0, [2], 4, [1])
    said = call(desk, "legend", "a.map((band) => m.bounds(band, false))", [low, {**high, "high": 1e999}])
    assert said == ["moins de 2,5", "4,0 ou plus"]


def test_two_dates_are_cut_together(desk: Visit) -> None:
    then, now = ([{"id": i, "value": k * i, "population": 500} for i in range(1, 30)] for k in (1, 3))
    cut = "[0, 1].map(k => m.classify(a[k], {}, m.cutsOf([...a[0], ...a[1]])))"
    bands = call(desk, "classes", cut, [then, now])
    bounds = [{(band["low"], band["rank"]) for band in side} for side in bands]
    assert bounds[0] < bounds[1]


def test_far_and_short_times_are_told_apart(desk: Visit) -> None:
    far = {"id": 1, "value": None, "population": 500, "beyond": True}
    near = {"id": 2, "value": 3.0, "population": 500}
    options = {
        "method": "fixed",
        "thresholds": {"inner": [5, 10], "top": None},
        "reversed": True,
        "zero": False,
    }
    bands = call(desk, "classes", "m.classify(a[0], a[1])", [[far, near], options])
    assert [(band["kind"], band["rank"]) for band in bands] == [("class", 4), ("beyond", 0)]


def test_the_readers_classes_are_drawn_at_once_and_kept_in_the_link(desk: Visit) -> None:
    page = desk.open("?echelle=carreau")
    page.click(".more summary")
    for method, word in (("jenks", "ruptures"), ("deviation", "ecarts"), ("equal", "amplitudes")):
        before = page.inner_text("#legend")
        took = page.evaluate(
            """method => {
              const input = document.querySelector(`input[name=breaks][value=${method}]`);
              const start = performance.now();
              input.click();
              return performance.now() - start;
            }""",
            method,
        )
        assert f"classes={word}" in page.url
        assert page.inner_text("#legend") != before
        # 100 ms on a quiet machine; tests share theirs.
        assert took < 400, method
    page.go_back()
    expect(page.locator("input[name=breaks][value=deviation]")).to_be_checked()
