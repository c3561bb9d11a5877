"""Print the table of speeds: ``scripts/bench``. Takes a few minutes; needs the development environment.

``scripts/bench national`` measures the annuaire alone, at national size, ``scripts/bench annuaire`` at three
sizes; ``scripts/bench travel`` what travels: times, isochrones, catchments; ``scripts/bench population`` how
far apart the ways of spreading people are; ``scripts/bench map`` the map in a browser; ``scripts/bench
exports`` what a file costs in each format; ``scripts/bench tiles [SCALE]`` vector tiles against tipg;
``scripts/bench france [SCALE]`` the release of a whole country, 1 being 50 000 IRIS and 500 000 practices.
"""

import logging
import shutil
import signal
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from app import log
from app.api.main import create_app
from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import job_engine
from app.settings import Settings
from tests.bench import (
    catchment,
    coverage,
    exports,
    france,
    isochrones,
    loading,
    map_page,
    measures,
    placing,
    population,
    sectors,
    tiles,
    travel,
    truth,
)
from tests.bench.synthetic import fill

SIZES = ((12_500, 125_000), (25_000, 250_000), (50_000, 500_000))
# What is measured only when it is named.
ALONE = {"exports": exports.lines, "map": map_page.lines}


def main() -> None:
    """Measure in a cluster of its own, which goes afterwards, even when it is asked to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    log.configure("text", logging.WARNING)
    home = Path(tempfile.mkdtemp(prefix="observatoire-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home)
    try:
        settings = Settings(home=home, database_url=SecretStr(cluster.ensure("bench")), _env_file=None)
        if sys.argv[1:] == ["national"]:
            _say(loading.told(loading.measure(settings, 1.0)))
            return
        if sys.argv[1:] == ["annuaire"]:
            _tell_loads([loading.measure(settings, scale) for scale in loading.SLOPE])
            return
        if alone := ALONE.get(" ".join(sys.argv[1:])):
            for line in alone(settings):
                _say(line)
            return
        if sys.argv[1:2] in (["france"], ["tiles"]):
            bench = france if sys.argv[1] == "france" else tiles
            for line in bench.lines(settings, float(sys.argv[2]) if sys.argv[2:] else 1.0):
                _say(line)
            return
        if sys.argv[1:] == ["population"]:
            _compare_populations(settings)
            return
        if sys.argv[1:] != ["travel"]:
            _measure(settings)
            _compare_populations(settings)
        _measure_travel(settings)
    finally:
        cluster.drop()
        shutil.rmtree(home)


def _compare_populations(settings: Settings) -> None:
    engine = job_engine(settings)
    for line in population.lines(settings, engine):
        _say(line)
    engine.dispose()


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
    speeds, scores = _placing(engine, settings)
    engine.dispose()
    loads = [loading.measure(settings, scale) for scale in loading.SLOPE]
    for row in found:
        _say(f"{row.name:<52} {row.ours:8.3f} s   {row.peer_name:<18} {row.peer:8.3f} s   "
             f"rapport {row.ours / row.peer:6.3f} (attendu {row.bound})")  # fmt: skip
    slopes = [later.ours / earlier.ours for earlier, later in pairwise(found[:3])]
    _say(f"pente des comptes à 1x, 2x, 4x : {slopes[0]:.2f} puis {slopes[1]:.2f} (2 = linéaire)")
    _say(f"réponse de densité, 5 000 IRIS : {answer * 1000:.1f} ms (médiane)")
    _tell_loads(loads)
    for speed in speeds:
        _say(f"{speed.name:<52} {speed.rate:8.0f} par seconde ({speed.placed} placées sur {speed.addresses})")
    for score in scores:
        _say(f"vérité, {score.error:<20} {score.rows:5d} adresses   au bon numéro {score.right_share:7.2%}   "
             f"à plus de 300 m {score.wrong_share:6.2%}   non placées {score.unplaced}")  # fmt: skip


def _tell_loads(loads: list[loading.Loading]) -> None:
    for load in loads:
        _say(loading.told(load))
    for name in ("first", "following"):
        slopes = [getattr(later, name) / getattr(earlier, name) for earlier, later in pairwise(loads)]
        _say(f"annuaire, pente ({name}) à 1x, 2x, 4x : {slopes[0]:.2f} puis {slopes[1]:.2f} (2 : linéaire)")


def _measure_travel(settings: Settings) -> None:
    engine = job_engine(settings)
    migrate.upgrade(engine)
    migrate.downgrade(engine, "base")
    migrate.upgrade(engine)
    engine.dispose()
    for line in (*catchment.lines(), *isochrones.lines(settings)):
        _say(line)
    engine = job_engine(settings)
    migrate.downgrade(engine, "base")
    migrate.upgrade(engine)
    engine.dispose()
    for line in coverage.lines(settings):
        _say(line)
    travel.report()


def _placing(engine: Engine, settings: Settings) -> tuple[list[placing.Speed], list[truth.Score]]:
    """Speeds of placing against 2 million addresses, and the truth set, each in an empty store."""
    migrate.downgrade(engine, "base")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        speeds = placing.measure(connection)
        connection.rollback()
    for line in sectors.lines(engine):
        _say(line)
    with TemporaryDirectory() as folder:
        return speeds, truth.measure(engine, settings, Path(folder))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


main()
