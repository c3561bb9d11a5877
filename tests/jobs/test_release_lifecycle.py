"""Releases: which files make them, published whole or not at all, taken back, dropped."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from small_registers import GP, NURSE, activity, annuaire, at, communes, finess, iris, iris_population
from sqlalchemy import text
from store import Store, published_views, stored_rows

from app.errors import CheckError, NotFoundError, StoreError
from app.indicators.publish import build, publish
from app.jobs.releases import build_release, publish_release, rollback_release

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)
HOME = at("1", "DU MOLE") | {"commune": "00101"}
ONE, TWO, THREE = (activity(f"81000000000{rank}", GP, HOME) for rank in (1, 2, 3))


@pytest.fixture
def city(store: Store) -> Store:
    """Return a store with a commune and three vintages of the annuaire: one, two, three practitioners."""
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    for day, lines in ((FIRST, [ONE]), (SECOND, [ONE, TWO]), (THIRD, [ONE, TWO, THREE])):
        store.load(annuaire(store.folder, day, lines))
    return store


def headcount(store: Store) -> int:
    return int(store.counts("medecin_generaliste")["commune", "00101"].headcount)


def inputs(store: Store, release: int) -> dict[str, date]:
    found = store.rows(
        "SELECT f.register, f.vintage FROM ops.release_input i"
        " JOIN ops.source_file f ON f.id = i.source_file_id WHERE i.release_id = :release",
        release=release,
    )
    return {row.register: row.vintage for row in found}


@contextmanager
def reader(store: Store) -> Iterator[object]:
    """Give a function that reads as the API does: its role, its own connection, bounded in time."""
    with store.engine.connect() as connection:
        connection.execute(text("SET ROLE observatoire_reader"))
        connection.execute(text("SET statement_timeout = '2s'"))
        connection.commit()

        def read() -> tuple[int | None, int]:
            with connection.begin():
                release = connection.execute(text("SELECT id FROM published.release")).scalar_one_or_none()
                heads = connection.execute(
                    text("SELECT coalesce(max(headcount), 0) FROM published.count")
                ).scalar_one()
            return release, heads

        yield read
        connection.execute(text("RESET ROLE"))
        connection.commit()


def test_by_default_a_release_shows_the_newest_supply(city: Store) -> None:
    assert city.release().vintage == THIRD
    assert headcount(city) == 3


def test_a_release_of_a_date_takes_the_files_in_force_then(city: Store) -> None:
    built = city.release(date(2024, 9, 30))
    assert inputs(city, built.id) == {"communes": date(2025, 1, 1), "annuaire": SECOND}
    assert headcount(city) == 2


def test_a_release_before_any_supply_is_refused(city: Store) -> None:
    before = stored_rows(city)
    with pytest.raises(CheckError, match=r"01/06/2023.*01/01/2024"):
        build_release(city.engine, date(2023, 6, 1))
    assert stored_rows(city) == before


def test_establishments_are_those_of_the_finess_file_in_force(store: Store) -> None:
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(finess(folder, FIRST, [{"finess": "000000011", "place": (1, 1)}]))
    store.load(
        finess(folder, SECOND, [{"finess": f"0000000{rank}", "place": (rank, 5)} for rank in (11, 22, 33)])
    )
    store.load(annuaire(folder, date(2024, 3, 1), [ONE]))
    store.release()
    assert store.counts("pharmacie", "establishment")["commune", "00101"].headcount == 1
    store.load(annuaire(folder, date(2024, 9, 1), [ONE]))
    store.release()
    assert store.counts("pharmacie", "establishment")["commune", "00101"].headcount == 3


def test_the_same_files_never_make_a_second_release(city: Store) -> None:
    first = city.release()
    rows = stored_rows(city)
    again = build_release(city.engine)
    assert (again.id, again.fresh) == (first.id, False)
    assert stored_rows(city) == rows


def test_a_new_file_makes_a_new_release(city: Store) -> None:
    first = city.release()
    city.load(iris(city.folder, {"001010101": (0, 0, 1000, 1000)}))
    second = build_release(city.engine)
    assert second.fresh
    assert second.id > first.id


def test_a_replaced_file_makes_a_new_release_and_leaves_the_old_one_readable(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(iris(store.folder, {"001010101": (0, 0, 1000, 1000)}))
    store.load(iris_population(store.folder, {"001010101": 100}))
    first = store.release()
    store.load(iris_population(store.folder, {"001010101": 900}), force=True)
    second = store.release()
    assert store.people()["iris", "001010101"].value == 900
    publish_release(store.engine, store.settings, first.id)
    assert store.people()["iris", "001010101"].value == 100
    assert second.id != first.id


def test_readers_see_the_old_release_whole_until_the_new_one_is_published(city: Store) -> None:
    old = city.release(FIRST)
    new = build_release(city.engine)
    with reader(city) as read:
        with city.engine.begin() as writing:
            publish(writing, new.id)
            assert read() == (old.id, 1)
        assert read() == (new.id, 3)


def test_a_build_in_progress_never_makes_readers_wait(city: Store) -> None:
    old = city.release(FIRST)
    with reader(city) as read, city.engine.connect() as writing:
        transaction = writing.begin()
        build(writing)
        assert read() == (old.id, 1)
        transaction.rollback()
        assert read() == (old.id, 1)


# Views that tell of every release, so that two can be compared.
ALL_RELEASES = {"release_history", "release_placement", "release_territory", "judgement", "finding"}


def of_the_published(marks: dict[str, str]) -> dict[str, str]:
    return {name: mark for name, mark in marks.items() if name not in ALL_RELEASES}


def test_a_release_built_and_not_published_is_not_shown(city: Store) -> None:
    city.release(FIRST)
    before = published_views(city)
    build_release(city.engine)
    changed = {name for name, mark in published_views(city).items() if mark != before[name]}
    assert changed <= ALL_RELEASES


def test_the_ledger_tells_what_was_built_published_and_taken_back(city: Store) -> None:
    city.release(FIRST)
    city.release(SECOND)
    rollback_release(city.engine)
    with pytest.raises(NotFoundError):
        publish_release(city.engine, city.settings, 999)
    runs = city.rows("SELECT task, status, step FROM ops.job_run WHERE task <> 'refresh' ORDER BY id")
    assert [(row.task, row.status) for row in runs] == [
        *(("build", "done"), ("publish", "done")) * 2,
        ("rollback", "done"),
        ("publish", "failed"),
    ]
    assert runs[-1].step == "publication"


def test_one_release_is_published_at_a_time(city: Store) -> None:
    for day in (FIRST, SECOND, THIRD):
        city.release(day)
    assert city.one("SELECT count(*) FROM ops.release WHERE status = 'published'") == 1
    assert city.one("SELECT count(DISTINCT vintage) FROM published.release") == 1


def test_rolling_back_shows_the_release_before_and_forward_the_one_after(city: Store) -> None:
    first, second = city.release(FIRST), city.release(SECOND)
    shown = published_views(city)
    assert rollback_release(city.engine) == first.id
    assert headcount(city) == 1
    publish_release(city.engine, city.settings, second.id)
    assert of_the_published(published_views(city)) == of_the_published(shown)
    assert rollback_release(city.engine) == first.id


def test_rolling_back_twice_goes_back_two_releases(city: Store) -> None:
    first = city.release(FIRST)
    city.release(SECOND)
    city.release(THIRD)
    rollback_release(city.engine)
    assert rollback_release(city.engine) == first.id


def test_nothing_is_taken_back_before_the_first_release(city: Store) -> None:
    first = city.release(FIRST)
    build_release(city.engine, SECOND)
    with pytest.raises(CheckError, match="Aucune version plus ancienne"):
        rollback_release(city.engine)
    assert city.one("SELECT id FROM published.release") == first.id


def test_an_unknown_release_cannot_be_published(city: Store) -> None:
    first = city.release(FIRST)
    with pytest.raises(NotFoundError, match="La version 999 n'existe pas"):
        publish_release(city.engine, city.settings, 999)
    assert city.one("SELECT id FROM published.release") == first.id


def test_an_empty_store_has_nothing_to_release(store: Store) -> None:
    with pytest.raises(CheckError, match="Aucun fichier n'est chargé"):
        build_release(store.engine)
    assert store.last_run().status == "refused"


def test_a_build_that_fails_leaves_nothing_and_the_next_one_works(city: Store) -> None:
    city.release(FIRST)
    before, shown = stored_rows(city), published_views(city)
    city.run(
        "ALTER TABLE indicator.count ADD CONSTRAINT forced_failure"
        " CHECK (release_id < 2 OR headcount < 0) NOT VALID"
    )
    try:
        with pytest.raises(StoreError, match="Rien n'a été modifié"):
            build_release(city.engine)
        assert stored_rows(city) == before
        assert published_views(city) == shown
        failed = city.last_run()
        assert (failed.status, failed.step) == ("failed", "construction de la version")
        assert "forced_failure" not in failed.message
    finally:
        city.run("ALTER TABLE indicator.count DROP CONSTRAINT forced_failure")
    assert city.release().fresh
    assert headcount(city) == 3


def test_two_builds_at_once_make_one_release(city: Store) -> None:
    found = []

    def work() -> None:
        found.append(build_release(city.engine))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {built.id for built in found} == {found[0].id}
    assert sorted(built.fresh for built in found) == [False, True]


def test_dropping_a_release_is_dropping_its_partitions(city: Store) -> None:
    first, second = city.release(FIRST), city.release(SECOND)
    shown = published_views(city)
    for name in ("territory.population", "supply.placement", "indicator.count"):
        city.run(f"DROP TABLE {name}_release_{first.id}")
    city.run("DELETE FROM ops.release WHERE id = :id", id=first.id)
    assert city.one("SELECT count(*) FROM territory.membership WHERE release_id = :id", id=first.id) == 0
    assert of_the_published(published_views(city)) == of_the_published(shown)
    assert city.one("SELECT id FROM published.release") == second.id


def test_a_profession_that_left_the_code_goes_when_no_release_counts_it(city: Store) -> None:
    city.run(
        "INSERT INTO indicator.profession (slug, label, feminine, subject, population_age, population_sex,"
        " position) VALUES ('guerisseur', 'Guérisseurs', false, 'person', 'all', 'T', 99)"
    )
    city.release()
    assert city.one("SELECT count(*) FROM published.profession WHERE slug = 'guerisseur'") == 0


def test_scopes_are_counted_apart(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    salaried = activity("810000000002", NURSE, HOME, mode="S", sector="SA05")
    store.load(annuaire(store.folder, FIRST, [activity("810000000001", NURSE, HOME), salaried]))
    store.release()
    assert store.counts("infirmier")["commune", "00101"].headcount == 1
    assert store.counts("infirmier", "ambulatory")["commune", "00101"].headcount == 2
