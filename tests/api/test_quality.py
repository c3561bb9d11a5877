"""The account of the small city: its numbers made by hand, and nothing of what a run's message may tell."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.api.schemas.quality import Quality
from app.api.schemas.releases import SourceList
from app.indicators.wording import french_age


@pytest.fixture(scope="module")
def told(client):
    return Quality.model_validate_json(client.get("/api/v1/quality").content)


def write(url, *statements, **values):
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


def test_places_are_counted_by_class_inside_the_published_area(told):
    assert told.everybody.practices == {"housenumber": 4, "street": 1, "municipality": 3, "none": 1}
    assert told.everybody.located_share == pytest.approx(5 / 9, abs=1e-4)


def test_somebody_with_one_located_place_is_located(told):
    # 1, 2, 3 and 7 have one; 4 and 5 are known by their commune, 10 by the département.
    assert (told.everybody.practitioners, told.everybody.practitioners_unlocated) == (7, 3)


def test_professions_follow_the_menu_and_count_their_own(told):
    by_slug = {one.profession: one for one in told.professions}
    assert [one.profession for one in told.professions] == ["medecin_generaliste", "pharmacie"]
    assert by_slug["medecin_generaliste"].practices == told.everybody.practices
    assert by_slug["pharmacie"].practices == {"housenumber": 1, "street": 1}
    assert by_slug["pharmacie"].practitioners is None


def test_lines_are_told_beside_what_they_make_up(told):
    # Nine lines kept, eleven practices in force: the small city was never folded from lines.
    assert (told.folding.lines, told.folding.practices, told.folding.practitioners) == (9, 11, 9)
    assert told.folding.sites == 6


def test_the_verdict_says_age_share_and_what_is_asked(told):
    age = french_age(date(2025, 11, 3), datetime.now(UTC).date())
    assert told.verdict.startswith(f"L'offre montrée est celle du 3 novembre 2025, {age}")
    assert "55,6\u202f% des lieux d'exercice" in told.verdict
    assert {one.key for one in told.problems} >= {"source:finess"}
    assert told.problems[0].advice == "Ce qui est publié ne change pas. Le motif : observatoire jobs list."


def test_the_age_of_the_supply_is_looked_at_even_when_nothing_runs_any_more(own_city, open_client):
    write(own_city[0], "DELETE FROM ops.alert", "UPDATE ops.release SET vintage = current_date - 12")
    for most_days, asked in ((12, "rien ne demande d'action."), (11, "un point demande une action.")):
        with open_client(own_city[0], max_supply_age_days=most_days) as client:
            told = Quality.model_validate_json(client.get("/api/v1/quality").content)
        assert "il y a 12 jours" in told.verdict
        assert told.verdict.endswith(asked)


def test_a_problem_of_the_past_is_told_no_more(own_city, open_client):
    write(own_city[0], "UPDATE ops.alert SET settled_at = now()")
    with open_client(own_city[0]) as client:
        keys = [one["key"] for one in client.get("/api/v1/quality").json()["problems"]]
    assert "source:finess" not in keys


@pytest.mark.parametrize("address", ["/api/v1/quality", "/api/v1/sources"])
def test_messages_of_runs_and_names_of_people_stay_inside(client, address):
    answer = client.get(address).text
    assert "secret" not in answer
    assert "QUENOUILLARD" not in answer


def test_runs_are_told_in_words(told):
    assert told.runs[0].told == "Chargement : FINESS, établissements sanitaires et sociaux : refusé"


def test_a_held_release_is_asked_about_until_a_later_one_is_published(own_city, open_client):
    url, _ = own_city
    write(
        url,
        "INSERT INTO ops.release (vintage, fingerprint, status) VALUES ('2025-11-10', 'held', 'held')",
        "INSERT INTO ops.release_input SELECT max(r.id), min(f.id) FROM ops.release r, ops.source_file f",
        "INSERT INTO ops.judgement (release_id) SELECT max(id) FROM ops.release",
        "INSERT INTO ops.finding (release_id, rank, guard, subject, passed, sentence)"
        " SELECT max(id), 1, 'lines', 'annuaire', false, 'Moitié moins de lignes.' FROM ops.release",
    )
    with open_client(url) as client:
        told = Quality.model_validate_json(client.get("/api/v1/quality").content)
        held = told.guards[1]
        assert held.findings[0].sentence == "Moitié moins de lignes."
        assert [one.title for one in told.problems if one.key == f"held:{held.release}"] == [
            f"La version {held.release}, offre au 10 novembre 2025, est retenue par les contrôles."
        ]
        write(url, "UPDATE ops.release SET status = 'retired' WHERE status = 'held'")
        assert len(client.get("/api/v1/quality").json()["guards"]) == 1


def test_sources_tell_their_age_what_waits_and_what_was_never_loaded(own_city, open_client):
    url, _ = own_city
    write(
        url,
        "UPDATE ops.source_file SET loaded_at = now() - interval '40 days',"
        " last_success_at = now() - interval '2 days'",
        "INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,"
        " rows_kept, rows_rejected)"
        " VALUES ('finess', 'essai', '2025-11-05', repeat('1', 64), 'f.csv', 1, 1, 1, 0)",
    )
    with open_client(url) as client:
        told = SourceList.model_validate_json(client.get("/api/v1/sources").content)
    finess = next(item for item in told.items if item.register_name == "finess")
    assert (finess.last_success_age, finess.last_data_change_age) == ("il y a 2 jours", "il y a 5 semaines")
    assert finess.waiting == date(2025, 11, 5)
    assert finess.vintage == date(2025, 9, 1)
    missing = {item.register_name: item.consequence for item in told.never_loaded}
    assert missing["ban"] == "les adresses ne peuvent pas être placées"
    assert "annuaire" not in missing


REFERENCE = (
    "INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,"
    " rows_kept, rows_rejected)"
    " VALUES ('reference', 'essai', '2024-01-01', repeat('2', 64), 'r.csv', 1, 1, 1, 0)",
    "INSERT INTO ops.release_input SELECT (SELECT id FROM ops.release WHERE status = 'published'), max(id)"
    " FROM ops.source_file",
    "INSERT INTO indicator.reference SELECT max(f.id), v.level, v.code, v.slug, v.headcount, v.density,"
    " 'DREES', 2024 FROM ops.source_file f, (VALUES"
    " ('departement', '00', 'medecin_generaliste', 30.0, NULL),"
    " ('departement', '00', 'pharmacie', NULL, 60.0),"
    " ('departement', '01', 'pharmacie', 12.0, NULL),"
    " ('france', 'FR', 'medecin_generaliste', NULL, 83.4)) v (level, code, slug, headcount, density)"
    " GROUP BY v.level, v.code, v.slug, v.headcount, v.density",
)
BAN = (
    "INSERT INTO ops.source_file (register, part, variant, vintage, sha256, file_name, size_bytes, rows_in,"
    " rows_kept, rows_rejected)"
    " VALUES ('ban', '00', 'essai', '2025-11-01', repeat('3', 64), 'b', 1, 1, 1, 0)",
    "INSERT INTO ops.release_input SELECT (SELECT id FROM ops.release WHERE status = 'published'), max(id)"
    " FROM ops.source_file",
    "INSERT INTO supply.locality SELECT (SELECT max(id) FROM ops.source_file), '00100', c, c"
    " FROM unnest(CAST(:codes AS text[])) c",
)


def compared(url, open_client, codes):
    write(url, *REFERENCE)
    if codes:
        write(url, *BAN, codes=codes)
    with open_client(url) as client:
        [place] = Quality.model_validate_json(client.get("/api/v1/quality").content).references
    return place


def test_a_whole_departement_is_compared_with_its_interval(own_city, open_client):
    place = compared(own_city[0], open_client, ["00101", "00102"])
    assert place.why_not is None
    doctors, shops = place.professions
    # 6 counted, 30 published: bounds of a Poisson count of 6 (exact) are 2.2019 and 13.0595.
    assert (doctors.headcount, doctors.reference, doctors.established) == (6, 30, True)
    assert doctors.gap == pytest.approx(-0.8)
    assert doctors.gap_low == pytest.approx(2.2019 / 30 - 1, abs=1e-4)
    assert doctors.gap_high == pytest.approx(13.0595 / 30 - 1, abs=1e-4)
    assert doctors.france_density == pytest.approx(83.4)
    assert doctors.density == pytest.approx(6 / 3500 * 100_000)
    # 60 for 100 000 are 2.1 of 3 500 people; nobody is counted in the département: chance may do that.
    assert shops.reference == pytest.approx(2.1)
    assert (shops.headcount, shops.established) == (0, False)


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (["00101", "00102", "00103"], "il n'est chargé qu'en partie : 1 de ses 3 communes manquent"),
        ([], "aucun fichier d'adresses (BAN) de ce département n'est chargé"),
    ],
)
def test_a_departement_in_part_is_not_compared_and_says_why(own_city, open_client, codes, reason):
    place = compared(own_city[0], open_client, codes)
    assert place.professions == []
    assert place.why_not.startswith(reason)


def test_a_release_built_before_this_was_counted_says_unknown(own_city, open_client):
    write(own_city[0], "DELETE FROM indicator.placing", "DELETE FROM indicator.folding")
    with open_client(own_city[0]) as client:
        told = Quality.model_validate_json(client.get("/api/v1/quality").content)
        located = SourceList.model_validate_json(client.get("/api/v1/sources").content).items[0].located_share
    assert "la part des lieux d'exercice localisés est inconnue" in told.verdict
    assert (told.everybody, told.folding, located) == (None, None, None)


def test_an_answer_that_did_not_change_is_not_sent_again(client):
    first = client.get("/api/v1/quality")
    again = client.get("/api/v1/quality", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
