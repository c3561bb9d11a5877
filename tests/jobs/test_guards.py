"""A file right in every other way and still refused: cut in half, dated from tomorrow, under another key."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from small_registers import GP, activity, annuaire, at, communes, iris, iris_population, quartiers
from store import Outcome, Store, published_views, stored_rows

from app.errors import CheckError
from app.jobs.refresh import refresh

DAY, NEXT = date(2025, 1, 1), date(2025, 7, 1)
LINES = [activity(f"8{rank:011d}", GP, at(str(rank + 1), "DU MOLE"), commune="00101") for rank in range(200)]

type Command = Callable[..., Outcome]


@pytest.fixture
def city(store: Store) -> Store:
    """Return a store that publishes a city of 200 general practitioners."""
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, DAY, LINES))
    store.release()
    return store


def test_half_an_annuaire_is_refused_with_both_numbers(city: Store, command: Command) -> None:
    before = published_views(city), stored_rows(city)
    outcome = command(city, "refresh", "--file", annuaire(city.folder, NEXT, LINES[:100]))
    assert outcome.code == 1
    assert "100 lignes utilisables, contre 200 au 01/01/2025" in outcome.err
    assert "--force" in outcome.err
    assert (published_views(city), stored_rows(city)) == before


def test_half_an_annuaire_is_taken_when_asked_for(city: Store, command: Command) -> None:
    half = annuaire(city.folder, NEXT, LINES[:100])
    assert command(city, "refresh", "--no-publish", "--force", "--file", half).code == 0
    assert command(city, "release", "build").code == 0
    assert command(city, "release", "publish", "2", "--accept").code == 0
    assert city.counts("medecin_generaliste")["commune", "00101"].headcount == 100


def test_a_loss_within_the_bound_is_taken(city: Store, command: Command) -> None:
    assert command(city, "refresh", "--file", annuaire(city.folder, NEXT, LINES[:175])).code == 0


@pytest.mark.parametrize("day", ["2099-12-01", "0001-01-01"])
def test_an_impossible_date_is_refused(store: Store, command: Command, day: str) -> None:
    path = communes(store.folder, {"00101": (0, 0, 1000, 1000)})
    outcome = command(store, "refresh", "--vintage", day, "--file", path)
    assert outcome.code == 1
    assert "ne peut pas être celle de ce fichier" in outcome.err
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    assert command(store, "refresh", "--vintage", tomorrow, "--file", path).code == 0


def test_a_negative_population_is_refused_with_its_line(store: Store, command: Command) -> None:
    path = iris_population(store.folder, {"001010101": 900, "001010102": -500})
    outcome = command(store, "refresh", "--force", "--file", path)
    assert outcome.code == 1
    assert "population négative" in outcome.err
    assert "ligne 3" in outcome.err


def test_another_key_is_refused_before_any_history_breaks(city: Store, tmp_path: Path) -> None:
    before = stored_rows(city)
    other = city.settings.model_copy(update={"hash_key": SecretStr("une-autre-clef-assez-longue")})
    with pytest.raises(CheckError, match="OBSERVATOIRE_HASH_KEY"):
        refresh(city.engine, other, annuaire(tmp_path, NEXT, LINES))
    assert stored_rows(city) == before


def test_of_two_files_an_unreadable_second_stops_the_first(city: Store, command: Command) -> None:
    before = stored_rows(city)
    page = city.folder / "page_20250701.csv"
    page.write_text("<!DOCTYPE html><html></html>", encoding="utf-8")
    outcome = command(city, "refresh", "--file", annuaire(city.folder, NEXT, LINES), "--file", page)
    assert outcome.code == 1
    assert stored_rows(city) == before


def test_files_loaded_before_a_refused_one_are_named(city: Store, command: Command) -> None:
    good = annuaire(city.folder, NEXT, LINES)
    short = annuaire(city.folder, date(2025, 8, 1), LINES[:20])
    outcome = command(city, "refresh", "--file", good, "--file", short)
    assert outcome.code == 1
    assert f"Déjà chargés, pas encore publiés : {good.name}." in outcome.out


def test_a_newer_map_is_shown_with_an_older_supply(city: Store, command: Command) -> None:
    city.load(iris(city.folder, {"001010101": (0, 0, 1000, 1000)}))
    outcome = command(
        city, "refresh", "--vintage", "2026-01-01",
        "--file", quartiers(city.folder, {"Q1": (0, 0, 500, 1000)}),
    )  # fmt: skip
    assert "publiée, offre au 01/01/2025" in outcome.out
    assert city.one("SELECT count(*) FROM published.territory WHERE level = 'quartier'") == 1


def test_the_same_file_again_publishes_nothing_new(city: Store, command: Command) -> None:
    outcome = command(city, "refresh", "--file", annuaire(city.folder, DAY, LINES))
    assert outcome.code == 0
    assert "reste publiée" in outcome.out


def test_refused_rows_are_told_with_their_reason(store: Store, command: Command) -> None:
    lines = [f"00{rank:07d}" for rank in range(30)]
    path = iris_population(store.folder, {**dict.fromkeys(lines, 10.0), "1": 5})
    outcome = command(store, "refresh", "--no-publish", "--file", path)
    assert outcome.code == 0
    assert "1 refusées (" in outcome.out
