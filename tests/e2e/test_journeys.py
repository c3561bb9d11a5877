"""The three journeys of the README, as somebody who only read it takes them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from visit import Visit

from app.settings import PROJECT

README = (PROJECT / "README.md").read_text("utf-8")
ANNUAIRE = "PS_LibreAcces_Personne_activite_202511030800.txt"
SITE = "http://127.0.0.1:8000"


@pytest.mark.browser
def test_a_health_department_looks_at_a_map_and_sends_it(desk: Visit) -> None:
    page = desk.open()
    page.select_option("#profession", "infirmier")
    page.check("input[name=level][value=quartier]", force=True)
    expect(page.locator("h1")).to_contain_text("Infirmiers libéraux pour 100 000 habitants, par quartier")
    desk.territory("01")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("avec 95 % de confiance")
    density = panel.locator(".panel-value strong").inner_text()
    sent = page.url
    sheet = page.get_by_role("link", name="Fiche PDF").get_attribute("href")
    assert sheet is not None
    # Whoever gets the link sees the same map, the same territory and the same figure.
    other = page.context.new_page()
    other.goto(sent)
    expect(other.locator("#panel .panel-value strong")).to_have_text(density)
    answer = page.request.get(f"{desk.address}{sheet}")
    assert answer.body().startswith(b"%PDF-")
    # Its portrait says the same.
    other.get_by_role("link", name="Portrait").click()
    expect(other.locator("main")).to_contain_text(density)


def curls() -> list[str]:
    """Return the addresses that the README asks."""
    found = [shlex.split(line)[1] for line in README.splitlines() if line.startswith("curl ")]
    assert len(found) >= 5
    return found


@pytest.mark.parametrize("address", curls())
def test_a_planner_is_answered_as_the_readme_says(desk: Visit, address: str) -> None:
    answer = desk.page.request.get(address.replace(SITE, desk.address))
    assert answer.status == 200, answer.text()
    if "format=csv" in address:
        assert len(answer.text().splitlines()) > 10
    elif "format=gpkg" in address:
        assert answer.body().startswith(b"SQLite format 3")
    else:
        said = answer.json()
        assert said.get("items") or said.get("features") or said.get("indicators")


def observatoire(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *words]
    return subprocess.run(
        command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_job_takes_a_register_and_refuses_what_is_none(
    demo_environment: dict[str, str], desk: Visit, tmp_path: Path
) -> None:
    (register,) = Path(demo_environment["OBSERVATOIRE_HOME"]).glob(f"demo/*/{ANNUAIRE}")
    before = desk.page.request.get(f"{desk.address}/api/v1/releases").json()
    checked = observatoire(demo_environment, "source", "check", str(register))
    assert (checked.returncode, "annuaire" in checked.stdout.lower()) == (0, True), checked.stderr
    broken = tmp_path / ANNUAIRE
    broken.write_bytes(register.read_bytes().replace(b"Code profession", b"Code metier", 1))
    refused = observatoire(demo_environment, "refresh", "--file", str(broken))
    assert refused.returncode == 1
    assert re.search(r"Code profession.*Rien n'a été modifié", refused.stderr, re.DOTALL), refused.stderr
    assert "Traceback" not in refused.stderr
    listed = observatoire(demo_environment, "release", "list")
    assert "2025" in listed.stdout
    # Those who look at the map saw nothing of it.
    assert desk.page.request.get(f"{desk.address}/api/v1/releases").json() == before
