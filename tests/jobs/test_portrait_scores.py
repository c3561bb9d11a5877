"""What a build works out for portraits says what the routes say, and what a hand calculation says."""

import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from small_registers import GP, activity, annuaire, at, ban, cells, communes, iris, iris_population
from small_streets import streets
from starlette.exceptions import StarletteDeprecationWarning
from store import Store

from app.api.main import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

DAY = date(2025, 1, 1)
PLACES = {"1": (310.0, 290.0), "5": (510.0, 510.0), "9": (890.0, 910.0)}
# Five IRIS side by side.
PEOPLE = {"001010101": 100, "001010102": 100, "001010103": 200, "001010104": 300, "001010105": 300}
IRIS = {code: (220.0 * rank, 0.0, 220.0 * (rank + 1), 1100.0) for rank, code in enumerate(PEOPLE)}
ASKED = {"profession": "medecin_generaliste"}


@pytest.fixture(scope="module")
def client(module_store: Store) -> Iterator[TestClient]:
    """Return a client on a commune of five IRIS with its streets and four general practitioners."""
    store, folder = module_store, module_store.folder
    store.load(communes(folder, {"00101": (0, 0, 1100, 1100)}))
    store.load(iris(folder, IRIS))
    store.load(iris_population(folder, PEOPLE))
    store.load(cells(folder, {(column, line): 100.0 for column in range(5) for line in range(5)}))
    rows = [
        {"number": number, "street": "Rue du Mole", "postcode": "00100", "place": place}
        for number, place in PLACES.items()
    ]
    store.load(ban(folder, rows))
    lines = [
        activity(f"81000000000{rank}", GP, at(number, "DU MOLE") | {"commune": "00101"})
        for rank, number in enumerate(("1", "1", "5", "9"))
    ]
    store.load(annuaire(folder, DAY, lines))
    store.load(streets(folder), DAY)
    store.release()
    with TestClient(create_app(store.settings)) as opened:
        yield opened


def figures(client: TestClient, place: str) -> dict[tuple[str, str | None], Any]:
    """Return the figures of the general practitioners in a portrait by indicator and mode."""
    portrait = client.get(f"/api/v1/territories/{place}").json()
    return {
        (one["indicator"], figure["mode"]): figure
        for one in portrait["indicators"]
        for figure in one["figures"]
        if figure["profession"] == "medecin_generaliste"
    }


@pytest.mark.parametrize("mode", ["walk", "car"])
def test_a_portrait_tells_the_times_and_the_coverage_that_the_routes_tell(
    client: TestClient, mode: str
) -> None:
    told = figures(client, "commune/00101")
    asked = ASKED | {"mode": mode, "level": "commune"}
    [times] = client.get("/api/v1/access-times", params=asked).json()["items"]
    [covered] = client.get("/api/v1/coverage", params=asked | {"minutes": 15}).json()["items"]
    assert times["known"] > 0
    # Kept in single precision.
    assert told["access_time", mode]["value"] == pytest.approx(times["mean_minutes"], abs=1e-5)
    assert told["access_time_median", mode]["value"] == pytest.approx(times["median_minutes"], abs=1e-5)
    assert told["coverage", mode]["value"] == pytest.approx(covered["share"], abs=1e-6)


@pytest.mark.parametrize(
    ("place", "mode"), [("commune/00101", "walk"), ("commune/00101", "car"), ("iris/001010102", "walk")]
)
def test_a_portrait_tells_the_accessibility_that_the_route_tells(
    client: TestClient, place: str, mode: str
) -> None:
    told = figures(client, place)["accessibility", mode]
    level, code = place.split("/")
    items = client.get("/api/v1/accessibility", params=ASKED | {"mode": mode, "level": level}).json()["items"]
    [value] = [item["value"] for item in items if item["code"] == code]
    assert value > 0
    assert told["value"] == pytest.approx(value, rel=1e-6)
    assert "accessibles" in told["unit"]


def test_every_index_of_inequality_is_told_as_the_route_tells_it(client: TestClient) -> None:
    told = figures(client, "commune/00101")
    asked = ASKED | {"level": "iris", "within": "commune:00101"}
    items = client.get("/api/v1/inequalities", params=asked).json()["items"]
    known = {item["index"]: item for item in items if item["value"] is not None}
    assert {"gini", "theil", "concentration", "erreygers"} <= known.keys()
    for slug, item in known.items():
        for name in ("value", "ci_low", "ci_high"):
            assert told[slug, None][name] == pytest.approx(item[name], abs=1e-6), (slug, name)
    # Two IRIS have nothing: what they have divides nothing, and the portrait says so.
    assert told["max_min", None]["value"] is None
    assert "n'est pas défini" in told["max_min", None]["sentence"]


def test_the_need_of_an_iris_is_that_of_the_list_of_needs(client: TestClient) -> None:
    asked = ASKED | {"level": "iris", "within": "commune:00101"}
    items = client.get("/api/v1/needs", params=asked).json()["items"]
    [item] = [one for one in items if one["code"] == "001010102"]
    portrait = client.get("/api/v1/territories/iris/001010102").json()
    need = next(one for one in portrait["indicators"] if one["indicator"] == "need")["figures"][0]
    assert (need["value"], need["ranked"]) == (pytest.approx(item["need"], abs=1e-6), 5)
    priority = figures(client, "iris/001010102")["priority", None]
    assert (priority["value"], priority["rank"]) == (pytest.approx(item["priority"], abs=1e-6), item["rank"])


def test_an_iris_is_told_on_foot_alone_and_ranked_in_its_commune(client: TestClient) -> None:
    told = figures(client, "iris/001010101")
    assert {mode for indicator, mode in told if indicator == "access_time"} == {"walk"}
    assert told["access_time", "walk"]["ranked"] == 5
    assert "minute" in told["access_time", "walk"]["sentence"]


def test_the_gini_index_of_a_commune_is_that_of_its_iris_by_hand(client: TestClient) -> None:
    # Two practitioners for 100 people in the second IRIS, one for 200 in the third, one for 300 in the fifth.
    # Half the mean absolute difference between two people over the mean, 4 for 1 000.
    people, counts = list(PEOPLE.values()), [0, 2, 1, 0, 1]
    density = [count / heads for count, heads in zip(counts, people, strict=True)]
    gaps = sum(
        one * other * abs(here - there)
        for one, here in zip(people, density, strict=True)
        for other, there in zip(people, density, strict=True)
    )
    told = figures(client, "commune/00101")["gini", None]
    assert told["value"] == pytest.approx(gaps / (2 * sum(counts) * sum(people)), abs=1e-6)
    assert told["ci_low"] < told["value"] < told["ci_high"]
    asked = ASKED | {"level": "iris", "within": "commune:00101"}
    route = client.get("/api/v1/inequalities", params=asked).json()["items"]
    [gini] = [item for item in route if item["index"] == "gini"]
    assert told["value"] == pytest.approx(gini["value"], abs=1e-6)
    assert told["ci_low"] == pytest.approx(gini["ci_low"], abs=1e-6)


def test_an_epci_is_compared_with_the_departements_of_its_communes(client: TestClient) -> None:
    portrait = client.get("/api/v1/territories/epci/000000001").json()
    assert [one["territory"] for one in portrait["compared_with"]] == ["departement:00", "region:00"]
    assert portrait["ranked_in"] is None
    told = figures(client, "epci/000000001")["density", None]
    assert [one["territory"] for one in told["compared"]] == ["departement:00", "region:00"]
    assert told["compared"][0]["value"] == told["value"]
