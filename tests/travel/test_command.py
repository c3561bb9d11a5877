"""``observatoire graph`` as somebody runs it."""

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
import structlog
from people import FILE, member, place, release, territories
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool
from town import Town

from app import cli
from app.cli import running
from app.settings import Settings

COMMUNE = """
    INSERT INTO territory.territory (source_file_id, level, code, name, geom)
    VALUES (:file, 'commune', :code, :name, ST_Multi(ST_GeomFromWKB(:wkb, 4326)))"""
TOWN = shapely.box(-3.31, 46.37, -3.27, 46.42)
BEYOND = shapely.box(-3.1, 46.37, -3.05, 46.42)


type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    fresh_database_url: str,
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Return a function that runs a command on a store of the test's own: code, output, errors."""
    engines: list[Engine] = []
    make_engine = running.job_engine

    def recorded(settings: Settings) -> Engine:
        engines.append(make_engine(settings))
        return engines[-1]

    def ran(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["observatoire", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        lines = [line for line in told.err.splitlines() if not line.startswith("{")]
        return int(end.value.code or 0), told.out, "\n".join(lines)

    monkeypatch.setattr(running, "job_engine", recorded)
    monkeypatch.setenv("OBSERVATOIRE_DATABASE_URL", SecretStr(fresh_database_url).get_secret_value())
    monkeypatch.setenv("OBSERVATOIRE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    yield ran
    for engine in engines:
        engine.dispose()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


@pytest.fixture
def store(fresh_database_url: str) -> Iterator[Engine]:
    """Return the store of the commands, with a commune in the graph and another beyond it."""
    engine = create_engine(fresh_database_url, poolclass=NullPool)
    with engine.begin() as connection:
        file = connection.execute(text(FILE), {"register": "communes", "day": "2025-01-01"}).scalar_one()
        for code, name, area in (("00101", "Aubrelle", TOWN), ("00901", "Loin-d'ici", BEYOND)):
            values = {"file": file, "code": code, "name": name, "wkb": shapely.to_wkb(area)}
            connection.execute(text(COMMUNE), values)
    yield engine
    engine.dispose()


def test_a_graph_is_built_then_times_are_computed_once(run: Run, store: Engine, town: Town) -> None:
    code, told, _ = run("graph", "build", town.extract, "--gtfs", town.feed)
    assert code == 0
    assert "construit." in told
    assert "Modes : à pied, à vélo, en voiture, en transports en commun." in told
    assert "du 01/09/2025 au 31/08/2026" in told
    assert "communes non couvertes : 1 sur 2, Loin-d'ici (00901)." in told

    code, _, error = run("graph", "times", "--mode", "walk")
    assert code == 1
    assert "Aucune version" in error

    points = np.array([[-3.295, 46.3975], [-3.290, 46.395], [-3.285, 46.40]])
    with store.begin() as connection:
        number = release(connection, "published")
        member(connection, number, territories(connection, points))
        place(connection, number, {"a": (-3.2934, 46.398)})
    code, told, _ = run("graph", "times", "--mode", "walk")
    assert code == 0
    assert "Temps à pied. Lieux calculés : 1 ; déjà connus : 0." in told
    assert "Lieux calculés : 0 ; déjà connus : 1." in run("graph", "times", "--mode", "walk")[1]

    code, told, _ = run("graph", "status", "--day", "2025-11-12")
    assert code == 0
    assert (
        "Temps à pied, 30 minutes. Lieux : 1, dont loin de toute rue 0. "
        "Carreaux : 3, dont loin de toute rue 0." in told
    )
    code, _, error = run("graph", "status", "--day", "2026-09-01")
    assert code == 1
    assert "s'arrêtent au 31/08/2026" in error

    assert "déjà construit." in run("graph", "build", town.extract, "--gtfs", town.feed)[1]
    with store.connect() as connection:
        runs = connection.execute(text("SELECT task, status FROM ops.job_run ORDER BY id")).all()
    assert [tuple(one) for one in runs] == [
        *(("graph", "done"), ("times", "failed"), ("times", "done"), ("times", "unchanged")),
        ("graph", "unchanged"),
    ]


def test_what_cannot_be_built_says_what_to_do(run: Run, town: Town, tmp_path: Path) -> None:
    code, _, error = run("graph", "status")
    assert (code, "observatoire graph build" in error) == (1, True)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(town.extract.read_bytes()[:20_000])
    code, _, error = run("graph", "build", cut)
    assert code == 1
    assert "coupé ou abîmé" in error
    assert "cut.osm.pbf" in error
    assert run("graph", "build", town.feed)[0] == 1
    assert run("graph", "build", tmp_path / "absent.osm.pbf")[0] == 1
    assert run("graph", "times", "--mode", "boat")[0] == 2
