"""The systemd units: they start commands that exist, from one place, under an account without rights."""

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from app.cli import entry
from app.settings import PROJECT, Settings

UNITS = sorted((PROJECT / "deploy" / "systemd").glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "CapabilityBoundingSet": "",
    "User": "observatoire",
    "UMask": "0077",
}


def read(unit: Path) -> RawConfigParser:
    parsed = RawConfigParser(strict=True)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit.read_text(encoding="utf-8"))
    return parsed


def test_the_units_are_the_database_the_web_and_the_worker() -> None:
    assert [unit.stem for unit in UNITS] == ["observatoire-base", "observatoire-web", "observatoire-worker"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_command_that_exists_and_may_do_nothing_else(unit: Path) -> None:
    service = read(unit)["Service"]
    program, *words = service["ExecStart"].split()
    assert program == "/srv/observatoire/.venv/bin/observatoire"
    known = {command.name for command in entry.app.registered_commands}
    known |= {group.name for group in entry.app.registered_groups}
    assert words[0] in known
    assert {name: service[name] for name in HARDENED} == HARDENED
    setting, _ = service["Environment"].split("=")
    assert setting.removeprefix("OBSERVATOIRE_").lower() in Settings.model_fields


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_serves_comes_back_whatever_ended_it(name: str) -> None:
    unit = read(PROJECT / "deploy" / "systemd" / f"observatoire-{name}.service")
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["Requires"] == "observatoire-base.service"


def test_systemd_understands_the_units() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd n'est pas là")
    told = subprocess.run([program, "verify", *UNITS], capture_output=True, text=True, check=False).stderr
    # The program is installed elsewhere on this machine; anything else is a fault of the units.
    ours = [line for line in told.splitlines() if "observatoire" in line and "is not executable" not in line]
    assert ours == []
