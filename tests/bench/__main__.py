"""Print the table of speeds: ``scripts/bench``. Takes a few minutes; needs the development environment."""

import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.api.main import create_app
from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import job_engine
from app.settings import Settings
from tests.bench import measures
from tests.bench.synthetic import fill

SIZES = ((12_500, 125_000), (25_000, 250_000), (50_000, 500_000))


def main() -> None:
    """Measure in a cluster of its own, which goes afterwards."""
    home = Path(tempfile.mkdtemp(prefix="observatoire-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home)
    try:
        _measure(Settings(home=home, database_url=SecretStr(cluster.ensure("bench"))))
    finally:
        cluster.drop()
        shutil.rmtree(home)


def _measure(settings: Settings) -> None:
    engine = job_engine(settings)
    migrate.upgrade(engine)
    found = []
    for iris, practices in SIZES:
        migrate.downgrade(engine, "base")
        migrate.upgrade(engine)
        with engine.begin() as connection:
            release = fill(connection, iris, practices)
            found.append(measures.counts(connection, release, iris))
    migrate.downgrade(engine, "base")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        fill(connection, 5_000, 50_000)
    found += measures.geojson(settings, 5_000)
    with TestClient(create_app(settings)) as client:
        answer = measures.densities(client, 5_000)
    engine.dispose()
    for row in found:
        _say(f"{row.name:<52} {row.ours:8.3f} s   {row.peer_name:<18} {row.peer:8.3f} s   "
             f"rapport {row.ours / row.peer:6.3f} (attendu {row.bound})")  # fmt: skip
    slopes = [later.ours / earlier.ours for earlier, later in pairwise(found[:3])]
    _say(f"pente des comptes à 1x, 2x, 4x : {slopes[0]:.2f} puis {slopes[1]:.2f} (2 = linéaire)")
    _say(f"réponse de densité, 5 000 IRIS : {answer * 1000:.1f} ms (médiane)")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


main()
