"""One scheduled run: its line in the ledger, what it leaves to publish, and who may run beside it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from small_registers import GP, activity, annuaire, at, communes
from store import Outcome, Store
from twin import Twin, error_500, running
from twin_city import zipped

from app.errors import BusyError, ParameterError, SourceError
from app.jobs import fetch, intake, schedule
from app.jobs.ledger import INTERRUPTED, STOPPED, Ledger
from app.jobs.schedule import PUBLICATION, due_now
from app.jobs.tasks import run, run_due
from app.settings import Settings
from app.sources import download
from app.sources.web import Patience
from geodata.manifest import Manifest

CADENCES = dict.fromkeys(intake.ORDER, "") | {"communes": "0 1 2 * *", "annuaire": "0 4 * * 2"}


@pytest.fixture
def settings(store: Store, served: Twin) -> Settings:
    """Return the settings of a city that takes its communes and its annuaire."""
    changes = {"sources_url": served.url, "departements": "00", "cadences": CADENCES, "fetch_retries": 0}
    return store.settings.model_copy(update=changes)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    """Serve two small registers under the addresses of the manifest."""
    from datetime import date

    from twin_city import twin_manifest

    for module in (fetch, intake, schedule):
        monkeypatch.setattr(module, "manifest", twin_manifest)
    lines = [
        activity(f"8{rank:011d}", GP, at(str(rank + 1), "DU MOLE"), commune="00101") for rank in range(30)
    ]
    path = annuaire(tmp_path, date(2025, 1, 1), lines)
    with running() as twin:
        listed: Manifest = twin_manifest()
        place = communes(tmp_path, {"00101": (0, 0, 1000, 1000)})
        twin.serve(listed.deliveries("communes", ["00"])[0].address, place.read_bytes())
        packed = zipped({path.name: path.read_bytes()})
        twin.serve(listed.deliveries("annuaire", ["00"])[0].address, packed)
        yield twin


def quiet(_line: str) -> None:
    """Say nothing."""


def lines_of(store: Store) -> list[tuple[object, ...]]:
    found = store.rows("SELECT task, register, status, unpublished FROM ops.job_run ORDER BY id")
    return [tuple(row) for row in found]


def test_what_is_due_is_taken_in_order_then_published_once(store: Store, settings: Settings) -> None:
    assert due_now(store.engine, settings) == ["communes", "annuaire"]
    assert run_due(store.engine, settings, quiet) == []
    assert [line for line in lines_of(store) if line[0] in ("source", "publication")] == [
        ("source", "communes", "done", False),
        ("source", "annuaire", "done", False),
        ("publication", "publication", "done", False),
    ]
    assert store.one("SELECT count(*) FROM published.release") == 1
    assert due_now(store.engine, settings) == []


def test_what_is_unchanged_awaits_no_publication(store: Store, settings: Settings) -> None:
    run_due(store.engine, settings, quiet)
    run(store.engine, settings, "annuaire", quiet)
    run_line = lines_of(store)[-2]
    assert run_line == ("source", "annuaire", "unchanged", False)
    assert due_now(store.engine, settings) == []


def test_a_source_that_cannot_be_had_keeps_the_others_from_nothing(
    store: Store, settings: Settings, served: Twin
) -> None:
    annuaire_address = next(path for path in served.files if "data.gouv.fr" in path)
    served.files[annuaire_address].status = 404
    said: list[str] = []
    assert run_due(store.engine, settings, said.append) == ["annuaire"]
    assert any("annuaire" in line and "n'ont pas pu être pris" in line for line in said)
    assert store.one("SELECT count(*) FROM published.release") == 1
    failed = store.rows("SELECT status, message, unpublished FROM ops.job_run WHERE register = 'annuaire'")[0]
    assert (failed.status, failed.unpublished) == ("refused", False)
    assert "1 fichiers sur 1" in failed.message
    assert due_now(store.engine, settings) == []


def test_a_run_that_died_between_loading_and_publishing_is_published_by_the_next(
    store: Store, settings: Settings
) -> None:
    for name in ("communes", "annuaire"):
        run(store.engine, settings, name, quiet)
    # As if the second had been killed after its file was loaded, before it could say so.
    store.run("UPDATE ops.job_run SET status = 'running' WHERE task = 'source' AND register = 'annuaire'")
    assert run_due(store.engine, settings, quiet) == []
    found = store.rows(
        "SELECT status, message FROM ops.job_run WHERE task = 'source' AND register = 'annuaire' ORDER BY id"
    )
    assert [tuple(row) for row in found] == [("interrupted", INTERRUPTED), ("unchanged", None)]
    assert store.one("SELECT count(*) FROM published.release") == 1
    assert store.one("SELECT count(*) FROM ops.job_run WHERE unpublished") == 0


def test_a_second_run_of_a_source_is_told_that_it_is_running_and_leaves_no_line(
    store: Store, settings: Settings, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(store.engine, task="source", register="annuaire", alone=True) as ledger:
        ledger.step("chargement")
        before = lines_of(store)
        with pytest.raises(
            BusyError, match=r"« annuaire » est déjà en cours depuis le .*étape « chargement »"
        ):
            run(store.engine, settings, "annuaire", quiet)
        monkeypatch.setenv("OBSERVATOIRE_DEPARTEMENTS", "00")
        outcome = command(store, "jobs", "run", "annuaire")
        assert (outcome.code, outcome.out) == (1, "")
        assert "Rien n'a été fait." in outcome.err
        assert lines_of(store) == before
    run(store.engine, settings, "communes", quiet)
    run(store.engine, settings, "annuaire", quiet)
    assert lines_of(store)[-2][:3] == ("source", "annuaire", "done")


def test_two_runs_of_a_source_at_once_load_it_once(store: Store, settings: Settings) -> None:
    run(store.engine, settings, "communes", quiet)
    ended: list[object] = []

    def work() -> None:
        try:
            run(store.engine, settings, "annuaire", quiet)
            ended.append("done")
        except BusyError as error:
            ended.append(error.status)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "done" in ended
    assert store.one("SELECT count(*) FROM ops.source_file WHERE register = 'annuaire'") == 1
    assert store.one("SELECT count(*) FROM ops.job_run WHERE status NOT IN ('done', 'unchanged')") == 0


def test_a_run_that_is_stopped_says_so_and_is_taken_up_again(store: Store, settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt), Ledger(store.engine, task="source", register="annuaire"):
        raise KeyboardInterrupt
    run_line = store.last_run()
    assert (run_line.status, run_line.message) == ("interrupted", STOPPED)
    assert "annuaire" in due_now(store.engine, settings)


def test_a_ledger_whose_session_was_ended_goes_on_with_another(store: Store) -> None:
    with Ledger(store.engine, task="source", register="annuaire", alone=True) as ledger:
        plain = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as link:
            link.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND classid = 7205004 AND pid <> pg_backend_pid()"
            )
        ledger.step("chargement")
        with pytest.raises(BusyError):
            Ledger(store.engine, task="source", register="annuaire", alone=True).__enter__()
    assert store.last_run().status == "done"


def test_an_unknown_name_and_a_city_without_a_place_are_refused_without_a_line(
    store: Store, settings: Settings
) -> None:
    with pytest.raises(ParameterError, match="« annuair »") as refused:
        run(store.engine, settings, "annuair", quiet)
    assert "publication" in refused.value.hint
    with pytest.raises(ParameterError, match="aucun n'est choisi"):
        run(store.engine, settings.model_copy(update={"departements": None}), "communes", quiet)
    assert lines_of(store) == []


def test_the_command_says_when_each_source_comes_and_why(
    store: Store, settings: Settings, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Aucun territoire" in command(store, "jobs", "due").out
    monkeypatch.setenv("OBSERVATOIRE_DEPARTEMENTS", "00")
    monkeypatch.setenv("OBSERVATOIRE_CADENCES", '{"annuaire": "chaque mardi"}')
    refused = command(store, "jobs", "due")
    assert refused.code == 1
    assert "OBSERVATOIRE_CADENCES" in refused.err
    monkeypatch.setenv("OBSERVATOIRE_CADENCES", '{"annuaire": ')
    assert "OBSERVATOIRE_CADENCES" in command(store, "jobs", "due").err
    monkeypatch.delenv("OBSERVATOIRE_CADENCES")
    told = command(store, "jobs", "due").out.splitlines()
    assert len(told) == 11
    assert told[-2].split() == ["annuaire", "0", "4", "*", "*", "2", "maintenant", "jamais", "pris"]
    assert told[-1].startswith(PUBLICATION)


def test_a_download_tells_how_far_it_is(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int | None]] = []
    monkeypatch.setattr(download, "TOLD_BYTES", 1)
    monkeypatch.setattr(Ledger, "progress", lambda _self, done, total=None: told.append((done, total)))
    run(store.engine, settings, "communes", quiet)
    assert told


def test_a_server_that_fails_is_a_refusal_with_its_line(
    store: Store, settings: Settings, served: Twin
) -> None:
    served.faults = [error_500]
    with pytest.raises(SourceError):
        run(store.engine, settings, "communes", quiet, patience=Patience(0))
    assert store.last_run().status == "refused"


def test_another_machine_takes_a_source_of_the_same_city(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    run(store.engine, settings, "communes", quiet)
    elsewhere = settings.model_copy(update={"home": tmp_path / "elsewhere"})
    with pytest.raises(SourceError):
        run(store.engine, elsewhere.model_copy(update={"offline": True}), "annuaire", quiet)
    run(store.engine, elsewhere, "annuaire", quiet)
    assert store.last_run().status == "done"
