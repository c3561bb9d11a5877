"""Charts drawn by the server: what they say, that nothing in a name is read as SVG, and what grey keeps."""

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maps.charts.curve import Reached, draw_curve
from app.maps.charts.dots import Dot, Scale, draw_dots
from app.maps.charts.pyramid import Ages, draw_pyramid
from app.maps.charts.svg import WIDTH, steps
from app.maps.charts.trend import Moment, draw_trend

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script>"&'
CLASSES = (("0-14", "0-14"), ("15-29", "15-29"))
PEOPLE = {"0-14": (30.0, 20.0), "15-29": (10.0, 40.0)}


def dots(*rows: Dot, scale: Scale | None = None) -> str:
    return str(draw_dots("d", "Titre", rows, scale or Scale("pour 100 000 habitants")))


def hostile_charts() -> list[str]:
    walk = Reached(HOSTILE, [0.0] * 16 + [1.0] * 5)
    return [
        str(draw_dots("d", HOSTILE, [Dot(HOSTILE, 1.0, 0.5, 2.0)], Scale(HOSTILE, 1.0, HOSTILE))),
        str(draw_curve("c", HOSTILE, walk, walk)),
        str(draw_pyramid("p", HOSTILE, CLASSES, Ages(HOSTILE, PEOPLE), Ages(HOSTILE, PEOPLE))),
        str(
            draw_trend("t", HOSTILE, [Moment(date(2025, 1, 1), 1.0), Moment(date(2026, 1, 1), 2.0)], HOSTILE)
        ),
    ]


@pytest.mark.parametrize("chart", hostile_charts(), ids=["dots", "curve", "pyramid", "trend"])
def test_a_name_that_is_markup_is_drawn_as_text_in_a_chart_that_is_announced(chart: str) -> None:
    svg = ET.fromstring(chart)
    assert svg.get("role") == "img"
    titled = [
        found.get("id") for found in (svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")) if found is not None
    ]
    assert svg.get("aria-labelledby") == " ".join(str(one) for one in titled)
    assert svg.findtext(f"{SVG}title") == HOSTILE
    assert {element.tag for element in svg.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "text", "line", "rect", "path", "circle")
    }
    # The pages forbid styles and scripts written inside them.
    assert not re.search(r"\s(style|on\w+)=", chart)


def test_dots_tell_every_value_with_its_interval_in_words() -> None:
    told = ET.fromstring(dots(Dot("Ici", 73.2, 8.9, 264.0, own=True), Dot("Commune", 88.4))).findtext(
        f"{SVG}desc"
    )
    assert told == "pour 100 000 habitants : Ici, 73,2, entre 8,9 et 264 ; Commune, 88,4."


def test_zero_unknown_and_not_shown_are_three_looks() -> None:
    zero = dots(Dot("a", 0.0, 0.0, 5.0), Dot("b", 3.0))
    unknown = dots(Dot("a", None, status="unknown"), Dot("b", 3.0))
    hidden = dots(Dot("a", None, status="suppressed"), Dot("b", 3.0))
    assert 'r="5.5" fill="#ffffff"' in zero
    assert ("inconnu" in unknown, "non montré (NS)" in hidden) == (True, True)
    for chart in (unknown, hidden):
        assert chart.count("<circle") == 1
        assert "stroke-dasharray" in chart
    assert len({zero, unknown, hidden}) == 3


def test_an_interval_far_beyond_every_value_is_cut_with_an_arrow_not_drawn_outside() -> None:
    chart = dots(Dot("Ici", 0.0, 0.0, 3689.0, own=True), Dot("Commune", 88.0, 70.0, 109.0))
    assert "<path" in chart
    ends = [float(found) for found in re.findall(r'x2="([\d.]+)"', chart)]
    assert max(ends) <= WIDTH
    assert "entre 0 et 3\u202f689" in chart


def test_nobody_anywhere_still_has_an_axis() -> None:
    assert ET.fromstring(dots(Dot("a", 0.0), Dot("b", None))) is not None


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_an_axis_goes_by_even_steps_just_far_enough(highest: float) -> None:
    marks = steps(highest)
    assert marks[0] == 0
    assert marks[-1] >= highest * (1 - 1e-9)
    assert marks[-2] < highest
    gaps = [after - before for before, after in pairwise(marks)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps))
    assert 2 <= len(marks) <= 5


def test_an_unknown_vintage_leaves_a_gap_in_the_line_and_says_so() -> None:
    days = [date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1)]
    whole = [Moment(day, 10.0, 5.0, 20.0) for day in days]
    broken = [*whole[:2], Moment(days[2], None), whole[3]]
    lines = [
        str(draw_trend("t", "T", moments, "u")).count('stroke-width="2.5"') for moments in (whole, broken)
    ]
    assert lines == [1, 2]
    assert "le 1er janvier 2024, inconnu" in draw_trend("t", "T", broken, "u")


def test_a_trend_starts_at_zero_so_that_a_small_change_looks_small() -> None:
    chart = draw_trend("t", "T", [Moment(date(2024, 1, 1), 100.0), Moment(date(2025, 1, 1), 101.0)], "u")
    heights = [float(found) for found in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', str(chart))]
    assert abs(heights[0] - heights[1]) < 3


def test_a_curve_says_its_shares_and_marks_the_quarter_of_an_hour() -> None:
    shares = [min(1.0, minute / 20) for minute in range(31)]
    chart = str(draw_curve("c", "T", Reached("Ici", shares), None))
    assert "75\u202f% à moins de 15 minutes" in chart
    assert "100\u202f% à moins de 20 minutes" in chart
    assert chart.count("<circle") == 1


def test_a_pyramid_draws_shares_of_everybody_men_left_women_right() -> None:
    svg = ET.fromstring(str(draw_pyramid("p", "T", CLASSES, Ages("Ici", PEOPLE), None)))
    told = svg.findtext(f"{SVG}desc") or ""
    assert "0-14, 30,0\u202f% d'hommes et 20,0\u202f% de femmes" in told
    bars = [(float(one.get("x", 0)), float(one.get("width", 0))) for one in svg.iter(f"{SVG}rect")]
    men, women = bars[0], bars[1]
    assert men[0] + men[1] < WIDTH / 2 < women[0]
    assert men[1] / women[1] == pytest.approx(1.5, rel=0.01)


def test_a_pyramid_of_nobody_is_empty_not_a_division() -> None:
    nobody = dict.fromkeys(PEOPLE, (0.0, 0.0))
    svg = ET.fromstring(str(draw_pyramid("p", "T", CLASSES, Ages("Ici", nobody), None)))
    assert "0-14, 0,0\u202f% d'hommes" in (svg.findtext(f"{SVG}desc") or "")
