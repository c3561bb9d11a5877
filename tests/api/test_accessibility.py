"""Floating catchments asked of a town drawn with a ruler, whose times were computed on its streets."""

import csv
import io

import numpy as np
import pytest
from served_town import LOST, PEOPLE, ServedTown, build_served
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.accessible import accessibility_list
from app.api.asked_accessibility import AccessibilityQuery
from app.api.departing import travel_of
from app.api.main import create_app
from app.api.schemas.accessibility import AccessibilityList
from app.api.searches import Searches
from app.api.served import PeopleShelf
from app.api.snapshot import snapshot
from app.indicators.border import BIASED
from app.indicators.cells import load_cells
from app.indicators.demand import COARSE
from app.indicators.floating import FIRST_AGES
from app.indicators.supply_sites import load_demand

PATH = "/api/v1/accessibility"
ASKED = {"profession": "medecin_generaliste", "level": "carreau", "mode": "walk", "preset": "2sfca"}
# Of doctors 1 to 6: 2.5 at the house, half of the first in the street, the others are not located.
HOUSE, STREET = 2.5, 0.5


@pytest.fixture(scope="module")
def town(clone_database, tmp_path_factory) -> ServedTown:
    return build_served(tmp_path_factory.mktemp("town"), clone_database())


@pytest.fixture(scope="module")
def asked(town, client):
    """Return a client of the API on the town."""
    with type(client)(create_app(town.settings()), raise_server_exceptions=False) as opened:
        yield opened


def get(asked, **changed):
    return asked.get(PATH, params={**ASKED, **changed})


def test_squares_share_what_they_reach(asked):
    answer = AccessibilityList.model_validate_json(get(asked).content)
    assert [item.code for item in answer.items] == ["c0", "c1", "c2", "lost"]
    # All three walk to both places within a quarter of an hour.
    for item in answer.items[:3]:
        assert item.value == pytest.approx((HOUSE + STREET) / sum(PEOPLE) * 100_000)
    assert answer.unit == "praticiens accessibles pour 100\u202f000 habitants"
    assert answer.decay.model_dump(exclude_none=True) == {
        "name": "step",
        "reach": 15,
        "minutes": [15],
        "weights": [1],
    }
    assert (answer.standardised, answer.age_weights, answer.activity) == (False, None, None)
    assert answer.title == (
        "Praticiens accessibles pour 100\u202f000 habitants, à pied : médecins généralistes libéraux, par "
        "carreau de 200 m, au 3 novembre 2025"
    )


def test_a_square_off_the_network_is_unknown_and_not_zero(asked):
    far = get(asked).json()["items"][3]
    assert (far["value"], far["off_network"], far["population"]) == (None, 1.0, LOST)


def test_supply_that_reaches_nobody_or_is_not_located_is_counted(asked):
    supply = get(asked).json()["supply"]
    assert (supply["sites"], supply["amount"]) == (2, HOUSE + STREET)
    assert supply["unlocated_amount"] == pytest.approx(4.0)
    assert (supply["unlocated"], supply["nowhere"]) == (3, 2)
    assert (supply["unreached"], supply["unreached_sites"]) == (0, 0)
    near = get(asked, minutes="0.1").json()
    assert near["supply"]["unreached_sites"] == 2
    assert near["supply"]["unreached"] == HOUSE + STREET


def test_what_is_offered_is_what_is_received(asked):
    for preset in ("2sfca", "e2sfca", "kd2sfca", "3sfca"):
        answer = get(asked, preset=preset).json()
        received = sum(
            item["value"] * people / 100_000 for item, people in zip(answer["items"], PEOPLE, strict=False)
        )
        assert received == pytest.approx(HOUSE + STREET, rel=1e-5), preset


def test_the_apl_is_told_with_all_its_settings_and_its_thresholds(asked):
    answer = get(asked, preset="apl").json()
    assert answer["activity"] == {"least": 3600, "most": 6000, "full_time": 5400, "oldest": 65}
    assert answer["standardised"]
    assert answer["thresholds"] | {"source": ""} == {
        "since": "2017-11-13",
        "source": "",
        "very_low": 2.5,
        "low": 4.0,
    }
    assert "13 novembre 2017" in answer["thresholds"]["source"]
    assert "Aucun registre ouvert ne dit l'âge ni l'activité" in answer["definition"]
    assert answer["unit"] == "consultations accessibles par an et par habitant standardisé"
    assert answer["items"][0]["share_low"] == 0.0
    heads = get(asked, preset="apl", standardised="false").json()
    assert heads["items"][0]["value"] == pytest.approx((HOUSE + STREET) * 5400 / sum(PEOPLE))
    # As many people in each of the ten classes.
    needs = COARSE.of_classes(FIRST_AGES).mean()
    assert answer["items"][0]["value"] == pytest.approx(heads["items"][0]["value"] / needs)
    assert heads["age_weights"] is None


ACTS = """
    WITH file AS (
      INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,
                                   rows_kept, rows_rejected)
      VALUES ('actes', 'essai', '2025-01-01', 'actes', 'actes.csv', 0, 2, 2, 0) RETURNING id),
    used AS (
      INSERT INTO ops.release_input (release_id, source_file_id)
      SELECT :release, id FROM file)
    INSERT INTO supply.act_count (source_file_id, profession, level, code, headcount, acts)
    SELECT file.id, 'medecin_generaliste', told.level, told.code, told.headcount, told.acts
    FROM file, (VALUES ('commune', '00101', 6, 24000), ('departement', '00', 10, 70000))
      AS told (level, code, headcount, acts)"""


def test_the_activity_that_a_city_tells_of_a_commune_counts(town):
    engine = create_engine(town.town.url, poolclass=NullPool)
    query = AccessibilityQuery.model_validate(ASKED | {"preset": "apl", "standardised": False})
    with snapshot(engine) as (connection, release):
        connection.execute(text(ACTS), {"release": release.id})
        travel = travel_of(connection, release, query, Searches(town.town.home).on)
        listed = accessibility_list(
            connection, release, query, form="json", travel=travel, shelf=PeopleShelf()
        )
        connection.rollback()
    engine.dispose()
    # 4 000 acts each: those of the commune, not of the département, which holds it.
    assert next(iter(listed.items))["value"] == pytest.approx((HOUSE + STREET) * 4000 / sum(PEOPLE))
    assert listed.head["supply"]["activity_share"] == 1.0


def test_without_a_table_no_activity_is_known_and_other_presets_have_none(asked):
    assert get(asked, preset="apl").json()["supply"]["activity_share"] == 0.0
    assert get(asked).json()["supply"]["activity_share"] is None


def test_deciles_are_those_of_people_square_by_square(asked):
    answer = get(asked, level="commune", preset="e2sfca").json()
    squares = {item["code"]: item["value"] for item in get(asked, preset="e2sfca").json()["items"]}
    ranked = sorted((squares[f"c{rank}"], people) for rank, people in enumerate(PEOPLE))
    values, sofar = [value for value, _ in ranked], np.cumsum([people for _, people in ranked])
    for tenth, told in enumerate(answer["deciles"], start=1):
        assert told == values[int(np.searchsorted(sofar, tenth / 10 * sum(PEOPLE)))]
    assert len(answer["deciles"]) == 9


@pytest.mark.parametrize("path", ["accessibility", "coverage", "access-times"])
def test_the_whole_country_has_no_times(asked, path):
    minutes = {"minutes": "15"} if path == "coverage" else {}
    question = {"profession": "medecin_generaliste", "level": "france", "mode": "walk", **minutes}
    answer = asked.get(f"/api/v1/{path}", params=question)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "level"
    assert "level=departement" in answer.json()["hint"]


def test_another_profession_is_warned_of_the_apl_s_settings(asked):
    answer = get(asked, preset="apl", profession="sage_femme").json()
    assert any("médecins généralistes" in line for line in answer["warnings"])
    assert answer["thresholds"] is None


def test_a_profession_for_some_people_only_is_shared_among_them(asked):
    """The squares publish nobody but all of their inhabitants: that is told."""
    answer = get(asked, profession="pediatre").json()
    assert any("tous les habitants sont comptés" in line for line in answer["warnings"])
    refused = get(asked, profession="pediatre", standardised="true")
    assert (refused.status_code, refused.json()["parameter"]) == (422, "standardised")


def test_establishments_are_counted_whole_and_hold_no_consultations(asked):
    answer = get(asked, profession="pharmacie").json()
    assert answer["scope"] is None
    assert answer["unit"].startswith("établissements accessibles")
    assert answer["supply"]["amount"] == 2
    refused = get(asked, profession="pharmacie", preset="apl")
    assert (refused.status_code, refused.json()["parameter"]) == (422, "preset")


def test_larger_territories_are_the_mean_of_their_squares(asked):
    answer = get(asked, level="iris", preset="e2sfca").json()
    values = [item["value"] for item in answer["items"]]
    assert len(values) == 3
    squares = [item["value"] for item in get(asked, preset="e2sfca").json()["items"][:3]]
    known = [value for value in values if value is not None]
    assert known
    assert all(min(squares) <= value <= max(squares) for value in known)


def test_missing_neighbours_are_told(asked):
    """Bêta touches Alpha and has no inhabited square; on the other sides there is no commune at all."""
    (warning,) = get(asked, level="iris", within="commune:00101").json()["warnings"]
    assert "à moins de 1 km sans habitant chargé : Bêta." in warning
    assert "lieu d'exercice chargé" not in warning, "some practise there"
    assert "dans aucune commune chargée" in warning
    assert warning.endswith(BIASED)


def test_only_the_surroundings_of_what_is_asked_count(asked):
    (warning,) = get(asked, level="commune").json()["warnings"]
    assert "Bêta" not in warning


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"preset": "e2sfca", "mode": "bike"}, "preset"),
        ({"minutes": "10,45", "weights": "1,0.5"}, "minutes"),
        ({"minutes": "10,20"}, "weights"),
        ({"minutes": "x"}, "minutes"),
        ({"decay": "gaussian"}, "spread"),
        ({"decay": "other"}, "decay"),
        ({"preset": "nope"}, "preset"),
        ({"rate": "2"}, "rate"),
        ({"profession": "nope"}, "profession"),
        ({"level": "nope"}, "level"),
        ({"mode": "boat"}, "mode"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(asked, changed, parameter):
    answer = get(asked, **changed)
    assert (answer.status_code, answer.json()["parameter"]) == (422, parameter)


def test_times_never_computed_name_the_command(asked):
    answer = get(asked, mode="car", preset="apl")
    assert answer.status_code == 503
    assert "observatoire graph times" in answer.json()["hint"]


def test_no_graph_at_all_names_the_command(client):
    answer = client.get(PATH, params=ASKED)
    assert answer.status_code == 503
    assert "observatoire graph build" in answer.json()["hint"]


def test_every_form_says_the_same(asked):
    items = get(asked).json()["items"]
    rows = list(csv.DictReader(io.StringIO(get(asked, format="csv").text)))
    assert [row["value"] for row in rows] == ["" if i["value"] is None else str(i["value"]) for i in items]
    features = get(asked, format="geojson").json()
    assert [feature["properties"] for feature in features["features"]] == items
    assert features["formula"]


def test_the_same_question_is_answered_once(asked):
    first = get(asked)
    assert get(asked).content == first.content
    again = asked.get(PATH, params=ASKED, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_the_command_gives_the_api_s_bytes(command, asked, town):
    options = [part for name, value in ASKED.items() for part in (f"--{name}", value)]
    told = command(town, "accessibility", *options)
    assert told.code == 0, told.err
    assert told.out == get(asked).content


def test_a_decay_too_long_is_refused_by_the_command_too(command, town):
    told = command(town, "accessibility", "--profession", "pediatre", "--level", "iris", "--mode", "bike")
    assert told.code == 1
    assert "20 minutes" in told.err


@pytest.mark.parametrize(
    "question",
    [
        "accessibility?mode=walk",
        "coverage?mode=walk&minutes=15",
        "access-times?mode=walk",
        "densities?",
        "trends?",
        "needs?",
        "inequalities?",
    ],
)
def test_a_level_that_nothing_published_has_is_refused_with_what_to_ask_instead(asked, question):
    answer = asked.get(f"/api/v1/{question}&profession=medecin_generaliste&level=perimetre")
    assert (answer.status_code, answer.json()["parameter"]) == (404, "level")
    assert "POST /api/v1/territories/perimetre" in answer.json()["hint"]


@pytest.mark.parametrize("given", ["of=access_time&preset=apl", "of=accessibility&per=1000"])
@pytest.mark.parametrize("route", ["needs", "inequalities"])
def test_what_a_time_or_an_accessibility_would_ignore_is_refused(asked, route, given):
    answer = asked.get(f"/api/v1/{route}?profession=medecin_generaliste&level=iris&mode=walk&{given}")
    assert (answer.status_code, answer.json()["parameter"]) == (422, given.split("&")[1].split("=")[0])
    assert "of=" in answer.json()["hint"]


def test_a_territory_that_holds_none_of_a_level_has_an_empty_list_and_no_warning(asked):
    answer = get(asked, level="quartier", within="commune:00101").json()
    assert (answer["items"], answer["warnings"]) == ([], [])
    assert answer["deciles"] == [None] * 9


def test_people_of_an_age_are_those_published_of_each_square(town):
    engine = create_engine(town.town.url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(
            text("""INSERT INTO territory.population
                    SELECT release_id, territory_id, '0-14', 'T', value / 4, 0, 'cells'
                    FROM territory.population JOIN territory.territory t ON t.id = territory_id
                    WHERE t.level = 'carreau' AND t.code <> 'lost' AND age_class = 'all' AND sex = 'T'""")
        )
        cells = load_cells(connection)
        assert load_demand(connection, cells, "0-14", "T").tolist() == [25.0, 50.0, 100.0, 0.0]
        assert load_demand(connection, cells, "15-49", "F") is None
        assert load_demand(connection, cells, "all", "T").tolist() == [*PEOPLE, LOST]
        connection.rollback()
    engine.dispose()
