"""Filosofi: people, households and income on cells of 200 m; the code of a cell says where it lies."""

import re

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from app.sources.catalogue import CELL_AGES
from app.sources.columns import Match, Record, Variant
from app.sources.layers import Batch, Layer
from app.sources.places import PROJECTED, WGS84, legal_area, named
from app.sources.refusal import refusal
from app.sources.rows import Rejects
from app.sources.texts import cell_commune_codes, decimal

CODE = re.compile(r"CRS(\d+)RES(\d+)mN(-?\d+)E(-?\d+)")
NEAR_METRES = 400.0
MAINLAND = "métropole"

NUMBERS = (
    *("people", "households", "poor_households", "single_parent_households", "one_person_households"),
    "income_sum",
    *(f"age_{age}" for age in CELL_AGES),
)


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Check the code, write figures with a point, separate the concatenated commune codes."""
    if not CODE.fullmatch(record.get("code") or ""):
        rejects.add(line, "code de carreau illisible", record.get("code") or "")
        return None
    for name in NUMBERS:
        record[name] = decimal(record.get(name))
        if name != "income_sum" and (record[name] or "").startswith("-"):
            rejects.add(line, "effectif négatif", f"{name} = {record[name]}")
            return None
    imputed = record.get("imputed")
    record["imputed"] = {"True": "1", "False": "0"}.get(imputed or "", imputed)
    record["commune_codes"] = cell_commune_codes(record.get("commune_codes"))
    return record


def convert_renamed(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Turn a mean standard of living back into the sum that INSEE publishes, then convert as usual."""
    mean, people = decimal(record.get("mean_income")), decimal(record.get("people"))
    record["income_sum"] = repr(float(mean) * float(people)) if mean and people else None
    return convert(record, line, rejects)


VARIANTS = (
    Variant(
        "filosofi",
        "INSEE",
        {"code": ("idcar_200m", "IdINSPIRE", "Id_carr200m"), "people": ("ind",)},
        {
            "households": ("men",),
            "poor_households": ("men_pauv",),
            "single_parent_households": ("men_fmp",),
            "one_person_households": ("men_1ind",),
            "income_sum": ("ind_snv",),
            "imputed": ("i_est_200", "i_est_200m"),
            "commune_codes": ("lcog_geo", "depcom"),
            **{f"age_{age}": (f"ind_{age}",) for age in CELL_AGES},
        },
        convert=convert,
    ),
    Variant(
        "filosofi",
        "colonnes renommées",
        {"code": ("id",), "people": ("num_people",), "imputed": ("imputed",)},
        {"mean_income": ("mean_std_living",), "poverty_ratio": ("poverty_ratio",)},
        convert=convert_renamed,
    ),
)


def check_cells(layer: Layer, found: Match, batch: Batch) -> tuple[int, str, tuple[str, ...]]:
    """Return the projection of a layer of cells, its part and notes, by comparing codes with polygons.

    Every code holds the lower left corner of its cell, so the projection is verified, and found when it is
    not declared. Raises SourceError when no projection puts the cells where their codes say.
    """
    codes = [str(code) for code in batch.values[layer.columns[found.positions["code"]]]]
    corners = [CODE.fullmatch(code) for code in codes]
    bounds = shapely.bounds(batch.geometries)
    usable = [i for i, corner in enumerate(corners) if corner and not np.isnan(bounds[i]).any()][:500]
    if not usable:
        raise refusal(layer.path, "Aucun code de carreau n'est lisible", line=1, column=found.variant.label)
    first = corners[usable[0]]
    own = int(first[1]) if first else WGS84
    expected = np.array([_centre(codes[i]) for i in usable])
    drawn = np.column_stack(
        [(bounds[usable, 0] + bounds[usable, 2]) / 2, (bounds[usable, 1] + bounds[usable, 3]) / 2]
    )
    candidates = (layer.srid,) if layer.srid else (own, 2154, WGS84, *PROJECTED)
    for srid in dict.fromkeys(candidates):
        if _distance(expected, own, drawn, srid) < NEAR_METRES:
            notes = () if layer.srid else (_undeclared(srid),)
            return srid, _part(own, expected), notes
    what = "Les carreaux ne sont pas dessinés là où leur code le dit"
    if layer.srid:
        what += f" : le système déclaré, {named(layer.srid)}, ne convient pas ou x et y sont inversés"
    raise refusal(layer.path, what, "Corrigez le système de coordonnées de la couche.", line=usable[0] + 1)


def _part(own: int, expected: NDArray[np.float64]) -> str:
    """Return which of INSEE's files this is: they stand side by side, mainland and overseas."""
    longitude, latitude = Transformer.from_crs(own, WGS84, always_xy=True).transform(*expected[0])
    area = legal_area(longitude, latitude)
    return "" if area in (None, MAINLAND) else str(area)


def _undeclared(srid: int) -> str:
    return (
        f"système de coordonnées non déclaré : {named(srid)}, vérifié avec la position que disent les codes"
    )


def _centre(code: str) -> tuple[float, float]:
    found = CODE.fullmatch(code)
    if found is None:
        return float("nan"), float("nan")
    half = int(found[2]) / 2
    return float(found[4]) + half, float(found[3]) + half


def _distance(expected: NDArray[np.float64], own: int, drawn: NDArray[np.float64], srid: int) -> float:
    """Return the median distance in metres, infinite when the transformation has no sense."""
    transformer = Transformer.from_crs(srid, own, always_xy=True)
    x, y = transformer.transform(drawn[:, 0], drawn[:, 1])
    distance = float(np.median(np.hypot(np.asarray(x) - expected[:, 0], np.asarray(y) - expected[:, 1])))
    return distance if np.isfinite(distance) else float("inf")
