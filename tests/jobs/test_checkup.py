"""``observatoire doctor``: what stands well, what to look at, what to mend."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.cli import doctor
from app.db import migrate
from app.jobs import checkup
from app.jobs.checkup import checks
from app.jobs.found import Check
from app.settings import Settings


def looked_at(settings: Settings) -> dict[str, Check]:
    """Return what was found, the worst of each subject."""
    order = {"good": 0, "look": 1, "bad": 2}
    found: dict[str, Check] = {}
    for check in checks(settings):
        if check.about not in found or order[check.state] > order[found[check.about].state]:
            found[check.about] = check
    return found


def changed(settings: Settings, **values: Any) -> Settings:
    return settings.model_copy(update=values)


@pytest.fixture(scope="module")
def looking(clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a deployment that no test changes."""
    return Settings(
        home=tmp_path_factory.mktemp("looked"), database_url=SecretStr(clone_database()), _env_file=None
    )


@pytest.fixture
def run(settings: Settings) -> Iterator[Any]:
    """Return a function that executes a statement in the deployment's database."""
    assert settings.database_url
    engine = create_engine(settings.database_url.get_secret_value(), poolclass=NullPool)

    def execute(statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    yield SimpleNamespace(execute=execute, engine=engine)
    engine.dispose()


PUBLISHED = """
    INSERT INTO ops.release (vintage, fingerprint, status, published_at)
    VALUES ('{day}', repeat('a', 64), 'published', now())"""


def test_a_fresh_deployment_lacks_only_what_is_published(looking: Settings) -> None:
    found = looked_at(looking)
    assert {name for name, check in found.items() if check.state == "bad"} == {"Publication"}
    assert "observatoire init" in found["Publication"].todo
    for name in ("Base", "Horloge", "Connexions", "Schéma", "Disque"):
        assert found[name].state == "good", found[name]


def test_everything_to_mend_comes_with_what_to_do(looking: Settings) -> None:
    for check in checks(looking):
        assert check.said
        assert bool(check.todo) or check.state == "good", check


def test_the_rights_of_the_web_are_looked_at_as_it_enters(settings: Settings, run: Any) -> None:
    borrowed = looked_at(settings)["Droits"]
    assert (borrowed.state, "OBSERVATOIRE_WEB_PASSWORD" in borrowed.todo) == ("look", True)
    own = changed(settings, web_password=SecretStr("mot-de-passe-des-essais"))
    assert looked_at(own)["Droits"].state == "good"
    run.execute(f'REVOKE CONNECT ON DATABASE "{run.engine.url.database}" FROM PUBLIC')
    shut = looked_at(own)["Droits"]
    assert (shut.state, "refuse d'ouvrir" in shut.said) == ("bad", True)
    run.execute("REVOKE SELECT ON reserved.person FROM observatoire_agent")
    poor = looked_at(own)["Droits"]
    assert (poor.state, "manque à observatoire_agent" in poor.said) == ("bad", True)


def test_an_old_supply_and_a_silent_worker_are_told(settings: Settings, run: Any) -> None:
    run.execute(PUBLISHED.format(day=date(2020, 1, 1)))
    run.execute("INSERT INTO work.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    found = looked_at(settings)
    assert (found["Publication"].state, found["Travailleur"].state) == ("look", "bad")
    assert "1er janvier 2020" in found["Publication"].said
    assert found["Trajets"].state == "look"
    run.execute("UPDATE work.procrastinate_workers SET last_heartbeat = now()")
    assert looked_at(settings)["Travailleur"].state == "good"


def test_a_problem_that_stays_open_is_told(settings: Settings, run: Any) -> None:
    run.execute(
        "INSERT INTO ops.alert (problem, title, settled_title) VALUES ('source:ban', 'La BAN manque.', 'Là.')"
    )
    assert looked_at(settings)["Alerte"].said == "La BAN manque."


def test_a_schema_of_another_version_is_told_before_anything_is_read_from_it(
    settings: Settings, run: Any
) -> None:
    migrate.downgrade(run.engine, "0001")
    found = looked_at(settings)
    assert found["Schéma"].state == "bad"
    assert "db upgrade" in found["Schéma"].todo
    assert "Publication" not in found


def test_a_database_that_does_not_answer_is_told_without_its_password(looking: Settings) -> None:
    away = SecretStr("postgresql://someone:hidden-word@127.0.0.1:1/nowhere")
    found = looked_at(changed(looking, database_url=away))
    assert found["Base"].state == "bad"
    assert "hidden-word" not in str(found)


def test_a_private_database_that_was_never_started_is_not_started_by_looking(
    looking: Settings, tmp_path: Path
) -> None:
    found = looked_at(changed(looking, database_url=None, home=tmp_path / "none"))
    assert found["Base"].todo == "observatoire db up"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("values", "about", "state"),
    [
        ({"web_workers": 64, "threads": 64}, "Connexions", "bad"),
        ({"environment": "production"}, "Adresse publique", "look"),
        ({"environment": "production", "public_url": "http://ville.example"}, "Adresse publique", "bad"),
        ({"public_url": "https://ville.example"}, "Adresse publique", "good"),
        ({"public_url": "https://ville.example", "host": "0.0.0.0"}, "Serveur frontal", "look"),
        ({"trusted_proxies": "le mandataire"}, "Serveur frontal", "bad"),
        ({"hash_key": SecretStr("propre-a-la-ville-1234")}, "Secrets", "good"),
    ],
)
def test_settings_are_judged(looking: Settings, values: dict[str, Any], about: str, state: str) -> None:
    assert looked_at(changed(looking, **values))[about].state == state


@pytest.mark.parametrize(("free", "state"), [(10 << 30, "good"), (3 << 30, "look"), (1 << 20, "bad")])
def test_a_disk_that_fills_up_is_told(
    looking: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert looked_at(looking)["Disque"].state == state


def test_secrets_that_others_may_read_are_told(
    looking: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = tmp_path / ".env"
    written.write_text("OBSERVATOIRE_HASH_KEY=x", encoding="ascii")
    monkeypatch.setattr(checkup, "PROJECT", tmp_path)
    written.chmod(0o644)
    assert "chmod 600" in looked_at(looking)["Secrets"].todo
    assert looked_at(looking)["Pages"].state == "bad"
    written.chmod(0o600)
    assert "chmod" not in looked_at(looking)["Secrets"].todo


def test_the_command_ends_with_1_when_something_is_to_mend(
    looking: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "settings_now", lambda: looking)
    with pytest.raises(doctor.typer.Exit) as end:
        doctor.doctor()
    assert end.value.exit_code == 1
    told = capsys.readouterr().out
    assert "à corriger Publication : rien n'est publié" in told
    assert told.endswith("1 point à corriger.\n")
