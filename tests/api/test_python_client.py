"""A client made from OpenAPI by a generator, asking the running site."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# What is no JSON is handed over as it comes.
CONFIG = """
package_name_override: offre_client
content_type_overrides:
  application/pdf: application/octet-stream
  application/vnd.mapbox-vector-tile: application/octet-stream
  application/x-qgis-layer-settings: application/octet-stream
"""


@pytest.fixture(scope="module")
def made(client, tmp_path_factory):
    """Return the generated package, imported."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(
        json.dumps(client.get("/api/v1/openapi.json").json()), encoding="utf-8"
    )
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    # The generator writes with ruff, which stands beside the interpreter.
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*command, "--config", "config.yml", "--meta", "none", "--output-path", "offre_client"],
        cwd=folder,
        env={**os.environ, "PATH": beside},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert b"WARNING" not in done.stdout + done.stderr, done.stdout.decode()
    sys.path.insert(0, str(folder))
    yield importlib.import_module("offre_client")
    sys.path.remove(str(folder))


def test_the_generated_client_reads_densities(made, site_address, client):
    densities = importlib.import_module("offre_client.api.indicateurs.densities")
    levels = importlib.import_module("offre_client.models.densities_level")
    with made.Client(base_url=site_address) as opened:
        found = densities.sync(
            client=opened, profession="medecin_generaliste", level=levels.DensitiesLevel.IRIS
        )
    told = client.get("/api/v1/densities?level=iris&profession=medecin_generaliste").json()
    assert [(one.code, one.density) for one in found.items] == [
        (one["code"], one["density"]) for one in told["items"]
    ]


def test_the_generated_client_reads_problems(made, site_address):
    densities = importlib.import_module("offre_client.api.indicateurs.densities")
    levels = importlib.import_module("offre_client.models.densities_level")
    with made.Client(base_url=site_address) as opened:
        refused = densities.sync(client=opened, profession="nope", level=levels.DensitiesLevel.IRIS)
    assert (refused.status, refused.parameter) == (422, "profession")
