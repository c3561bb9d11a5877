"""The pages' own modules, called in a real browser: classes, numbers, addresses, geometry."""

import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visit import Visit

from app.web.pages import STATIC, browser_modules

pytestmark = pytest.mark.browser

GENTLE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def call(desk: Visit, module: str, expression: str, argument: object = None) -> Any:
    """Evaluate ``expression`` with ``m`` the module's exports and ``a`` the argument."""
    if not desk.page.url.startswith(desk.address):
        desk.page.goto(f"{desk.address}/static/icon.svg")
    return desk.page.evaluate(
        f"async (a) => {{ const m = await import('/static/js/{module}.js'); return {expression}; }}", argument
    )


values = st.lists(
    st.one_of(
        st.none(), st.just(0), st.floats(min_value=0.01, max_value=1e5), st.sampled_from([12.5, 80.0, 80.0])
    ),
    max_size=60,
)


@given(found=values, method=st.sampled_from(["quantile", "equal"]))
@GENTLE
def test_every_territory_falls_in_one_class_that_its_bounds_hold(
    desk: Visit, found: list[float | None], method: str
) -> None:
    territories = [{"id": i, "value": value, "population": 10} for i, value in enumerate(found)]
    bands = call(desk, "classes", "m.classify(a[0], {method: a[1]})", [territories, method])
    assert sorted(i for band in bands for i in band["ids"]) == list(range(len(found)))
    classes = [band for band in bands if band["kind"] == "class"]
    assert len(classes) <= 5
    assert all(band["ids"] for band in bands)
    assert [band["rank"] for band in classes] == sorted({band["rank"] for band in classes})
    for band in classes:
        for i in band["ids"]:
            assert band["low"] <= found[i] <= band["high"]


@given(found=st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=60))
@GENTLE
def test_counts_have_whole_bounds_that_do_not_overlap(desk: Visit, found: list[int]) -> None:
    territories = [{"id": i, "value": value, "population": 10} for i, value in enumerate(found)]
    bands = call(desk, "classes", "m.classify(a, {whole: true})", territories)
    classes = [band for band in bands if band["kind"] == "class"]
    for lower, upper in pairwise(classes):
        assert lower["high"] == upper["low"] == int(upper["low"])
        assert max(found[i] for i in lower["ids"]) < upper["low"]


def test_too_few_people_stay_out_of_the_classes(desk: Visit) -> None:
    found = [{"id": i, "value": 10.0 + i, "population": 2500} for i in range(10)]
    few = [{"id": 90, "value": 4133.0, "population": 24, "few": True}]
    few += [{"id": 91, "value": 0, "population": 24, "few": True}]
    bands = call(desk, "classes", "m.classify(a)", [*found, *few])
    assert max(band["high"] for band in bands) <= 20
    (apart,) = [band for band in bands if band["kind"] == "few"]
    assert apart["ids"] == [90, 91]
    assert call(desk, "legend", "m.bounds(a, false)", apart) == "moins de 200\xa0habitants"


@pytest.mark.parametrize(
    ("population", "few"), [(None, False), (0, False), (0.4, True), (199.9, True), (200, False)]
)
def test_few_people_are_under_two_hundred(desk: Visit, population: float | None, few: bool) -> None:
    assert call(desk, "classes", "m.isFew(a)", population) is few


def test_bounds_in_the_legend_do_not_overlap(desk: Visit) -> None:
    found = [{"id": i, "value": 10.5 * (i + 1), "population": 2500} for i in range(20)]
    bands = call(desk, "classes", "m.classify(a)", found)
    said = call(desk, "legend", "a.map((band) => m.bounds(band, false))", bands)
    assert all(" à moins de " in words for words in said[:-1])
    assert "moins de" not in said[-1]
    for lower, upper in pairwise(said):
        assert lower.split("moins de ")[1] == upper.split(" à ")[0]


def test_one_value_everywhere_makes_one_class(desk: Visit) -> None:
    same = [{"id": i, "value": 80, "population": 10} for i in range(12)]
    (band,) = call(desk, "classes", "m.classify(a)", same)
    assert (band["low"], band["high"], len(band["ids"]), band["rank"]) == (80, 80, 12, 2)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("m.number(1234.5, 1)", "1\u202f234,5"),
        ("m.rate(0)", "0"),
        ("m.rate(5.54)", "5,5"),
        ("m.rate(9.97)", "10"),
        ("m.rate(12.4)", "12"),
        ("m.count(3)", "3"),
        ("m.count(2.5)", "2,5"),
        ("m.percent(0.95)", "95\u202f%"),
        ("m.longDate('2025-11-03')", "3 novembre 2025"),
        ("m.longDate('2025-05-01T08:00:00Z')", "1er mai 2025"),
    ],
)
def test_numbers_and_dates_are_french(desk: Visit, expression: str, written: str) -> None:
    assert call(desk, "format", expression) == written


def test_a_state_survives_the_address_bar(desk: Visit) -> None:
    state = {
        "indicator": "sites",
        "profession": "sage_femme",
        "level": "qpv",
        "scope": "ambulatory",
        "within": "commune:00101",
        "selected": "qpv:QN00001M",
        "view": {"zoom": 13.25, "lat": 46.4, "lon": -3.3},
        "date": "2024-05-06",
        "ground": "plan",
        "points": True,
        "breaks": "equal",
        "from": {"lat": 46.41, "lon": -3.29},
        "mode": "bike",
        "minutes": 20,
        "statistic": "mean",
        "preset": "2sfca",
        "place": "12 Rue Victor Hugo",
        "area": [{"lat": 46.4, "lon": -3.3}, {"lat": 46.41, "lon": -3.3}, {"lat": 46.41, "lon": -3.29}],
        "against": {"kind": "indicator", "value": "coverage"},
    }
    query = call(desk, "state", "m.formatState(a)", state)
    assert "quoi=lieux" in query
    assert "portee=ambulatoire" in query
    assert "trajet=velo&minutes=20" in query
    assert "contre=quoi:couverture" in query
    assert call(desk, "state", "m.parseState(a)", query) == state


@pytest.mark.parametrize("said", ["Moins élevé que dans l'ensemble de la commune (88).", None])
def test_what_a_difference_establishes_is_what_the_server_says(desk: Visit, said: str | None) -> None:
    item = {"ci_low": 98, "ci_high": 583, "sentence": said}
    assert call(desk, "supply", "m.density.compare({ item: a })", item) == (said or "")


@pytest.mark.parametrize(
    ("densities", "level", "left", "said"),
    [
        (
            [0] * 5 + [40, 50, 60, 70],
            "iris",
            {"unlocated": 0},
            "Plus de la moitié des IRIS n'en ont aucun (de 0",
        ),
        ([0] * 5 + [40] * 5, "iris", {"unlocated": 0}, "La moitié des IRIS n'en ont aucun (de 0 à 40)"),
        ([10] * 5 + [40] * 5, "iris", {"unlocated": 0}, "La moitié des IRIS ont 10 ou moins (de 10 à 40)"),
        ([0, 0, 0, 40, 120], "qpv", {"unlocated": 0}, "De 0 à 120 selon le QPV\u202f; tous les praticiens"),
        (
            [5] * 9,
            "iris",
            {"unlocated": 2},
            "2\xa0praticiens non localisés, comptés à la commune et au-dessus.",
        ),
        (
            [5] * 9,
            "carreau",
            {"unlocated": 1, "outside": 4, "nowhere": 3},
            "4 hors des carreaux habités\u202f; 3 sans",
        ),
        (
            [5] * 9,
            "quartier",
            {"unlocated": 0, "outside": 4, "nowhere": 0},
            "localisés\u202f; 4 hors des quartiers.",
        ),
        (
            [5] * 9,
            "iris",
            {"unlocated": 0, "outside": None, "nowhere": 3},
            "5,0 partout\u202f; 3 sans adresse connue.",
        ),
    ],
)
def test_the_answer_line_says_who_has_none_and_who_is_left_out(
    desk: Visit, densities: list[float], level: str, left: dict[str, int | None], said: str
) -> None:
    items = [{"density": density, "population": 2500} for density in densities]
    about = {"state": {"level": level}, "infraCommunal": True, "subject": "person"}
    line = "m.answerLine(a[0], {...a[1], indicator: (await import('/static/js/supply.js')).density}, null)"
    assert said in call(desk, "title", line, [{"items": items, **left}, about])


def test_nine_classes_hold_every_territory_once_and_what_is_secret_apart(desk: Visit) -> None:
    items = [
        {"id": k, "population": 10, "status": "known", "need_class": 1 + k // 3, "supply_class": 1 + k % 3}
        for k in range(9)
    ]
    empty = {"population": 5, "need_class": None, "supply_class": None}
    items += [{"id": 9, "status": "suppressed", **empty}, {"id": 10, "status": "unknown", **empty}]
    crossed = "(await import('/static/js/needs.js')).needs.crossed"
    bands = call(desk, "cross", f"m.crossBands(a, {crossed})", items)
    assert sorted(i for band in bands for i in band["ids"]) == list(range(11))
    assert [band["kind"] for band in bands[-2:]] == ["suppressed", "unknown"]
    darkest = max((band for band in bands if band["kind"] == "cross"), key=lambda band: band["rank"])
    (worst,) = (items[i] for i in darkest["ids"])
    assert (worst["need_class"], worst["supply_class"]) == (3, 1)


def test_the_nine_colours_are_told_apart_whatever_the_eye(desk: Visit) -> None:
    colours = call(desk, "palette", "m.CROSSED")
    css = (STATIC / "css" / "base.css").read_text()
    assert colours == re.findall(r"--cross-\d: (#\w{6});", css)
    for matrix in EYES.values():
        for one, other in combinations(colours, 2):
            assert difference(seen(one, matrix), seen(other, matrix)) > 15, (one, other)
    for need in range(3):
        for lack in range(2):
            assert contrast(colours[3 * need + lack], colours[3 * need + lack + 1]) > 1.25
            assert contrast(colours[3 * lack + need], colours[3 * (lack + 1) + need]) > 1.25


def test_a_trend_is_drawn_in_time_and_leaves_out_what_is_unknown(desk: Visit) -> None:
    points = [
        {"vintage": day, "density": density, "ci_low": low, "ci_high": high}
        for day, density, low, high in [
            ("2023-01-01", 100, 50, 150),
            ("2024-01-01", None, None, None),
            ("2025-01-01", 0, 0, 200),
        ]
    ]
    first, last = call(desk, "trend", "m.spotsOf(a, 200)", points)
    assert first["x"] < last["x"]
    assert first["high"] < first["y"] < first["low"] < last["y"]
    assert last["high"] < last["y"] == last["low"]


def test_only_a_simple_polygon_of_a_file_can_live_in_an_address(desk: Visit) -> None:
    ring = [[-3.3, 46.4], [-3.2, 46.4], [-3.2, 46.5], [-3.3, 46.4]]
    square = {"type": "Polygon", "coordinates": [ring]}
    holed = {"type": "Polygon", "coordinates": [ring, ring]}
    metres = {"type": "Polygon", "coordinates": [[[652000, 6862000], [653000, 6862000], [653000, 6863000]]]}
    corners = "m.cornersOf(m.polygonsOf(a))"
    assert len(call(desk, "area_file", corners, {"type": "Feature", "geometry": square})) == 3
    assert call(desk, "area_file", corners, {"type": "FeatureCollection", "features": [holed]}) is None
    assert call(desk, "area_file", "m.polygonsOf(a)", metres) == []
    assert call(desk, "area_file", "m.polygonsOf(a)", {"type": "FeatureCollection", "features": [None]}) == []
    assert call(desk, "area_file", "m.polygonsOf(a)", None) == []


def test_names_stand_by_their_place_once_and_in_order(desk: Visit) -> None:
    people = [
        {"site_id": 1, "given_name": "Zoé", "family_name": "FICTIVE"},
        {"site_id": 1, "given_name": "Ève", "family_name": "FICTIVE"},
        {"site_id": 1, "given_name": "Zoé", "family_name": "FICTIVE"},
        {"site_id": 2, "given_name": None, "family_name": "INVENTÉ"},
    ]
    named = call(desk, "names", "[...m.namesBySite(a)]", people)
    assert named == [[1, ["Ève FICTIVE", "Zoé FICTIVE"]], [2, ["INVENTÉ"]]]


def test_a_label_stands_inside_a_crescent(desk: Visit) -> None:
    crescent = [[0, 0], [10, 0], [10, 1], [1, 1], [1, 9], [10, 9], [10, 10], [0, 10], [0, 0]]
    x, y = call(desk, "geometry", "m.labelPoint(a)", {"type": "Polygon", "coordinates": [crescent]})
    assert 0 < x < 1
    assert 1 < y < 9


def test_arrows_lead_to_the_neighbour_on_that_side(desk: Visit) -> None:
    points = [[1, [0, 0]], [2, [1, 0.1]], [3, [3, 0]], [4, [0, 2]], [5, [-1, -0.2]]]
    step = "m.nextTowards(new Map(a[0]), a[1], a[2])"
    assert call(desk, "geometry", step, [points, 1, "ArrowRight"]) == 2
    assert call(desk, "geometry", step, [points, 1, "ArrowUp"]) == 4
    assert call(desk, "geometry", step, [points, 1, "ArrowLeft"]) == 5
    assert call(desk, "geometry", step, [points, 3, "ArrowRight"]) == 3


def test_the_legend_and_the_map_share_one_palette(desk: Visit) -> None:
    css = (STATIC / "css" / "base.css").read_text()
    assert call(desk, "palette", "m.SEQUENTIAL") == re.findall(r"--class-\d: (#\w{6});", css)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


type Matrix = tuple[tuple[float, float, float], ...]

# Linear sRGB as each eye sees it: Machado, Oliveira and Fernandes 2009, full severity.
EYES: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ: Matrix = (
    (0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505),
    (0.2126, 0.7152, 0.0722),
    (0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089),
)


def _times(matrix: Matrix, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def seen(colour: str, matrix: Matrix) -> list[float]:
    """Return the CIELAB coordinates of a colour as an eye sees it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = [min(1.0, max(0.0, part)) for part in _times(matrix, linear)]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in _times(XYZ, light))
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def difference(one: list[float], other: list[float]) -> float:
    """Return the distance of two colours in CIELAB."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5


def test_classes_keep_their_order_in_grey_and_lines_stand_out(desk: Visit) -> None:
    steps = ["#ffffff", *call(desk, "palette", "m.SEQUENTIAL")]
    assert all(contrast(a, b) > 1.25 for a, b in pairwise(steps))
    assert [luminance(step) for step in steps] == sorted(map(luminance, steps), reverse=True)
    for line in call(desk, "palette", "[m.OUTLINE, m.SELECTED, m.QPV]"):
        assert contrast(line, "#ffffff") >= 4.5


def test_modules_stay_short_and_name_no_other_host() -> None:
    files = [STATIC / "js" / name for name in browser_modules()]
    assert files
    for file in [*files, *(STATIC / "css").glob("*.css")]:
        text = Path(file).read_text()
        assert len(text.splitlines()) < 400 or file.suffix == ".css", file.name
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == [], file.name
