"""How far apart the ways of spreading people are on real files: squares, addresses, area (METHODS 3).

The squares say where people live; each IRIS is given the people that its squares hold, then the same totals
are spread over addresses, and over areas, as a city without squares would have them. No excerpt has both
squares and INSEE's own populations of QPV: those are compared with what is published, which is them, and
with what areas alone make of them: all the people of a commune's QPV, spread over these QPV.
"""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas
import shapely
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
    own = _of_insee(folder)
    with _published(database(), home / "stated", [_real(folder, OCCITANIE, STATED)]) as engine:
        found = _people(engine, "qpv")
    apart = [abs(value / own[code] - 1) for code, (value, *_) in found.items()]
    return f"population de {len(apart)} QPV d'Occitanie : écart au plus {max(apart):.1%} à celle de l'INSEE"


def areas_line(folder: Path, database: Callable[[], str], home: Path) -> str:
    """Return how far areas alone are from INSEE's own populations of Occitanie's QPV, in French.

    Each commune of several QPV has one IRIS, which is all of them, with the people that INSEE counts in them.
    """
    home.mkdir(parents=True, exist_ok=True)
    own = _of_insee(folder)
    drawn = geopandas.read_file(folder / OCCITANIE[0])
    # What mending leaves of a line has no area.
    drawn.geometry = drawn.geometry.make_valid().buffer(0)
    together = {code: group for code, group in drawn.groupby("code_commune") if len(group) > 1}
    outlines, people = home / "iris_2015.geojson", home / "base-ic-evol-struct-pop-2015.CSV"
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {
            "type": "Feature",
            "properties": {"CODE_IRIS": f"{code}0101", "NOM_IRIS": "QPV", "INSEE_COM": code,
                           "NOM_COM": group.nom_commune.iloc[0], "IRIS": "0101", "TYP_IRIS": "H"},
            "geometry": shapely.geometry.mapping(shapely.union_all(group.geometry.to_numpy())),
        }
        for code, group in together.items()
    ]}), encoding="utf-8")  # fmt: skip
    totals = [
        f"{code}0101;{code};{sum(own[one] for one in group.code_qp)}" for code, group in together.items()
    ]
    people.write_text("\n".join(["IRIS;COM;P15_POP", *totals]) + "\n", encoding="utf-8")
    day = date(2015, 1, 1)
    with _published(database(), home, [[(outlines, day), (people, day)], _real(folder, OCCITANIE)]) as engine:
        found = {code: value for code, (value, *_) in _people(engine, "qpv").items()}
    assert found.keys() == {code for group in together.values() for code in group.code_qp}
    errors = {code: value / own[code] - 1 for code, value in found.items()}
    mean = sum(abs(error) * own[code] for code, error in errors.items()) / sum(own[code] for code in errors)
    return (
        f"population de {len(errors)} QPV de {len(together)} communes d'Occitanie, celle des QPV de chaque "
        f"commune répartie selon leur seule surface : écart moyen {mean:.1%} à celle que l'INSEE publie, "
        f"de {min(errors.values()):+.0%} à {max(errors.values()):+.0%}"
    )


def _of_insee(folder: Path) -> dict[str, float]:
    """Return the people that INSEE counts in each QPV of Occitanie."""
    with (folder / STATED[0]).open(encoding="utf-8-sig", newline="") as written:
        return {row["code_qp"]: float(row["pop_mun"]) for row in csv.DictReader(written) if row["pop_mun"]}


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
