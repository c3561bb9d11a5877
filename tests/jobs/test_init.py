"""A city in one command, whole, against a twin of the public servers."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from store import Outcome, Store
from twin import Twin, cut_after, error_500, running
from twin_city import ANNUAIRE, EPCI, serve_city, twin_manifest

from app.cli import city as city_commands
from app.errors import ParameterError, SetupError, SourceError
from app.jobs import city as cities
from app.jobs import fetch as fetching
from app.jobs import intake
from app.jobs.city import found_city, write_settings
from app.settings import Settings
from app.sources.web import Patience

KEYS = "SELECT key FROM supply.practitioner ORDER BY key"
QUICK = Patience(3, sleep=lambda _seconds: None)


@pytest.fixture
def twin(demo_folder: Path) -> Iterator[Twin]:
    with running() as served:
        serve_city(served, demo_folder)
        yield served


def pointed(store: Store, twin: Twin, **changes: object) -> Settings:
    """Return the store's settings, with the twin for every public server."""
    return store.settings.model_copy(update={"sources_url": twin.url, "fetch_timeout_s": 5.0, **changes})


def test_one_command_fetches_builds_and_publishes_a_city(
    store: Store, twin: Twin, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in (cities, fetching, intake):
        monkeypatch.setattr(module, "manifest", twin_manifest)
    monkeypatch.setenv("OBSERVATOIRE_SOURCES_URL", twin.url)
    monkeypatch.setattr(city_commands, "PROJECT", tmp_path, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    (tmp_path / ".env").write_text("# réglages de la ville\nOBSERVATOIRE_PORT=8080\n", encoding="utf-8")
    done = command(store, "init", "--within", "commune:00101", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "Départements : 00." in done.out
    assert "https://data.geopf.fr/telechargement/download/CONTOURS-IRIS/" in done.out
    assert "La ville est publiée (version 1)." in done.out
    written = (tmp_path / ".env").read_text(encoding="utf-8").splitlines()
    assert written[:2] == ["# réglages de la ville", "OBSERVATOIRE_PORT=8080"]
    assert {"OBSERVATOIRE_WITHIN=commune:00101", "OBSERVATOIRE_DEPARTEMENTS=00"} < set(written)
    key = next(line for line in written if line.startswith("OBSERVATOIRE_HASH_KEY="))
    assert len(key.split("=")[1]) == 64

    loaded = store.rows("SELECT register, rows_kept FROM ops.source_file ORDER BY register")
    assert {row.register for row in loaded} == set(intake.ORDER)
    assert all(row.rows_kept for row in loaded)
    doctors = store.counts("medecin_generaliste")
    assert doctors["commune", "00101"].headcount > 50
    assert store.people()["commune", "00101"].value > 50_000
    assert not store.rows("SELECT 1 FROM published.territory WHERE level = 'region'")
    assert store.one("SELECT count(*) FROM published.release_graph WHERE problem IS NULL") == 1
    assert {row.mode for row in store.rows("SELECT mode FROM published.release_origins")} >= {"walk", "car"}

    people = store.rows(KEYS)
    command(
        store,
        "refresh",
        "--force",
        "--no-publish",
        "--file",
        next(store.settings.home.rglob(f"*/{ANNUAIRE}")),
    )
    assert store.rows(KEYS) == people, "the key written is the key used"

    again = command(store, "init", "--within", "commune:00101", "--yes")
    assert again.code == 0
    assert "annuaire : inchangé" in again.out
    assert again.out.count("déjà chargé, rien à faire") == len(intake.ORDER)
    offline = command(store, "source", "fetch", "--offline")
    assert offline.code == 0


def test_an_epci_is_resolved_to_its_communes_and_the_plan_comes_before_anything_is_done(
    store: Store, twin: Twin, tmp_path: Path
) -> None:
    told: list[str] = []
    asked: list[str] = []
    number = found_city(
        store.engine,
        pointed(store, twin),
        [f"epci:{EPCI}"],
        say=told.append,
        confirm=lambda question: bool(asked.append(question)),
        written=tmp_path / ".env",
        sources=twin_manifest(),
        patience=QUICK,
    )
    assert number is None
    assert "Mo" in asked[0]
    assert not (tmp_path / ".env").exists()
    assert store.rows("SELECT 1 FROM ops.source_file") == []
    assert f"Territoire : epci:{EPCI} ; 5 communes." in told
    assert {line.split()[0] for line in told if line.startswith("  ")} >= {
        "annuaire",
        "ban-00",
        "osm-aubrelle",
    }


def settle(store: Store, settings: Settings, written: Path, within: str = "commune:00101") -> int:
    founded = found_city(
        store.engine,
        settings,
        [within],
        say=lambda _line: None,
        confirm=lambda _question: True,
        written=written,
        sources=twin_manifest(),
        patience=QUICK,
    )
    assert founded is not None
    return founded.id


def test_the_same_command_goes_on_after_a_stop_though_servers_fail_one_time_in_eight(
    store: Store, twin: Twin, tmp_path: Path
) -> None:
    address = next(path for path in twin.files if path.endswith("ps-libreacces.zip"))
    annuaire = twin.files.pop(address)
    with pytest.raises(SourceError, match="annuaire"):
        settle(store, pointed(store, twin), tmp_path / ".env")
    assert store.rows("SELECT 1 FROM ops.release") == []
    twin.files[address] = annuaire
    twin.requests.clear()
    twin.every = {8: error_500, 11: cut_after(0.5)}
    settings = pointed(store, twin, departements="00", within="commune:00101")
    assert settle(store, settings, tmp_path / ".env") == 1
    big = [path for method, path, headers in twin.requests if method == "GET" and "Range" not in headers]
    assert len([path for path in big if "carreaux" in path]) == 1, (
        "asked once, with its stamp: not taken again"
    )


def test_a_place_that_does_not_exist_is_refused_with_what_to_write(
    store: Store, twin: Twin, tmp_path: Path
) -> None:
    for wrong, said in {
        "commune:00999": "n'existe pas dans le département 00",
        "commune:35": "code INSEE",
        "quartier:1": "ni une commune ni un EPCI",
        "commune:99101": "n'est pas connu",
    }.items():
        with pytest.raises(ParameterError, match=said):
            settle(store, pointed(store, twin), tmp_path / ".env", wrong)


def test_a_store_that_holds_another_place_is_left_alone(
    store: Store, twin: Twin, demo_folder: Path, tmp_path: Path
) -> None:
    store.load(demo_folder / "cedex_fictif.csv", date(2025, 1, 1))
    with pytest.raises(SetupError, match="autre territoire"):
        settle(store, pointed(store, twin, departements="35"), tmp_path / ".env")


def test_settings_are_replaced_line_by_line_and_stay_private(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    write_settings(path, {"within": "commune:35238", "hash_key": "clef"})
    assert path.stat().st_mode & 0o077 == 0
    write_settings(path, {"within": "epci:243500139", "border_communes": None})
    assert path.read_text(encoding="utf-8").splitlines() == [
        "OBSERVATOIRE_HASH_KEY=clef",
        "OBSERVATOIRE_WITHIN=epci:243500139",
    ]
