"""Territories and their portrait."""

from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, ReleaseMark, Shape
from app.indicators.wording import Level


class TerritoryItem(Shape):
    """Un territoire."""

    id: int
    level: Level
    code: str = Field(examples=["00101"])
    name: str
    kind: str | None = Field(description="Type d'IRIS (H, A, D, Z), ou null.")
    area_km2: float | None = Field(description="Superficie, en km².")
    population: float | None = Field(description="Habitants ; null si inconnue.")
    population_method: Literal["stated", "iris", "cells", "area", "sum"] | None = Field(
        description=(
            "D'où vient la population : stated (publiée pour ce territoire), iris, cells (carreaux de "
            "200 m), area (au prorata des surfaces), sum (somme)."
        )
    )
    imputed_share: float | None = Field(
        description="Part de la population tirée de carreaux imputés par l'INSEE, 0 à 1."
    )
    parents: list[str] = Field(
        description="Territoires qui le contiennent ou qu'il touche, niveau:code.",
        examples=[["commune:00101"]],
    )


class TerritoryList(Listing):
    """Les territoires d'un niveau."""

    level: Level
    within: str | None
    items: list[TerritoryItem]


class PopulationItem(Shape):
    """Habitants d'une classe d'âge et d'un sexe."""

    age_class: str = Field(examples=["0-14"])
    sex: Literal["T", "F", "H"]
    value: float
    imputed_share: float | None


class PortraitDensity(Shape):
    """La densité d'une profession dans un territoire."""

    profession: str
    label: str
    population: float | None
    population_label: str
    headcount: int | None = Field(description="null si le registre n'a jamais été chargé.")
    weight: float | None
    sites: int | None
    density: float | None
    per: int
    ci_low: float | None
    ci_high: float | None
    unlocated: int | None


class Portrait(TerritoryItem):
    """Un territoire, ses habitants et ses densités."""

    release: ReleaseMark
    populations: list[PopulationItem]
    densities: list[PortraitDensity]
