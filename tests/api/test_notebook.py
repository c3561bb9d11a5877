"""The tutorial notebook, run on the small city as a reader would run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "tutoriel.ipynb"


@pytest.fixture(scope="module")
def cells():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


def test_every_cell_runs_and_says_what_the_city_is(cells, site_address, tmp_path):
    script = tmp_path / "tutoriel.py"
    written = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    script.write_text("\n".join(written), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        env={**os.environ, "OBSERVATOIRE_SITE": site_address, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    told = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    for said in ("version", "Médecins généralistes libéraux", "304 0 octet", "lieux d'exercice, dont", "422"):
        assert said in told
    assert "Vouliez-vous dire « medecin_generaliste » ?" in told
    assert "/ogc/collections/published.couche_iris" in told


def test_it_keeps_nothing_of_a_run(cells):
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells if "outputs" in cell)
