"""The container files, read without a container engine: what they name exists, and nothing runs as root."""

import re
from typing import Any

import pytest
import yaml

from app.settings import PROJECT, Settings

KNOWN = {"FROM", "RUN", "COPY", "WORKDIR", "USER", "ENV", "EXPOSE", "VOLUME", "HEALTHCHECK", "CMD"}


@pytest.fixture
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def instructions() -> list[tuple[str, str]]:
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    pairs = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(word, rest) for word, rest in pairs]


def test_the_dockerfile_holds_only_known_instructions_and_starts_from_tagged_images(
    instructions: list[tuple[str, str]],
) -> None:
    assert {word for word, _ in instructions} <= KNOWN
    assert instructions[0][0] == "FROM"
    images = [rest.split()[0] for word, rest in instructions if word == "FROM"]
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+", image) for image in images)


def test_the_image_is_built_by_the_scripts_that_set_a_machine_up(
    instructions: list[tuple[str, str]],
) -> None:
    built = " ".join(rest for word, rest in instructions if word == "RUN")
    named = re.findall(r"scripts/[\w-]+", built)
    assert named == ["scripts/environment", "scripts/assets"]
    assert all((PROJECT / script).is_file() for script in named)


def test_what_the_scripts_read_is_not_kept_out_of_the_image() -> None:
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    needed = {"app", "geodata", "migrations", "scripts", "pyproject.toml", "README.md", ".npmrc"}
    needed |= {"requirements.lock", "requirements-dev.lock", "package.json", "package-lock.json"}
    assert needed.isdisjoint(ignored)
    assert {".env", ".git", ".venv"} <= set(ignored)


def test_the_program_does_not_run_as_root(instructions: list[tuple[str, str]]) -> None:
    last_stage = instructions[max(n for n, (word, _) in enumerate(instructions) if word == "FROM") :]
    assert ("USER", "observatoire") in last_stage


def test_the_services_are_the_database_and_the_web_and_worker_that_wait_for_it(
    compose: dict[str, Any],
) -> None:
    assert set(compose["services"]) == {"db", "web", "worker"}
    for name in ("web", "worker"):
        assert compose["services"][name]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert "healthcheck" in compose["services"]["db"]
    assert "ports" not in compose["services"]["db"]


def test_every_setting_given_to_the_web_service_exists(compose: dict[str, Any]) -> None:
    given = set(compose["services"]["web"]["environment"])
    assert given <= {f"OBSERVATOIRE_{field.upper()}" for field in Settings.model_fields}


def test_the_worker_is_the_same_program_and_opens_no_port(compose: dict[str, Any]) -> None:
    web, worker = compose["services"]["web"], compose["services"]["worker"]
    different = {name for name in web | worker if web.get(name) != worker.get(name)}
    assert different == {"command", "ports", "healthcheck", "stop_grace_period"}
    assert worker["command"] == ["observatoire", "worker"]
    assert worker["ports"] == []


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    web, db = (compose["services"][name]["environment"] for name in ("web", "db"))
    assert web["OBSERVATOIRE_ENVIRONMENT"] == "production"
    assert web["OBSERVATOIRE_HASH_KEY"].startswith("${OBSERVATOIRE_HASH_KEY:?")
    assert web["OBSERVATOIRE_WEB_PASSWORD"].startswith("${OBSERVATOIRE_WEB_PASSWORD:?")
    assert db["POSTGRES_PASSWORD"].startswith("${OBSERVATOIRE_DB_PASSWORD:?")


def test_volumes_that_services_use_are_declared(compose: dict[str, Any]) -> None:
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]}
    assert used == set(compose["volumes"])
