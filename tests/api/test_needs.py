"""Needs crossed with supply, asked of a city with three IRIS, of which one is about too few households."""

import csv
import io

import pytest
from crossed_city import write_crossed
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.schemas.needs import NeedList
from app.indicators.needs import COMPONENTS

PATH = "/api/v1/needs"
ASKED = {"profession": "medecin_generaliste", "level": "iris"}
HOUSEHOLDS = ("households", "income", "poverty", "single_parent", "alone")


@pytest.fixture(scope="module")
def asked(crossed_client):
    return crossed_client


def get(asked, **changed):
    answer = asked.get(PATH, params={**ASKED, **changed})
    assert answer.status_code == 200, answer.text
    NeedList.model_validate_json(answer.content)
    return answer.json()


def by_code(asked, **changed):
    return {item["code"]: item for item in get(asked, **changed)["items"]}


def test_a_territory_tells_the_shares_of_its_households_and_people(asked):
    zone = by_code(asked)["001010102"]
    assert (zone["households"], zone["income"]) == (400, 15_000)
    assert (zone["poverty"], zone["single_parent"], zone["alone"]) == (0.4, 0.2, 0.3)
    assert (zone["children"], zone["elderly"]) == (0.4, None)


def test_ten_households_or_fewer_are_told_nowhere(asked):
    small = by_code(asked)["001020101"]
    assert small["status"] == "suppressed"
    assert [small[name] for name in HOUSEHOLDS] == [None] * 5
    assert [small[name] for name in ("need", "need_class", "priority", "rank")] == [None] * 4
    assert small["supply"] == 0


def test_no_view_gives_what_is_secret(crossed_client):
    engine = crossed_client.app.state.engine
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM published.need WHERE hidden")).mappings().all()
    assert len(rows) == 1
    assert {name for name, value in rows[0].items() if value is not None} == {
        *("territory_id", "people", "priority_people", "hidden")
    }


def test_what_nobody_knows_anywhere_is_set_aside_and_told(asked):
    answer = get(asked)
    assert [one["component"] for one in answer["components"]] == list(COMPONENTS)
    assert {one["component"]: one["weight"] for one in answer["components"]}["elderly"] == 0
    assert answer["warnings"] == [
        "« Habitants de 75 ans et plus » n'est connu d'aucun de ces territoires et ne pèse pas ici."
    ]


def test_need_is_the_mean_of_ranks_by_the_weights_that_are_told(asked):
    # Poverty: the first IRIS (1 500 people) is below the second (1 000); alone, above.
    poor = by_code(asked, **dict.fromkeys(("weight_children", "weight_single_parent", "weight_alone"), 0))
    assert (poor["001010101"]["need"], poor["001010102"]["need"]) == (30, 80)
    both = by_code(asked, weight_poverty=3, weight_children=0, weight_single_parent=0)
    assert both["001010101"]["need"] == pytest.approx((3 * 30 + 1 * 70) / 4)
    assert both["001010102"]["need"] == pytest.approx((3 * 80 + 1 * 20) / 4)


def test_priority_weighs_need_and_the_lack_of_supply(asked):
    only_need, only_supply, half = (by_code(asked, weight_supply=weight) for weight in (0, 1, 0.5))
    for code in ("001010101", "001010102"):
        need, lack = only_need[code]["priority"], only_supply[code]["priority"]
        assert need == only_need[code]["need"]
        assert lack == pytest.approx(100 - only_supply[code]["supply_rank"])
        assert half[code]["priority"] == pytest.approx((need + lack) / 2)
    assert (half["001010102"]["rank"], half["001010101"]["rank"]) == (1, 2)


def test_nine_classes_count_everybody_whose_both_sides_are_known(asked):
    answer = get(asked)
    assert [(one["need_class"], one["supply_class"]) for one in answer["classes"]] == [
        (need, supply) for need in (1, 2, 3) for supply in (1, 2, 3)
    ]
    assert sum(one["territories"] for one in answer["classes"]) == 2
    assert sum(one["people"] for one in answer["classes"]) == 2500
    # Middles of people: need at 30 and 80 %, supply (none, 50, 167 for 100 000) at 14, 43 and 79 %.
    classes = {item["code"]: (item["need_class"], item["supply_class"]) for item in answer["items"]}
    assert classes == {"001010101": (1, 3), "001010102": (3, 2), "001020101": (None, 1)}
    assert answer["supply_bounds"] == [0, 50]
    assert answer["need_bounds"] == [by_code(asked)["001010101"]["need"]] * 2


def test_high_need_and_low_supply_are_listed_and_none_is_said_to_be_so(asked, open_client, clone_database):
    assert get(asked)["short"] == []
    assert get(asked)["message"].startswith("Aucun territoire n'a à la fois")
    url = clone_database()
    city = write_crossed(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(
            text("DELETE FROM indicator.count WHERE territory_id = :zone"),
            {"zone": city.territories["001010102"]},
        )
        connection.execute(
            text("DELETE FROM territory.population WHERE territory_id = :other"),
            {"other": city.territories["001020101"]},
        )
    engine.dispose()
    with open_client(url) as opened:
        answer = get(opened)
    (short,) = answer["short"]
    assert (short["code"], short["supply"], short["rank"], answer["message"]) == ("001010102", 0, 1, None)


def test_a_profession_that_nobody_practises_leaves_only_need_to_rank(asked):
    answer = get(asked, profession="pediatre")
    assert {item["supply"] for item in answer["items"]} == {0}
    # All are equal, so that none is in a lower third than the others.
    assert {item["supply_class"] for item in answer["items"]} == {2}
    assert answer["short"] == []


def test_csv_says_the_same(asked):
    answer = asked.get(PATH, params={**ASKED, "format": "csv"})
    lines = {line["code"]: line for line in csv.DictReader(io.StringIO(answer.text))}
    items = by_code(asked)
    assert float(lines["001010102"]["poverty"]) == items["001010102"]["poverty"]
    assert (lines["001020101"]["poverty"], lines["001020101"]["status"]) == ("", "suppressed")


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"level": "carreau"}, "level"),
        ({"weight_supply": 1.5}, "weight_supply"),
        ({"weight_poverty": -1}, "weight_poverty"),
        ({"weight_poverty": "nan"}, "weight_poverty"),
        ({f"weight_{name}": 0 for name in COMPONENTS}, "weight_poverty"),
        ({"of": "access_time"}, "mode"),
        ({"of": "beauty"}, "of"),
        ({"profession": "medecin"}, "profession"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(asked, changed, parameter):
    answer = asked.get(PATH, params={**ASKED, **changed})
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_households_the_ages_alone_make_the_need(client):
    answer = client.get(PATH, params={**ASKED, "level": "commune"}).json()
    assert {one["component"] for one in answer["components"] if one["weight"]} == {"children"}
    assert len(answer["warnings"]) == 4
    assert all(item["need"] is not None and item["poverty"] is None for item in answer["items"])


def test_without_anything_known_there_is_no_need_and_no_fault(clone_database, open_client):
    url = clone_database()
    write_crossed(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM territory.population"))
        connection.execute(text("DELETE FROM indicator.need"))
    engine.dispose()
    with open_client(url) as opened:
        answer = get(opened)
    assert answer["need_bounds"] == answer["supply_bounds"] == [None, None]
    assert {item["status"] for item in answer["items"]} == {"unknown"}
    assert [item["supply"] for item in answer["items"]] == [None] * 3
