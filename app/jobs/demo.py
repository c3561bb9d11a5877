"""The demo city: generated, loaded through the same refresh as any city, published vintage by vintage."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, select

import geodata.demo
from app.db.tables import source_file
from app.errors import SetupError
from app.jobs.refresh import refresh
from app.jobs.releases import Published, build_release, publish_newest
from app.settings import Settings

# The truth sets are for measuring.
NOT_LOADED = ("truth.csv", "truth_convention.csv")
SUPPLY = "PS_LibreAcces"
# Files whose real twins carry no date either: the day they stand for.
UNDATED = {
    "adresses-00.csv.gz": date(2025, 11, 1),
    "aubrelle.osm.pbf": date(2025, 11, 1),
    "carreaux_200m_met.gpkg": date(2021, 1, 1),
    "cedex_fictif.csv": date(2025, 1, 1),
    "communes.geojson": date(2025, 1, 1),
    "quartiers_aubrelle.geojson": date(2024, 1, 1),
}


def demo_files(settings: Settings) -> list[Path]:
    """Return the demo city's register files, generating them when the generator changed or never ran."""
    folder = settings.home / "demo" / _generator_mark()
    if not folder.is_dir():
        partial = folder.with_name(f".{folder.name}.partial")
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            geodata.demo.generate(partial)
            partial.rename(folder)
        except OSError as error:
            raise SetupError(
                f"La ville de démonstration n'a pas pu être écrite dans {folder} : {error.strerror}.",
                hint="Vérifiez l'espace libre et les droits, ou choisissez un autre dossier "
                "avec OBSERVATOIRE_HOME.",
            ) from error
    return sorted(path for path in folder.iterdir() if path.name not in NOT_LOADED)


def load_demo(engine: Engine, settings: Settings, say: Callable[[str], None]) -> Published:
    """Load the demo city and publish its newest release. Files already loaded cost a hash each."""
    files = demo_files(settings)
    supply = [path for path in files if path.name.startswith(SUPPLY)]
    for path in (*(path for path in files if path not in supply), *supply):
        loaded = refresh(engine, settings, path, vintage=UNDATED.get(path.name))
        if loaded.status == "done":
            say(loaded.told(path.name))
    for vintage in supply_vintages(engine):
        # Its addresses are invented: no geocoder is asked for them.
        built = build_release(engine, vintage, settings.model_copy(update={"offline": True}))
        if built.fresh:
            say(f"Version {built.id} construite avec ses temps de trajet, offre au {built.vintage:%d/%m/%Y}")
    return publish_newest(engine, settings)


def supply_vintages(engine: Engine) -> list[date]:
    """Return the dates of the annuaire files in the store, oldest first."""
    with engine.connect() as connection:
        found = connection.execute(
            select(source_file.c.vintage)
            .where(source_file.c.register == "annuaire", ~source_file.c.superseded)
            .order_by(source_file.c.vintage)
        )
        return [row.vintage for row in found]


def _generator_mark() -> str:
    """Return a mark that changes with the generator's code."""
    digest = hashlib.sha256()
    for source in sorted(Path(geodata.demo.__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]
