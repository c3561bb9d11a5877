"""How many people live in each territory: by hand, on squares of 200 m."""

from datetime import date

import pytest
from small_registers import (
    GP,
    activity,
    annuaire,
    at,
    ban,
    cells,
    communes,
    iris,
    iris_population,
    qpv,
    qpv_table,
)
from small_registers import quartiers as write_quartiers
from store import Store

# Two IRIS of 2 x 2 squares side by side, in one commune; a third in the next commune.
IRIS = {
    "001010101": (0, 0, 400, 400),
    "001010102": (400, 0, 800, 400),
    "002010101": (800, 0, 1200, 400),
}
COMMUNES = {"00101": (0, 0, 800, 400), "00201": (800, 0, 1200, 400)}
# The squares say where people live; INSEE's table says how many.
SQUARES = {(0, 0): 10, (1, 0): 20, (0, 1): 30, (1, 1): 40, (2, 0): 50, (3, 1): 150, (4, 0): 80, (5, 1): 20}
TABLE = {"001010101": 1200.0, "001010102": 600.0, "002010101": 300.0}
# A straight border on the metric grid bends by some millimetres between corners in WGS84.
CLOSE = 2e-4


def built(
    store: Store,
    *,
    table: dict[str, float] | None = None,
    squares: dict[tuple[int, int], float] | None = None,
    imputed: frozenset[tuple[int, int]] = frozenset(),
    drawn: dict[tuple[int, int], tuple[float, float, float, float]] | None = None,
    priority: dict[str, tuple[str, tuple[float, float, float, float]]] | None = None,
    quartiers: dict[str, tuple[float, float, float, float]] | None = None,
    stated: dict[str, float] | None = None,
    people: int | None = None,
) -> Store:
    """Publish the small city with the given registers."""
    folder = store.folder
    store.load(communes(folder, COMMUNES, people=people))
    store.load(iris(folder, IRIS))
    if table:
        store.load(iris_population(folder, table))
    if squares:
        store.load(cells(folder, squares, imputed=imputed, drawn=drawn))
    if priority:
        store.load(qpv(folder, priority))
    if quartiers:
        store.load(write_quartiers(folder, quartiers))
    if stated:
        store.load(qpv_table(folder, stated))
    store.release()
    return store


def values(store: Store, level: str, age_class: str = "all", sex: str = "T") -> dict[str, float]:
    return {code: row.value for (at, code), row in store.people(age_class, sex).items() if at == level}


def test_the_iris_table_is_authoritative_and_squares_are_scaled_to_it(store: Store) -> None:
    built(store, table=TABLE, squares=SQUARES)
    assert values(store, "iris") == pytest.approx(TABLE)
    by_square = values(store, "carreau")
    # 1 200 people over squares of 10 20 30 40: twelve for each.
    assert sorted(by_square.values()) == pytest.approx(
        sorted([120, 240, 360, 480, 150, 450, 240, 60]), rel=CLOSE
    )
    assert sum(by_square.values()) == pytest.approx(sum(TABLE.values()), rel=CLOSE)


def test_communes_and_what_stands_above_are_the_sum_of_their_iris(store: Store) -> None:
    built(store, table=TABLE, squares=SQUARES)
    assert values(store, "commune") == pytest.approx({"00101": 1800, "00201": 300})
    for level in ("epci", "departement", "region"):
        assert list(values(store, level).values()) == pytest.approx([2100])


def test_quartiers_that_cover_the_iris_conserve_their_people(store: Store) -> None:
    cover = {"N": (0, 250, 1200, 400), "S": (0, 0, 1200, 250)}
    built(store, table=TABLE, squares=SQUARES, quartiers=cover)
    found = values(store, "quartier")
    assert sum(found.values()) == pytest.approx(2100, rel=CLOSE)
    # Three quarters of the upper squares lie above 250 m: 30 40 of the first IRIS, 150, 20.
    north = 0.75 * (12 * 70 + 3 * 150 + 3 * 20)
    assert found["N"] == pytest.approx(north, rel=CLOSE)
    for age_class, sex in (("0-14", "T"), ("15-49", "F"), ("all", "F")):
        whole = sum(values(store, "iris", age_class, sex).values())
        assert sum(values(store, "quartier", age_class, sex).values()) == pytest.approx(whole, rel=CLOSE)


def test_women_15_49_are_two_classes_and_a_third_of_the_next(store: Store) -> None:
    built(store, table=TABLE, squares=SQUARES)
    # Each class holds a twelfth of the people for each sex.
    assert values(store, "iris", "15-49", "F")["001010101"] == pytest.approx(1200 / 12 * (1 + 1 + 1 / 3))
    assert values(store, "iris", "0-14")["001010101"] == pytest.approx(200)
    assert values(store, "commune", "15-49", "F")["00101"] == pytest.approx(1800 / 12 * (7 / 3))


def test_a_priority_quarter_takes_its_part_of_the_inhabited_squares(store: Store) -> None:
    priority = {"QN00101M": ("00101", (0, 0, 300, 200))}
    built(store, table=TABLE, squares=SQUARES, priority=priority)
    # All of the square of 10 and half of the square of 20, twelve people each.
    assert values(store, "qpv")["QN00101M"] == pytest.approx(12 * (10 + 10), rel=CLOSE)
    assert store.people()["qpv", "QN00101M"].method == "cells"


def test_a_published_priority_population_stands_before_the_estimate(store: Store) -> None:
    priority = {"QN00101M": ("00101", (0, 0, 300, 200)), "QN00102M": ("00101", (400, 0, 600, 200))}
    built(store, table=TABLE, squares=SQUARES, priority=priority, stated={"QN00101M": 777, "QN00999M": 5})
    found = store.people()
    assert (found["qpv", "QN00101M"].value, found["qpv", "QN00101M"].method) == (777, "stated")
    assert found["qpv", "QN00102M"].value == pytest.approx(150, rel=CLOSE)
    assert ("qpv", "QN00999M") not in found
    for sex in "HF":
        ages = ("0-14", "15-29", "30-44", "45-59", "60-74", "75+")
        by_age = sum(values(store, "qpv", age, sex)["QN00101M"] for age in ages)
        assert by_age == pytest.approx(values(store, "qpv", "all", sex)["QN00101M"]) == pytest.approx(777 / 2)


def test_a_priority_quarter_across_two_communes_adds_both_parts(store: Store) -> None:
    priority = {"QN00101M": ("00101", (600, 0, 1000, 400))}
    built(store, table=TABLE, squares=SQUARES, priority=priority)
    # Squares of 150 in the first commune (3 people each), of 80 in the second (3 people each).
    assert values(store, "qpv")["QN00101M"] == pytest.approx(3 * 150 + 3 * 80, rel=CLOSE)
    parents = store.rows(
        "SELECT c.code FROM published.territory q JOIN published.territory c ON c.id = ANY(q.parents)"
        " WHERE q.level = 'qpv' AND c.level = 'commune' ORDER BY 1"
    )
    assert [row.code for row in parents] == ["00101", "00201"]


def test_practitioners_of_a_quarter_across_two_communes_count_in_it_once(store: Store) -> None:
    priority = {"QN00101M": ("00101", (600, 0, 1000, 400))}
    folder = store.folder
    store.load(
        ban(
            folder,
            [
                {"number": 1, "street": "Rue Haute", "place": (700, 100)},
                {
                    "number": 2,
                    "street": "Rue Haute",
                    "place": (900, 100),
                    "commune": "00201",
                    "postcode": "00200",
                },
            ],
        )
    )
    lines = [
        activity("810000000001", GP, at("1", "HAUTE"), commune="00101"),
        activity("810000000001", GP, at("2", "HAUTE"), postcode="00200", commune="00201"),
        activity("810000000002", GP, at("2", "HAUTE"), postcode="00200", commune="00201"),
    ]
    store.load(annuaire(folder, date(2025, 1, 1), lines))
    built(store, table=TABLE, squares=SQUARES, priority=priority)
    found = store.counts("medecin_generaliste")["qpv", "QN00101M"]
    assert (found.headcount, found.weight) == (2, pytest.approx(2.0))


def test_the_imputed_share_is_that_of_the_people_of_imputed_squares(store: Store) -> None:
    built(store, table=TABLE, squares=SQUARES, imputed=frozenset([(0, 0), (0, 1), (3, 1)]))
    found = store.people()
    assert found["iris", "001010101"].imputed_share == pytest.approx(0.4, rel=CLOSE)
    assert found["iris", "001010102"].imputed_share == pytest.approx(0.75, rel=CLOSE)
    assert found["iris", "002010101"].imputed_share == pytest.approx(0, abs=1e-4)
    assert found["commune", "00101"].imputed_share == pytest.approx((10 + 30 + 150) / 300, rel=CLOSE)


def test_squares_across_two_iris_are_shared_by_area(store: Store) -> None:
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 800, 400)}))
    store.load(iris(folder, {"001010101": (0, 0, 300, 400), "001010102": (300, 0, 800, 400)}))
    store.load(cells(folder, {(0, 0): 100, (1, 0): 60, (3, 0): 10}))
    store.release()
    assert values(store, "iris") == pytest.approx({"001010101": 130, "001010102": 40}, rel=CLOSE)
    assert values(store, "commune")["00101"] == pytest.approx(170, rel=CLOSE)
    assert sorted(values(store, "carreau").values()) == pytest.approx([10, 60, 100], rel=CLOSE)


def test_a_square_that_the_file_cuts_carries_the_part_it_covers(store: Store) -> None:
    # The file cuts the square at a quarter of its 40 000 m2 and still writes the people of the whole.
    built(store, squares={(0, 0): 100, (1, 1): 40}, drawn={(0, 0): (0, 0, 100, 100)})
    assert values(store, "iris")["001010101"] == pytest.approx(25 + 40, rel=1e-3)


def test_without_squares_people_are_spread_over_the_area(store: Store) -> None:
    priority = {"QN00101M": ("00101", (0, 0, 400, 100))}
    built(store, table=TABLE, priority=priority)
    found = store.people()["qpv", "QN00101M"]
    assert found.value == pytest.approx(300, rel=CLOSE)
    assert found.method == "area"
    assert found.imputed_share is None


ADDRESSES = [
    {"number": number, "street": "Rue Haute", "place": place}
    for number, place in enumerate([(50, 50), (150, 50), (350, 50), (50, 350)], 1)
]


def test_without_squares_people_are_spread_over_the_addresses(store: Store) -> None:
    store.load(ban(store.folder, ADDRESSES))
    priority = {"QN00101M": ("00101", (0, 0, 400, 100)), "QN00102M": ("00101", (200, 0, 600, 400))}
    built(store, table=TABLE, priority=priority)
    found = store.people()
    # Three of the four addresses of the first IRIS; the second has none: its people are spread over its area.
    assert found["qpv", "QN00101M"].value == pytest.approx(900)
    assert found["qpv", "QN00101M"].method == "addresses"
    assert found["qpv", "QN00102M"].value == pytest.approx(300 + 300, rel=CLOSE)
    assert found["qpv", "QN00102M"].method == "area"
    assert found["qpv", "QN00101M"].imputed_share is None
    assert values(store, "qpv", "15-49", "F")["QN00101M"] == pytest.approx(900 / 12 * (7 / 3))


def test_addresses_speak_only_where_no_square_is_inhabited(store: Store) -> None:
    store.load(ban(store.folder, ADDRESSES))
    priority = {"QN00101M": ("00101", (0, 0, 400, 200)), "QN00102M": ("00101", (400, 0, 600, 400))}
    squares = {place: count for place, count in SQUARES.items() if place[0] < 2}
    built(store, table=TABLE, squares=squares, priority=priority)
    found = store.people()
    assert (found["qpv", "QN00101M"].value, found["qpv", "QN00101M"].method) == (
        pytest.approx(12 * 30, rel=CLOSE),
        "cells",
    )
    assert found["qpv", "QN00102M"].method == "area"


EVERY_CLASS = [
    ("all", "T"),
    *((age, sex) for age in ("0-14", "15-29", "30-44", "45-59", "60-74", "75+") for sex in "THF"),
    *(("all", "H"), ("all", "F"), ("15-49", "F")),
]


@pytest.mark.parametrize("known_from", ["squares", "addresses", "area"])
def test_territories_that_cover_the_iris_have_all_their_people_of_every_age_and_sex(
    store: Store, known_from: str
) -> None:
    if known_from == "addresses":
        store.load(ban(store.folder, ADDRESSES))
    # Cuts through squares and through IRIS, one quartier in two communes.
    cover = {
        "A": (0, 0, 330, 400),
        "B": (330, 0, 870, 130),
        "C": (330, 130, 870, 400),
        "D": (870, 0, 1200, 400),
    }
    built(store, table=TABLE, squares=SQUARES if known_from == "squares" else None, quartiers=cover)
    for age_class, sex in EVERY_CLASS:
        whole = sum(values(store, "iris", age_class, sex).values())
        assert whole > 0
        found = values(store, "quartier", age_class, sex)
        assert sum(found.values()) == pytest.approx(whole, rel=CLOSE), (age_class, sex)
    every = values(store, "quartier")
    ages = {age for age, sex in EVERY_CLASS if sex == "T" and age != "all"}
    for code, people in every.items():
        assert sum(values(store, "quartier", age)[code] for age in ages) == pytest.approx(people)
        assert sum(values(store, "quartier", "all", sex)[code] for sex in "HF") == pytest.approx(people)


def test_the_coverage_of_an_estimate_is_the_part_of_its_area_with_a_known_population(store: Store) -> None:
    table = {code: people for code, people in TABLE.items() if code != "001010102"}
    cover = {"W": (0, 0, 400, 400), "M": (200, 0, 600, 400), "E": (400, 0, 600, 400)}
    built(store, table=table, quartiers=cover)
    found = {
        row.code: row.coverage
        for row in store.rows(
            "SELECT t.code, p.coverage FROM published.population p"
            " JOIN published.territory t ON t.id = p.territory_id"
            " WHERE t.level = 'quartier' AND p.age_class = 'all' AND p.sex = 'T'"
        )
    }
    assert found == {"W": pytest.approx(1, abs=CLOSE), "M": pytest.approx(0.5, rel=1e-3)}
    assert ("quartier", "E") not in store.people()
    assert (
        store.one(
            "SELECT count(*) FROM published.population p JOIN published.territory t ON t.id = p.territory_id"
            " WHERE t.level IN ('iris', 'commune', 'carreau') AND p.coverage IS NOT NULL"
        )
        == 0
    )


def test_an_iris_without_inhabited_square_spreads_over_its_area_beside_others_that_have(store: Store) -> None:
    priority = {"QN00101M": ("00101", (400, 0, 600, 400))}
    squares = {place: count for place, count in SQUARES.items() if place[0] < 2}
    built(store, table=TABLE, squares=squares, priority=priority)
    assert values(store, "qpv")["QN00101M"] == pytest.approx(300, rel=CLOSE)


def test_without_the_iris_table_the_squares_make_the_population(store: Store) -> None:
    built(store, squares=SQUARES)
    found = store.people()
    assert {code: row.value for (level, code), row in found.items() if level == "iris"} == pytest.approx(
        {"001010101": 100, "001010102": 200, "002010101": 100}, rel=CLOSE
    )
    assert found["iris", "001010101"].method == "cells"
    assert values(store, "commune") == pytest.approx({"00101": 300, "00201": 100}, rel=CLOSE)
    assert values(store, "iris", "0-14") == {}


def test_an_inhabited_iris_missing_from_the_table_takes_the_people_of_its_squares(store: Store) -> None:
    built(store, table={"001010101": 1200, "002010101": 300}, squares=SQUARES)
    found = store.people()
    assert found["iris", "001010102"].value == pytest.approx(200, rel=CLOSE)
    assert found["iris", "001010102"].method == "cells"


def test_what_is_unknown_is_absent_and_makes_unknown_what_stands_above(store: Store) -> None:
    built(store, table={"001010101": 1200, "002010101": 300})
    found = store.people()
    assert ("iris", "001010102") not in found
    assert ("commune", "00101") not in found
    assert ("epci", "000000001") not in found
    assert found["commune", "00201"].value == pytest.approx(300)
    assert store.one("SELECT count(*) FROM published.population WHERE value = 0") == 0


def test_where_iris_are_incomplete_the_commune_s_own_figure_is_shown(store: Store) -> None:
    built(store, table={"001010101": 1200, "002010101": 300}, people=5000)
    found = store.people()["commune", "00101"]
    assert (found.value, found.method) == (5000, "stated")


def test_nothing_known_leaves_no_population(store: Store) -> None:
    built(store)
    assert store.people() == {}


def test_nobody_is_zero_where_the_table_says_so(store: Store) -> None:
    built(store, table=TABLE | {"001010102": 0.0}, squares={(0, 0): 10})
    assert values(store, "iris")["001010102"] == 0
    assert values(store, "commune")["00101"] == pytest.approx(1200)


def test_squares_outside_every_iris_keep_their_people(store: Store) -> None:
    built(store, table=TABLE, squares=SQUARES | {(8, 0): 33})
    assert min(values(store, "carreau").values(), key=lambda people: abs(people - 33)) == pytest.approx(33)


def test_communes_listed_without_contour_are_drawn_by_their_iris_and_keep_what_stands_above(
    store: Store,
) -> None:
    folder = store.folder
    store.load(communes(folder, dict.fromkeys([*COMMUNES, "00301"]), people=7000))
    store.load(iris(folder, IRIS))
    store.load(iris_population(folder, TABLE))
    store.release()
    found = store.rows(
        "SELECT c.code, c.geom IS NOT NULL AS drawn, array_agg(up.level ORDER BY up.level) AS above"
        " FROM published.territory c JOIN published.territory up ON up.id = ANY(c.parents)"
        " WHERE c.level = 'commune' GROUP BY 1, 2 ORDER BY 1"
    )
    above = ["departement", "epci", "region"]
    assert [tuple(row) for row in found] == [
        ("00101", True, above),
        ("00201", True, above),
        ("00301", False, above),
    ]
    assert values(store, "commune") == pytest.approx({"00101": 1800, "00201": 300, "00301": 7000})
    assert values(store, "epci") == pytest.approx({"000000001": 9100})


def test_the_commune_file_draws_the_communes_that_it_draws(store: Store) -> None:
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 900, 400)}))
    store.load(iris(folder, IRIS))
    store.release()
    drawn = store.one("SELECT area_km2 FROM published.territory WHERE level = 'commune' AND code = '00101'")
    assert drawn == pytest.approx(0.36, rel=0.01)


def test_an_iris_whose_ages_do_not_make_up_its_people_is_refused_and_its_population_unknown(
    store: Store,
) -> None:
    folder = store.folder
    store.load(communes(folder, COMMUNES))
    store.load(iris(folder, IRIS | {f"0020101{n:02d}": (1200 + n, 0, 1201 + n, 1) for n in range(10, 16)}))
    path = iris_population(folder, TABLE | {f"0020101{n:02d}": 90.0 for n in range(10, 16)})
    # The children of the first IRIS, 200 of 1 200, written ten times too many.
    path.write_text(path.read_text().replace(";200.0;", ";2000.0;", 1))
    loaded = store.load(path)
    assert loaded.rejected == {"âges ou sexes qui ne font pas la population": 1}
    store.release()
    assert "001010101" not in values(store, "iris")
    assert values(store, "iris")["001010102"] == 600
