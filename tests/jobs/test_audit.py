"""The log of who changed what: every change leaves a line, nobody edits one, old ones go."""

from datetime import UTC, datetime, timedelta

import pytest
from small_registers import communes
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from store import Store

from app.errors import ObservatoireError
from app.jobs.alerts import review
from app.security.audit import account_at_work, note, read_audit


def lines(store: Store) -> list[tuple[str, str]]:
    with store.engine.connect() as connection:
        return [(line.action, line.subject) for line in read_audit(connection, 100)]


def test_a_load_and_a_publication_are_noted_under_the_account_that_ran_them(store: Store) -> None:
    path = communes(store.folder, {"00101": (0, 0, 1000, 1000)})
    store.load(path)
    assert lines(store) == [("store.change", f"refresh communes {path.name}")]
    with store.engine.connect() as connection:
        line = read_audit(connection, 1)[0]
    assert line.actor == account_at_work().actor
    assert line.actor.startswith("command:")


def test_what_changes_nothing_or_fails_is_not_noted(store: Store) -> None:
    path = communes(store.folder, {"00101": (0, 0, 1000, 1000)})
    store.load(path)
    before = lines(store)
    store.load(path)
    unknown = store.folder / "liste.csv"
    unknown.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(ObservatoireError):
        store.load(unknown)
    assert lines(store) == before


def test_the_web_adds_lines_and_neither_changes_nor_deletes_one(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE observatoire_clerk"))
        note(connection, account_at_work(), "names.read", "essai", 3)
        for statement in ("UPDATE ops.audit SET people = 0", "DELETE FROM ops.audit", "TRUNCATE ops.audit"):
            with pytest.raises(ProgrammingError, match="permission denied"), connection.begin_nested():
                connection.execute(text(statement))
    assert lines(store) == [("names.read", "essai")]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM reserved.person",
        "SELECT * FROM supply.practitioner",
        "SELECT * FROM published.practice",
        "UPDATE ops.api_key SET role = 'admin'",
        "DELETE FROM ops.api_key",
    ],
)
def test_what_looks_keys_up_reads_no_name_and_makes_no_key(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE observatoire_clerk"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))


@pytest.mark.parametrize("role", ["observatoire_reader", "observatoire_agent"])
@pytest.mark.parametrize("table", ["ops.api_key", "ops.web_session", "ops.audit", "supply.practitioner"])
def test_neither_the_public_s_role_nor_the_agents_reads_keys_or_tables(
    store: Store, role: str, table: str
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT * FROM {table}"))


def test_the_public_s_role_cannot_read_names_and_the_agents_can(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE observatoire_agent"))
        assert connection.execute(text("SELECT count(*) FROM reserved.person")).scalar_one() == 0
        connection.execute(text("RESET ROLE"))
        connection.execute(text("SET LOCAL ROLE observatoire_reader"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT family_name FROM reserved.person"))


def test_lines_older_than_the_setting_go_by_themselves(store: Store) -> None:
    for days in (10, 400):
        at = datetime.now(UTC) - timedelta(days=days)
        store.run(
            "INSERT INTO ops.audit (at, actor, role, action, subject)"
            " VALUES (:at, 'essai', 'admin', 'names.read', :subject)",
            at=at,
            subject=f"{days} jours",
        )
    review(store.engine, store.settings)
    assert lines(store) == [("names.read", "10 jours")]
