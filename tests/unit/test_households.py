"""Which territories of a commune may not be told, so that ten households or fewer never show."""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import pytest

from app.indicators.households import hidden_communes, hidden_inside

COMMUNE = 1


class Row(NamedTuple):
    commune_id: int
    level: str
    territory_id: int
    base_id: int
    households: float


class Commune(NamedTuple):
    territory_id: int
    households: float
    above_id: int


def rows_of(iris: dict[int, float], taken: dict[tuple[str, int, int], float]) -> list[Row]:
    """Return the rows of a commune: households by IRIS, and what QPV and quartiers take of each."""
    return [
        *(Row(COMMUNE, "commune", COMMUNE, base, held) for base, held in iris.items()),
        *(Row(COMMUNE, "iris", base, base, held) for base, held in iris.items()),
        *(Row(COMMUNE, level, one, base, held) for (level, one, base), held in taken.items()),
    ]


def rebuilt(rows: list[Row], hidden: set[int]) -> set[float]:
    """Return what an attacker gets who adds and subtracts up to three of the figures that are shown."""
    totals: dict[int, float] = {}
    for row in rows:
        totals[row.territory_id] = totals.get(row.territory_id, 0) + row.households
    shown = [total for one, total in totals.items() if one not in hidden]
    found = set()
    for size in (1, 2, 3):
        for chosen in combinations(shown, size):
            for signs in product((1, -1), repeat=size):
                found.add(round(float(np.dot(chosen, signs)), 6))
    return found


def few(found: set[float]) -> list[float]:
    return sorted(value for value in found if 0 < value <= 10)


def test_a_commune_without_anything_small_hides_nothing() -> None:
    assert hidden_inside(rows_of({10: 400.0, 11: 600.0}, {("qpv", 20, 10): 150.0})) == set()


def test_a_small_iris_goes_with_another_so_that_the_commune_does_not_give_it_back() -> None:
    rows = rows_of({10: 8.0, 11: 600.0, 12: 300.0}, {})
    hidden = hidden_inside(rows)
    assert 10 in hidden
    assert len(hidden) >= 2
    assert few(rebuilt(rows, hidden)) == []


@pytest.mark.parametrize("level", ["qpv", "quartier", "perimetre"])
def test_what_is_left_of_an_iris_beside_what_takes_it_is_not_given_back(level: str) -> None:
    rows = rows_of({10: 208.0, 11: 600.0, 12: 355.0}, {(level, 20, 10): 200.0})
    assert 8.0 in rebuilt(rows, set())
    hidden = hidden_inside(rows)
    assert hidden & {10, 20}
    assert few(rebuilt(rows, hidden)) == []


def test_a_qpv_about_few_is_hidden() -> None:
    assert 20 in hidden_inside(rows_of({10: 208.0, 11: 600.0}, {("qpv", 20, 10): 9.0}))


def test_the_sliver_that_is_left_of_an_iris_hides_nobody() -> None:
    taken = {("quartier", 20, 10): 399.5, ("quartier", 21, 11): 600.0}
    assert hidden_inside(rows_of({10: 400.0, 11: 600.0}, taken)) == set()


def test_each_commune_hides_its_own() -> None:
    first = rows_of({10: 8.0, 11: 600.0}, {})
    second = [
        row._replace(commune_id=2, territory_id=row.territory_id + 100) for row in rows_of({10: 500.0}, {})
    ]
    assert hidden_inside([*first, *second]) <= {COMMUNE, 10, 11}


def test_a_small_commune_takes_another_of_its_intercommunality_along() -> None:
    rows = [Commune(1, 9.0, 50), Commune(2, 400.0, 50), Commune(3, 90.0, 50), Commune(4, 500.0, 51)]
    assert hidden_communes(rows) == {1, 3}


def test_a_small_commune_alone_hides_what_holds_it() -> None:
    assert hidden_communes([Commune(1, 9.0, 50), Commune(2, 400.0, 51)]) == {1, 50}
    assert hidden_communes([Commune(1, 9.0, 0), Commune(2, 400.0, 51)]) == {1}
    assert hidden_communes([]) == set()
