"""What is due: by the ledger, on the wall clock of Paris, whatever the machine's clock does."""

from datetime import UTC, datetime, timedelta

import pytest
from store import Store

from app.errors import SetupError
from app.jobs.ledger import Ledger
from app.jobs.schedule import PUBLICATION, Planned, around, cadences, plan
from app.settings import Settings

# A Thursday; the annuaire is awaited every Tuesday at 4:00, 3:00 in Greenwich.
NOW = datetime(2025, 11, 6, 12, tzinfo=UTC)
TUESDAY = datetime(2025, 11, 4, 3, tzinfo=UTC)
ONLY = {"communes": "", "cedex": "", "iris": "", "iris_population": "", "filosofi": "", "qpv": ""}
ONLY |= {"ban": "", "osm": "", "finess": ""}


def chosen(store: Store, **cadence: str) -> Settings:
    return store.settings.model_copy(
        update={"departements": "00", "cadences": ONLY | {"annuaire": "0 4 * * 2"} | cadence}
    )


def ran(store: Store, status: str, at: datetime, name: str = "annuaire", **more: object) -> None:
    """Write a line of the ledger."""
    store.run(
        "INSERT INTO ops.job_run (task, register, status, started_at, finished_at, unpublished) VALUES"
        " (CASE :name WHEN 'publication' THEN 'publication' ELSE 'source' END, :name, :status,"
        " CAST(:at AS timestamptz), CAST(:at AS timestamptz) + interval '1 minute', :unpublished)",
        **({"unpublished": False} | more),
        name=name,
        status=status,
        at=at,
    )


def planned(store: Store, name: str = "annuaire", now: datetime = NOW, **cadence: str) -> Planned:
    with store.engine.begin() as connection:
        found, moment = plan(connection, chosen(store, **cadence), now)
    assert moment == now
    return next(one for one in found if one.name == name)


def test_a_source_that_was_never_taken_is_due(store: Store) -> None:
    assert planned(store).is_due(NOW)
    assert planned(store).reason == "jamais pris"


def test_a_source_is_due_when_its_last_good_run_is_before_the_last_moment_of_its_cadence(
    store: Store,
) -> None:
    ran(store, "done", TUESDAY - timedelta(minutes=1))
    assert planned(store).is_due(NOW)
    ran(store, "unchanged", TUESDAY + timedelta(minutes=1))
    waiting = planned(store)
    assert not waiting.is_due(NOW)
    assert waiting.due_at == TUESDAY + timedelta(weeks=1)


def test_weeks_of_downtime_make_a_source_due_once(store: Store) -> None:
    ran(store, "done", NOW - timedelta(weeks=9))
    with store.engine.begin() as connection:
        found, _ = plan(connection, chosen(store), NOW)
    assert [one.name for one in found if one.is_due(NOW)] == ["annuaire"]
    ran(store, "done", NOW)
    assert not planned(store, now=NOW + timedelta(minutes=10)).is_due(NOW + timedelta(minutes=10))


@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (7, 1440), (9, 1440)])
def test_what_failed_is_tried_again_after_a_wait_that_grows(
    store: Store, failures: int, minutes: int
) -> None:
    ran(store, "done", NOW - timedelta(weeks=9))
    for rank in range(failures):
        ran(store, "failed" if rank % 2 else "refused", NOW - timedelta(minutes=failures - rank))
    due = planned(store).due_at
    # The line says that the last one ended a minute after it began.
    assert due == NOW + timedelta(minutes=minutes)


def test_a_success_forgets_the_failures_before_it(store: Store) -> None:
    ran(store, "failed", NOW - timedelta(weeks=9))
    ran(store, "done", NOW - timedelta(weeks=8))
    assert planned(store).due_at == NOW


def test_a_run_that_was_cut_is_taken_up_at_once_but_not_for_ever(store: Store) -> None:
    for rank in range(3):
        ran(store, "interrupted", NOW - timedelta(minutes=2))
        assert planned(store).is_due(NOW), rank
        assert "à reprendre" in planned(store).reason
    ran(store, "interrupted", NOW - timedelta(minutes=2))
    assert not planned(store).is_due(NOW)


def test_a_run_in_progress_is_not_due_and_its_worker_dead_it_is(store: Store) -> None:
    with Ledger(store.engine, task="source", register="annuaire"):
        assert planned(store).reason == "en cours"
    ran(store, "running", NOW)
    assert planned(store).is_due(datetime.now(UTC))
    assert store.last_run().status == "interrupted"


def test_a_clock_that_went_back_is_said_and_delays_nothing(store: Store) -> None:
    ran(store, "done", NOW + timedelta(days=400))
    late = planned(store)
    assert late.is_due(NOW)
    assert "l'horloge a reculé" in late.reason
    ran(store, "failed", NOW + timedelta(days=300))
    assert planned(store).is_due(NOW)
    ran(store, "done", NOW)
    assert not planned(store).is_due(NOW)


def test_what_was_loaded_awaits_the_publication_until_no_load_is_running(store: Store) -> None:
    assert planned(store, PUBLICATION).due_at is None
    ran(store, "failed", NOW, unpublished=True)
    assert planned(store, PUBLICATION).is_due(NOW)
    with Ledger(store.engine, task="source", register="annuaire"):
        assert "attend la fin" in planned(store, PUBLICATION).reason
    ran(store, "failed", NOW, PUBLICATION)
    assert planned(store, PUBLICATION).due_at == NOW + timedelta(minutes=2)


def test_sources_come_in_the_order_they_are_loaded_and_only_for_a_chosen_place(store: Store) -> None:
    settings = store.settings.model_copy(update={"departements": "35"})
    assert list(cadences(settings)) == [
        *("communes", "cedex", "iris", "iris_population", "filosofi", "qpv", "ban", "osm"),
        *("finess", "annuaire"),
    ]
    assert cadences(store.settings) == {}
    assert list(cadences(chosen(store))) == ["annuaire"]


def test_a_cadence_is_read_on_the_wall_clock_in_summer_and_in_winter() -> None:
    for month, hour in ((7, 2), (12, 3)):
        before, after = around("0 4 * * *", datetime(2025, month, 15, 12, tzinfo=UTC))
        assert before.astimezone(UTC) == datetime(2025, month, 15, hour, tzinfo=UTC)
        assert after.astimezone(UTC) == datetime(2025, month, 16, hour, tzinfo=UTC)


def test_the_hour_that_the_change_of_clock_skips_or_repeats_comes_once() -> None:
    for day, months in ((30, 3), (26, 10)):
        moments = set()
        for minutes in range(0, 48 * 60, 7):
            now = datetime(2025, months, day - 1, 12, tzinfo=UTC) + timedelta(minutes=minutes)
            before, after = around("30 2 * * *", now)
            assert after > now
            moments.add(before.astimezone(UTC))
        assert len(moments) == 3


@pytest.mark.parametrize(
    "bad", ["chaque mardi", "0 4 * *", "61 4 * * *", "0 0 30 2 *", "R R * * *", "* * * * * *"]
)
def test_a_cadence_that_names_no_moment_is_refused_by_the_name_of_the_setting(store: Store, bad: str) -> None:
    with pytest.raises(SetupError, match="OBSERVATOIRE_CADENCES") as refused:
        cadences(chosen(store, annuaire=bad))
    assert bad in refused.value.detail
    assert "0 4 * * 2" in refused.value.hint


def test_a_cadence_of_an_unknown_source_is_refused(store: Store) -> None:
    with pytest.raises(SetupError, match="la source « annuair » n'existe pas"):
        cadences(chosen(store, annuair="0 4 * * 2"))
