"""How far apart the ways of spreading people are on real files: squares, addresses, area (METHODS 3).

The squares say where people live; each IRIS is given the people that its squares hold, then the same totals
are spread over addresses, and over areas, as a city without squares would have them. No excerpt has both
squares and INSEE's own populations of QPV: those are compared with what is published, which is them.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine, text

from app.db.engines import job_engine
from app.jobs.refresh import refresh
from app.jobs.releases import publish_newest
from app.settings import Settings

IRIS = ("bondy/iris_2022_wgs84.geojson", date(2022, 1, 1))
QPV = ("bondy/qpv_2015_apur_lb93.gpkg", date(2015, 1, 1))
SQUARES = ("bondy/filosofi_2019_carreaux200m_lb93_nocrs.gpkg", date(2019, 1, 1))
ADDRESSES = ("bondy/ban_adresses_resaved_by_R.csv", date(2024, 1, 1))
OCCITANIE = ("toulouse/qpv_2015_occitanie_4decimals_wgs84.geojson", date(2015, 1, 1))
STATED = ("toulouse/qpv_2015_occitanie_insee_indicators.csv", date(2020, 1, 1))
PEOPLE = """
    SELECT t.code, p.value, p.method, p.coverage
    FROM published.population p JOIN published.territory t ON t.id = p.territory_id
    WHERE t.level = :level AND p.age_class = 'all' AND p.sex = 'T' ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Spread:
    """People of one QPV by each way of spreading, and the part of its area that is known."""

    code: str
    squares: float
    addresses: float
    area: float
    coverage: float

    def error(self, way: str) -> float:
        """Return how far a way is from the squares, as a share of them."""
        return float(getattr(self, way)) / self.squares - 1


def spreads(folder: Path, database: Callable[[], str], home: Path) -> list[Spread]:
    """Return the QPV of Bondy; ``database`` gives the address of an empty migrated database each time."""
    with _published(database(), home / "squares", [_real(folder, IRIS, SQUARES, QPV)]) as engine:
        squares, iris = _people(engine, "qpv"), _people(engine, "iris")
    table = home / "base-ic-evol-struct-pop-2019.CSV"
    lines = [f"{code};{code[:5]};{value}" for code, (value, *_) in iris.items()]
    table.write_text("\n".join(["IRIS;COM;P19_POP", *lines]) + "\n", encoding="utf-8")
    stated = [(table, date(2019, 1, 1))]
    with _published(database(), home / "addresses", [_real(folder, IRIS, ADDRESSES, QPV), stated]) as engine:
        addresses = _people(engine, "qpv")
    with _published(database(), home / "area", [_real(folder, IRIS, QPV), stated]) as engine:
        area = _people(engine, "qpv")
    assert {method for _, method, _ in addresses.values()} == {"addresses"}
    assert {method for _, method, _ in area.values()} == {"area"}
    return [
        Spread(code, value, addresses[code][0], area[code][0], coverage)
        for code, (value, _, coverage) in squares.items()
    ]


def mean_error(found: list[Spread], way: str) -> float:
    """Return the mean distance to the squares, in share, weighted by people."""
    total = sum(one.squares for one in found)
    return sum(abs(one.error(way)) * one.squares for one in found) / total


def lines(found: list[Spread]) -> Iterator[str]:
    """Yield the comparison in French, a line a QPV."""
    for one in found:
        yield (
            f"population {one.code}, connue sur {one.coverage:4.0%} : carreaux {one.squares:7.0f}   "
            f"adresses {one.addresses:7.0f} ({one.error('addresses'):+6.1%})   "
            f"surface {one.area:7.0f} ({one.error('area'):+6.1%})"
        )
    yield (
        f"population, écart moyen aux carreaux : adresses {mean_error(found, 'addresses'):.1%}, "
        f"surface {mean_error(found, 'area'):.1%}"
    )


def stated_line(folder: Path, database: Callable[[], str], home: Path) -> str:
    """Return how the published populations of Occitanie's QPV stand beside INSEE's own, in French."""
    with (folder / STATED[0]).open(encoding="utf-8-sig", newline="") as written:
        own = {row["code_qp"]: float(row["pop_mun"]) for row in csv.DictReader(written) if row["pop_mun"]}
    with _published(database(), home / "stated", [_real(folder, OCCITANIE, STATED)]) as engine:
        found = _people(engine, "qpv")
    apart = [abs(value / own[code] - 1) for code, (value, *_) in found.items()]
    return f"population de {len(apart)} QPV d'Occitanie : écart au plus {max(apart):.1%} à celle de l'INSEE"


def _real(folder: Path, *files: tuple[str, date]) -> list[tuple[Path, date]]:
    return [(folder / name, vintage) for name, vintage in files]


@contextmanager
def _published(url: str, home: Path, groups: list[list[tuple[Path, date]]]) -> Iterator[Engine]:
    settings = Settings(home=home, database_url=SecretStr(url), log_format="text", _env_file=None)
    engine = job_engine(settings)
    try:
        for path, vintage in (file for group in groups for file in group):
            refresh(engine, settings, path, vintage=vintage)
        publish_newest(engine, settings)
        yield engine
    finally:
        engine.dispose()


def _people(engine: Engine, level: str) -> dict[str, tuple[float, str, float]]:
    with engine.connect() as connection:
        rows = connection.execute(text(PEOPLE), {"level": level}).all()
    return {row.code: (row.value, row.method, row.coverage) for row in rows}
