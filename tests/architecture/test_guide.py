"""The guide of the city's IT says everything that can be set and every command."""

from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli import entry
from app.settings import PROJECT, Settings
from app.sources.catalogue import REGISTERS

GUIDE = PROJECT / "docs/guide.md"


def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def commands(group: Any, words: tuple[str, ...]) -> list[str]:
    """List every command of the program, as somebody types it."""
    children = getattr(group, "commands", {})
    if not children:
        return [" ".join(words)]
    return [line for name, child in children.items() for line in commands(child, (*words, name))]


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_in_the_guide_with_its_description(field: str) -> None:
    row = next(
        (line for line in guide().splitlines() if line.startswith(f"| `OBSERVATOIRE_{field.upper()}`")), ""
    )
    assert row
    described = Settings.model_fields[field].description
    assert described is None or described.rstrip(".") in row


@pytest.mark.parametrize("command", commands(typer.main.get_command(entry.app), ("observatoire",)))
def test_every_command_is_in_the_guide(command: str) -> None:
    assert command in guide()


@pytest.mark.parametrize("register", sorted(name for name, entry in REGISTERS.items() if entry.loadable))
def test_every_register_that_can_be_loaded_is_in_the_guide(register: str) -> None:
    assert f"| `{register}` |" in guide()


@pytest.mark.parametrize("page", ["README.md", "docs/guide.md"])
def test_every_link_inside_the_project_leads_somewhere(page: str) -> None:
    folder = (PROJECT / page).parent
    text = (PROJECT / page).read_text(encoding="utf-8")
    targets = [part.split(")", 1)[0] for part in text.split("](")[1:]]
    inside = [target for target in targets if not target.startswith(("http", "#"))]
    assert [target for target in inside if not Path(folder / target.split("#")[0]).exists()] == []
