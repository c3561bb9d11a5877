"""The demo city's list against its truth: who is told a sector is told the right one."""

import csv
import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from store import Store

DATES = {
    "communes.geojson": date(2025, 1, 1),
    "cedex_fictif.csv": date(2025, 1, 1),
    "PS_LibreAcces_Personne_activite_202511030800.txt": None,
    "liste-ps-20251101.csv": None,
}


@dataclass(frozen=True, slots=True)
class Scores:
    """What is true of each practice of a person (sector, how the list tells it), and the sectors found."""

    truth: dict[bytes, list[tuple[str, str]]]
    found: list[tuple[bytes, str]]


@pytest.fixture(scope="module")
def scores(module_store: Store, demo_folder: Path) -> Scores:
    """Load the last annuaire and the list of the demo city, and read the sectors of their release."""
    for name, day in DATES.items():
        module_store.load(demo_folder / name, day)
    module_store.release()
    secret = module_store.settings.hash_key.get_secret_value().encode()
    truth: dict[bytes, list[tuple[str, str]]] = {}
    with (demo_folder / "truth_convention.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = hmac.digest(secret, row["person"].encode(), "sha256")
            truth.setdefault(key, []).append((row["convention"], row["listed"]))
    found = module_store.rows(
        "SELECT p.key, c.convention FROM published.convention c"
        " JOIN supply.practitioner p ON p.id = c.practitioner_id"
    )
    return Scores(truth, [(bytes(row.key), row.convention) for row in found])


def test_every_sector_told_is_the_right_one(scores: Scores) -> None:
    wrong = [who for who, sector in scores.found if sector not in {real for real, _ in scores.truth[who]}]
    assert len(scores.found) > 700
    assert wrong == []


def test_nineteen_practices_in_twenty_that_the_list_tells_are_found(scores: Scores) -> None:
    told = Counter(who for who, practices in scores.truth.items() for _, how in practices if how == "told")
    found = Counter(who for who, _ in scores.found)
    right = sum(min(count, found[who]) for who, count in told.items())
    assert right >= 0.95 * told.total()


def test_who_is_only_contradicted_has_no_sector(scores: Scores) -> None:
    doubtful = {
        who
        for who, practices in scores.truth.items()
        if {how for _, how in practices} == {"contradicted"} and len(practices) == 1
    }
    assert len(doubtful) > 3
    assert doubtful.isdisjoint(who for who, _ in scores.found)
