"""A source taken in again and again: what a schedule runs, one delivery after the other."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from store import Store
from twin import Served, Twin, html, running
from twin_city import ANNUAIRE, serve_city, twin_manifest, zipped

from app.errors import SourceError
from app.jobs.intake import take
from app.jobs.refresh import Loaded
from app.settings import Settings
from app.sources.web import Patience


class Week:
    """A city that takes its annuaire in, and the server where it is published."""

    def __init__(self, store: Store, twin: Twin, folder: Path) -> None:
        self.store = store
        self.twin = twin
        self.lines = (folder / ANNUAIRE).read_text(encoding="utf-8").splitlines(keepends=True)
        self.settings = store.settings.model_copy(
            update={"sources_url": twin.url, "departements": "00", "fetch_timeout_s": 5.0}
        )
        self.told: list[str] = []

    def publish(self, lines: list[str], name: str = ANNUAIRE) -> Served:
        """Put a delivery on line."""
        address = next(path for path in self.twin.files if path.endswith("ps-libreacces.zip"))
        return self.twin.serve(address, zipped({name: "".join(lines).encode()}))

    def take(self, name: str = "annuaire", settings: Settings | None = None) -> list[Loaded]:
        """Run what the schedule runs."""
        return take(
            self.store.engine,
            settings or self.settings,
            name,
            self.told.append,
            sources=twin_manifest(),
            patience=Patience(0),
        )

    def vintages(self) -> list[tuple[date, bool]]:
        """Return the annuaires of the store, and whether each was replaced."""
        query = "SELECT vintage, superseded FROM ops.source_file WHERE register = 'annuaire' ORDER BY id"
        return [(row.vintage, row.superseded) for row in self.store.rows(query)]


@pytest.fixture
def week(store: Store, demo_folder: Path) -> Iterator[Week]:
    with running() as twin:
        serve_city(twin, demo_folder)
        made = Week(store, twin, demo_folder)
        made.take("communes")
        made.take()
        yield made


def test_the_next_delivery_is_loaded_under_its_own_date(week: Week) -> None:
    week.publish(week.lines[:-40], ANNUAIRE.replace("20251103", "20251201"))
    [loaded] = week.take()
    assert (loaded.status, loaded.vintage) == ("done", date(2025, 12, 1))
    assert week.vintages() == [(date(2025, 11, 3), False), (date(2025, 12, 1), False)]


def test_a_delivery_mended_under_the_same_date_replaces_the_first(week: Week) -> None:
    week.publish(week.lines[:-40])
    [loaded] = week.take()
    assert loaded.status == "done"
    assert week.vintages() == [(date(2025, 11, 3), True), (date(2025, 11, 3), False)]


def test_an_unchanged_delivery_is_neither_fetched_nor_cut_nor_loaded(week: Week) -> None:
    cut = next((week.settings.home / "prepared" / "annuaire").glob(f"*/{ANNUAIRE}"))
    before = cut.stat().st_mtime_ns
    week.twin.requests.clear()
    [loaded] = week.take()
    assert loaded.status == "unchanged"
    assert cut.stat().st_mtime_ns == before
    assert all("Range" in headers or "If-None-Match" in headers for _, _, headers in week.twin.requests)


def test_a_delivery_that_is_no_annuaire_leaves_everything_as_it_was(week: Week) -> None:
    before = week.vintages()
    week.publish(week.lines[:-40])
    week.twin.faults = [html, html]
    with pytest.raises(SourceError):
        week.take()
    assert "page web" in week.told[-1]
    week.publish(["cedex;libelle;insee\n", *["00101;VILLE CEDEX;00101\n"] * 50], "cedex.csv")
    with pytest.raises(SourceError):
        week.take()
    assert week.vintages() == before


def test_a_place_that_changes_is_cut_again_from_the_file_that_is_here(week: Week) -> None:
    narrower = week.settings.model_copy(update={"departements": "35", "border_communes": "00101"})
    communes = next(path for path in week.twin.files if path.startswith("geo.api.gouv.fr/communes"))
    week.twin.serve(twin_manifest().deliveries("communes", ["35"])[0].address, week.twin.files[communes].body)
    week.take("communes", narrower)
    week.twin.requests.clear()
    [loaded] = week.take(settings=narrower)
    assert loaded.status == "done"
    assert loaded.rows_kept < len(week.lines) - 1
    assert all("Range" in headers or "If-None-Match" in headers for _, _, headers in week.twin.requests)
