"""Ages, shares and gaps as one says them."""

import doctest
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators import account_words, wording
from app.indicators.account_words import TASKS, gap_text
from app.indicators.references import Compared, compare
from app.indicators.wording import french_age
from app.jobs.schedule import PUBLICATION, SOURCE
from app.settings import PROJECT

TODAY = date(2025, 11, 3)


@pytest.mark.parametrize("module", [account_words, wording])
def test_examples_hold(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 11, 4), "aujourd'hui"),
        (date(2025, 11, 2), "hier"),
        (date(2025, 11, 1), "il y a 2 jours"),
        (date(2025, 10, 14), "il y a 20 jours"),
        (date(2025, 10, 13), "il y a 3 semaines"),
        (date(2025, 9, 4), "il y a 8 semaines"),
        (date(2025, 9, 3), "il y a 2 mois"),
        (date(2024, 12, 4), "il y a 10 mois"),
        (date(2024, 11, 3), "il y a un an"),
        (date(2024, 10, 3), "il y a 13 mois"),
        (date(2023, 11, 4), "il y a 23 mois"),
        (date(2023, 11, 3), "il y a 2 ans"),
        (date(2020, 2, 29), "il y a 5 ans"),
    ],
)
def test_an_age_is_said_in_the_unit_one_would_use(day: date, said: str) -> None:
    assert french_age(day, TODAY) == said


@given(st.integers(min_value=0, max_value=20_000))
def test_an_age_never_reads_zero_nor_one_of_something(days: int) -> None:
    said = french_age(TODAY - timedelta(days=days), TODAY)
    assert not {"0", "1"} & set(said.split())


def row(headcount: int, expected: float | None, density: float | None = None) -> dict[str, object]:
    return {
        "profession": "infirmier",
        "label": "Infirmiers",
        "headcount": headcount,
        "population": 50_000.0,
        "reference_headcount": expected,
        "reference_density": density,
        "origin": "DREES",
        "year": 2024,
    }


def compared(headcount: int, expected: float | None, density: float | None = None) -> Compared:
    found = compare(row(headcount, expected, density), None)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_gap_that_chance_explains_is_no_difference() -> None:
    assert gap_text(compared(20, 25)) == "pas de différence établie"


def test_a_gap_is_said_with_its_interval() -> None:
    # METHODS 4: Byar's bounds of 20 are 12.211 and 30.890; against 40, -69 % and -23 %.
    assert gap_text(compared(20, 40)).replace("\u202f", " ") == "−50 % (entre −69 % et −23 %)"
    assert gap_text(compared(20, 10)).replace("\u202f", " ") == "+100 % (entre +22 % et +209 %)"


def test_a_density_is_compared_through_the_population() -> None:
    assert compared(20, None, 80.0).reference == pytest.approx(40)
    assert compare(row(20, None, 80.0) | {"population": None}, None) is None  # type: ignore[arg-type]


def test_every_task_of_the_ledger_has_words() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "app").rglob("*.py"))
    written = set(re.findall(r'Ledger\(engine, task="(\w+)"', sources))
    assert {"refresh", "build", "publish", "graph"} <= written
    assert written | {SOURCE, PUBLICATION} == set(TASKS)
