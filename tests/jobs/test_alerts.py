"""Problems told once, and once more when they are over; nobody who does not answer breaks anything."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_string
from email.policy import default

import pytest
from listeners import Chat, Post, chat, closed_port, post, silence
from pydantic import SecretStr
from small_registers import GP, activity, annuaire, at, communes
from store import Store

from app.errors import ObservatoireError, SetupError
from app.jobs import channels
from app.jobs.alerts import review
from app.jobs.ledger import Ledger
from app.settings import Settings

NOW = datetime(2025, 11, 15, 8, 0, tzinfo=UTC)
LATER = datetime(2025, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
def hook() -> Iterator[Chat]:
    with chat() as heard:
        yield heard


@pytest.fixture
def office() -> Iterator[Post]:
    with post() as heard:
        yield heard


def told_by(store: Store, **values: object) -> Settings:
    secrets = {
        name: SecretStr(str(value)) if name in {"alert_webhook_url", "smtp_url"} else value
        for name, value in values.items()
    }
    return store.settings.model_copy(update=secrets)


def fails(store: Store, message: str = "Le fichier est coupé.", register: str = "finess") -> None:
    run(store, "refused", register, message)


def passes(store: Store, register: str = "finess") -> None:
    run(store, "done", register)


def run(store: Store, status: str, register: str | None, message: str | None = None, **more: object) -> None:
    values = {"task": "refresh", "file_name": "fichier.csv", **more}
    store.run(
        "INSERT INTO ops.job_run (task, register, file_name, status, message, finished_at)"
        " VALUES (:task, :register, :file_name, :status, :message, now())",
        register=register,
        status=status,
        message=message,
        **values,
    )


def open_problems(store: Store) -> list[str]:
    return [row.problem for row in store.rows("SELECT problem FROM published.alert ORDER BY 1")]


def test_a_refused_refresh_is_told_once_with_what_happened(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    fails(store)
    for _ in range(3):
        review(store.engine, settings, NOW)
    [message] = hook.received
    assert message["text"] == (
        "Le chargement de « FINESS, établissements sanitaires et sociaux » a été refusé.\n"
        "Le fichier est coupé."
    )
    assert message["event"] == "opened"
    assert message["problem"] == "source:finess"
    assert message["at"] == "2025-11-15T08:00:00+00:00"


def test_another_refusal_of_the_same_source_is_the_same_problem(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    for message in ("Le fichier est coupé.", "Une colonne manque."):
        fails(store, message)
        review(store.engine, settings, NOW)
    assert len(hook.received) == 1


def test_what_passes_again_is_told_as_settled_once_then_may_come_back(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    for happens in (fails, passes, passes, fails):
        happens(store)
        review(store.engine, settings, NOW)
    assert [one["event"] for one in hook.received] == ["opened", "settled", "opened"]
    assert hook.received[1]["text"] == (
        "Résolu : Le chargement de « FINESS, établissements sanitaires et sociaux » passe de nouveau."
    )


def test_one_source_that_passes_does_not_settle_another(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    fails(store, register="finess")
    run(store, "failed", "ban", file_name="adresses-22.csv.gz")
    run(store, "done", "ban", file_name="adresses-35.csv.gz")
    passes(store, register="annuaire")
    review(store.engine, settings, NOW)
    assert open_problems(store) == ["source:ban adresses-22.csv.gz", "source:finess"]
    assert "(adresses-22.csv.gz) a échoué" in hook.received[0]["text"]


def test_a_file_of_no_register_is_told_by_its_name_until_it_passes(store: Store) -> None:
    run(store, "refused", None, file_name="page.zip")
    review(store.engine, store.settings, NOW)
    assert open_problems(store) == ["source:page.zip"]
    run(store, "done", "annuaire", file_name="page.zip")
    review(store.engine, store.settings, NOW)
    assert open_problems(store) == []


def test_a_file_of_no_register_is_forgotten_when_nobody_gave_it_again_for_a_month(store: Store) -> None:
    run(store, "refused", None, file_name="page.zip")
    run(store, "refused", "finess")
    store.run("UPDATE ops.job_run SET finished_at = '2025-10-20'")
    for now, found in ((NOW, ["source:finess", "source:page.zip"]), (LATER, ["source:finess"])):
        review(store.engine, store.settings, now)
        assert open_problems(store) == found


def test_a_scheduled_run_and_the_loading_inside_it_are_one_problem(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    run(store, "refused", "finess", "Le fichier est coupé.")
    run(store, "refused", "finess", "Le fichier est coupé.", task="source", file_name=None)
    run(store, "refused", "ban", file_name="adresses-22.csv.gz")
    run(store, "refused", "ban", task="source", file_name=None)
    run(store, "failed", None, task="build", file_name=None)
    run(store, "failed", "publication", task="publication", file_name=None)
    review(store.engine, settings, NOW)
    assert open_problems(store) == ["publication:", "source:ban", "source:finess"]
    assert len(hook.received) == 3


def test_what_ended_last_counts_not_what_began_last(store: Store) -> None:
    run(store, "failed", "annuaire", task="source")
    run(store, "done", "annuaire")
    store.run("UPDATE ops.job_run SET finished_at = now() + interval '1 minute' WHERE task = 'source'")
    review(store.engine, store.settings, NOW)
    assert open_problems(store) == ["source:annuaire"]


def looked_at(store: Store, register: str, day: str, task: str = "source") -> None:
    run(store, "unchanged", register, task=task)
    store.run(
        "UPDATE ops.job_run SET started_at = :day, finished_at = :day WHERE register = :register",
        day=day,
        register=register,
    )


def test_a_source_that_missed_two_moments_is_late_unless_it_is_loaded_by_hand(store: Store) -> None:
    settings = told_by(store, departements="35", cadences={"finess": "0 4 1 * *", "ban": "0 4 1 * *"})
    looked_at(store, "finess", "2025-09-30 12:00+00")
    looked_at(store, "ban", "2025-10-01 12:00+00")
    looked_at(store, "annuaire", "2024-01-01", task="refresh")
    review(store.engine, settings, NOW)
    assert open_problems(store) == ["late:finess"]
    assert store.one("SELECT title FROM ops.alert") == (
        "« FINESS, établissements sanitaires et sociaux » n'a pas été vérifiée depuis le 30 septembre 2025, "
        "il y a 6 semaines."
    )
    run(store, "refused", "finess", task="source", file_name=None)
    review(store.engine, settings, NOW)
    assert open_problems(store) == ["source:finess"]


def test_a_run_that_is_taken_up_again_says_nothing(store: Store) -> None:
    passes(store)
    run(store, "interrupted", "finess")
    run(store, "running", "finess")
    review(store.engine, store.settings, NOW)
    assert open_problems(store) == []


def test_a_failed_build_is_told_and_a_mistaken_rollback_is_not(store: Store) -> None:
    for task in ("build", "rollback"):
        with pytest.raises(ObservatoireError), Ledger(store.engine, task=task):
            raise ObservatoireError("La place manque.")
    review(store.engine, store.settings, NOW)
    assert open_problems(store) == ["publication:"]


def held(store: Store, day: str) -> int:
    number: int = store.one("SELECT coalesce(max(id), 0) + 1 FROM ops.release")
    store.run(
        "INSERT INTO ops.release (vintage, fingerprint, status) VALUES (:day, :number, 'held')",
        day=day,
        number=str(number),
    )
    store.run("INSERT INTO ops.judgement (release_id) SELECT max(id) FROM ops.release")
    store.run(
        "INSERT INTO ops.finding (release_id, rank, guard, subject, passed, sentence)"
        " SELECT max(id), 1, 'headcount', 'infirmier', false, 'Infirmiers : 3, contre 12.' FROM ops.release"
    )
    return number


def test_a_held_release_is_told_with_what_was_found_until_it_is_published_or_replaced(
    store: Store, hook: Chat
) -> None:
    settings = told_by(store, alert_webhook_url=hook.url, max_supply_age_days=10_000)
    first = held(store, "2025-11-03")
    review(store.engine, settings, NOW)
    assert "Infirmiers : 3, contre 12." in hook.received[0]["text"]
    assert f"observatoire release publish {first} --accept" in hook.received[0]["text"]
    second = held(store, "2025-11-10")
    review(store.engine, settings, NOW)
    assert open_problems(store) == [f"held:{second}"]
    store.run("UPDATE ops.release SET status = 'published' WHERE id = :id", id=second)
    review(store.engine, settings, NOW)
    assert open_problems(store) == []
    assert [one["event"] for one in hook.received] == ["opened", "settled", "opened", "settled"]


def test_an_old_supply_is_told_until_a_newer_one_is_published(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url, max_supply_age_days=100)
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    lines = [activity("811111111111", GP, at("1", "DU MOLE"), commune="00101")]
    store.load(annuaire(store.folder, date(2025, 1, 1), lines))
    store.release()
    review(store.engine, settings, datetime(2025, 4, 11, tzinfo=UTC))
    assert hook.received == []
    review(store.engine, settings, datetime(2025, 4, 12, tzinfo=UTC))
    assert hook.received[0]["text"].startswith(
        "L'offre publiée est celle du 1er janvier 2025, il y a 3 mois."
    )
    store.load(annuaire(store.folder, date(2025, 4, 1), lines))
    store.release()
    review(store.engine, settings, datetime(2025, 4, 12, tzinfo=UTC))
    assert hook.events == [("opened", "supply_age"), ("settled", "supply_age")]


def test_a_mail_says_it_in_its_subject_to_every_recipient(store: Store, office: Post) -> None:
    settings = told_by(
        store,
        smtp_url=office.url,
        alert_mail_to="sante@ville.example, dsi@ville.example",
        alert_mail_from="observatoire@ville.example",
    )
    fails(store, "Le fichier est coupé.\nIl manque la fin.")
    review(store.engine, settings, NOW)
    review(store.engine, settings, NOW)
    [letter] = [message_from_string(text, policy=default) for text in office.received]
    assert office.recipients == ["sante@ville.example", "dsi@ville.example"]
    assert letter["From"] == "observatoire@ville.example"
    assert letter["Subject"] == (
        "[Observatoire] Le chargement de « FINESS, établissements sanitaires et sociaux » a été refusé."
    )
    assert letter.get_content().splitlines()[-2:] == ["Le fichier est coupé.", "Il manque la fin."]
    assert not [line for line in office.commands if line.startswith(("AUTH", "STARTTLS"))]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_refuses_is_asked_again_at_the_next_look(
    store: Store, hook: Chat, status: int
) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    hook.status = status
    fails(store)
    review(store.engine, settings, NOW)
    assert hook.received == []
    hook.status = 200
    review(store.engine, settings, NOW)
    assert hook.events == [("opened", "source:finess")]


def test_a_problem_over_before_it_could_be_told_is_told_no_more(store: Store, hook: Chat) -> None:
    settings = told_by(store, alert_webhook_url=hook.url)
    hook.status = 503
    fails(store)
    review(store.engine, settings, NOW)
    passes(store)
    hook.status = 200
    review(store.engine, settings, NOW)
    assert hook.received == []


def test_one_channel_that_fails_does_not_silence_the_other_nor_repeat_it(
    store: Store, hook: Chat, office: Post
) -> None:
    office.refuses = True
    settings = told_by(
        store, alert_webhook_url=hook.url, smtp_url=office.url, alert_mail_to="dsi@ville.example"
    )
    fails(store)
    review(store.engine, settings, NOW)
    assert (len(hook.received), len(office.received)) == (1, 0)
    office.refuses = False
    review(store.engine, settings, NOW)
    assert (len(hook.received), len(office.received)) == (1, 1)


@pytest.mark.parametrize("channel", ["webhook", "mail"])
def test_nobody_there_or_nobody_speaking_breaks_nothing_and_names_no_secret(
    store: Store,
    channel: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(channels, "SECONDS", 0.2)
    fails(store)
    with silence() as mute:
        for port in (mute, closed_port()):
            place = f"127.0.0.1:{port}"
            how: dict[str, object] = {"alert_webhook_url": f"http://{place}/very-secret"}
            if channel == "mail":
                how = {"smtp_url": f"smtp://who:very-secret@{place}", "alert_mail_to": "dsi@ville.example"}
            start = time.monotonic()
            review(store.engine, told_by(store, **how), NOW)
            assert time.monotonic() - start < 3
    told = capsys.readouterr()
    assert "alert_not_told" in told.out + told.err
    assert "very-secret" not in told.out + told.err
    assert open_problems(store) == ["source:finess"]


def test_a_password_is_not_sent_to_a_server_that_does_not_encrypt(store: Store, office: Post) -> None:
    fails(store)
    address = office.url.replace("//", "//who:very-secret@")
    review(store.engine, told_by(store, smtp_url=address, alert_mail_to="dsi@ville.example"), NOW)
    assert office.received == []
    assert not [line for line in office.commands if line.startswith("AUTH")]


@pytest.mark.parametrize(
    "values",
    [
        {"alert_mail_to": "dsi@ville.example"},
        {"alert_mail_to": "dsi@ville.example", "smtp_url": "serveur:25"},
    ],
)
def test_mail_without_a_readable_server_is_refused_at_the_start(values: dict[str, str]) -> None:
    with pytest.raises(SetupError, match="OBSERVATOIRE_"):
        Settings(_env_file=None, **values)


def test_a_database_that_is_away_is_logged_and_no_more(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(f"postgresql+psycopg://nobody@127.0.0.1:{closed_port()}/none")
    review(engine, store.settings, NOW)
    told = capsys.readouterr()
    assert "alerts_not_reviewed" in told.out + told.err
