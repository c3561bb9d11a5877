"""Territories and their portrait."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, ReleaseMark, Shape
from app.indicators.entry import Direction, Secrecy
from app.indicators.secrecy import Status
from app.indicators.wording import Level

PopulationMethod = Literal["stated", "iris", "cells", "addresses", "area", "sum"]


class TerritoryItem(Shape):
    """Un territoire."""

    id: int
    level: Level
    code: str = Field(examples=["00101"])
    name: str
    kind: str | None = Field(description="Type d'IRIS (H, A, D, Z), ou null.")
    area_km2: float | None = Field(description="Superficie, en km².")
    population: float | None = Field(description="Habitants ; null si inconnue.")
    population_method: PopulationMethod | None = Field(
        description=(
            "D'où vient la population : stated (publiée pour ce territoire), iris, cells (carreaux de "
            "200 m), addresses (au prorata des adresses), area (des surfaces), sum (somme)."
        )
    )
    imputed_share: float | None = Field(
        description="Part de la population tirée de carreaux imputés par l'INSEE, 0 à 1."
    )
    coverage: float | None = Field(
        description="D'une estimation : part de la superficie où la population des IRIS est connue, 0 à 1 ; "
        "null pour une population publiée ou une somme."
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


class NamedTerritory(Shape):
    """Un territoire qui sert de repère."""

    territory: str = Field(description="niveau:code.", examples=["commune:00101"])
    level: Level
    name: str


class ComparedValue(Shape):
    """La valeur d'un territoire plus grand."""

    territory: str = Field(description="niveau:code, ou france.", examples=["commune:00101"])
    value: float | None
    ci_low: float | None
    ci_high: float | None
    status: Status
    different: bool | None = Field(
        description="Elle est hors de l'intervalle du territoire ; null si rien ne le dit."
    )
    origin: str | None = Field(description="Qui la publie, quand elle ne vient pas de cette version.")


class FigureTrend(Shape):
    """Ce qui a changé depuis le premier millésime."""

    since: date
    before: float = Field(description="Praticiens à cette date.")
    after: float
    entries: int
    exits: int
    p_value: float = Field(description="Probabilité d'un écart au moins aussi grand par hasard.")
    established: bool = Field(
        description="Le hasard l'explique mal, toutes les professions du portrait étant comparées."
    )


class Figure(Shape):
    """Un indicateur du territoire, pour une profession ou aucune."""

    profession: str | None
    mode: str | None = Field(description="Mode de trajet, pour un temps ou une couverture ; null sinon.")
    label: str
    unit: str
    value: float | None = Field(description="null si elle est inconnue ou non montrée : « status » le dit.")
    ci_low: float | None
    ci_high: float | None
    status: Status = Field(
        description="known, unknown (inconnue) ou suppressed (NS : elle porterait sur trop peu de personnes)."
    )
    rank: int | None = Field(description="1 pour la plus grande valeur, dans « ranked_in ».")
    tied: int = Field(description="Nombre de territoires qui ont cette valeur, celui-ci compris.")
    ranked: int = Field(description="Nombre de territoires de ce niveau dont la valeur est connue.")
    compared: list[ComparedValue]
    trend: FigureTrend | None
    sentence: str = Field(
        examples=["Pharmacies : 33,3 pour 100 000 habitants, entre 4,0 et 120 avec 95 % de confiance."]
    )


class PortraitIndicator(Shape):
    """Un indicateur du registre."""

    indicator: str = Field(examples=["density"])
    label: str
    direction: Direction
    secrecy: Secrecy
    figures: list[Figure]


class Portrait(TerritoryItem):
    """Un territoire, ses habitants et tous ses indicateurs."""

    release: ReleaseMark
    populations: list[PopulationItem]
    densities: list[PortraitDensity]
    ranked_in: NamedTerritory | None = Field(description="Le territoire où il est classé.")
    compared_with: list[NamedTerritory] = Field(
        description="Ce qui le contient, du plus proche au plus large."
    )
    indicators: list[PortraitIndicator]
