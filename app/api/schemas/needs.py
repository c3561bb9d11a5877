"""Needs of territories crossed with what there is."""

from typing import Literal

from pydantic import Field

from app.api.asked_valued import Of
from app.api.schemas.common import Departing, Listing, Shape
from app.indicators.asked_preset import PresetName
from app.indicators.needs import Component
from app.indicators.secrecy import Status
from app.indicators.wording import Level, Scope
from app.travel.modes import Mode

HOUSEHOLDS = "Part des ménages, de 0 à 1 ; null si inconnue ou secrète."
PEOPLE = "Part des habitants, de 0 à 1 ; null si inconnue."
Third = Literal[1, 2, 3]


class NeedItem(Shape):
    """Le besoin d'un territoire, et son offre."""

    id: int
    code: str
    name: str
    population: float | None = Field(description="Habitants ; null si inconnus.")
    imputed_share: float | None = Field(description="Part imputée de la population, 0 à 1.")
    status: Status = Field(
        description="suppressed : secret statistique, 10 ménages ou moins, ou qui les ferait retrouver ; "
        "unknown : un élément du besoin n'est pas connu."
    )
    households: float | None = Field(description="Ménages, arrondis ; null si inconnus ou secrets.")
    income: float | None = Field(description="Niveau de vie moyen, en euros par an ; null de même.")
    poverty: float | None = Field(description=HOUSEHOLDS)
    elderly: float | None = Field(description=PEOPLE)
    children: float | None = Field(description=PEOPLE)
    single_parent: float | None = Field(description=HOUSEHOLDS)
    alone: float | None = Field(description=HOUSEHOLDS)
    need: float | None = Field(description="Besoin, de 0 à 100 ; null si un élément qui pèse est inconnu.")
    need_class: Third | None = Field(description="Tiers du besoin, 3 pour le plus élevé.")
    supply: float | None = Field(description="Offre, dans l'unité de « unit ».")
    ci_low: float | None = Field(description="Borne basse à 95 % de l'offre, pour une densité.")
    ci_high: float | None = Field(description="Borne haute.")
    supply_rank: float | None = Field(description="Rang de l'offre, de 0 à 100, 100 pour la meilleure.")
    supply_class: Third | None = Field(description="Tiers de l'offre, 1 pour le plus bas.")
    priority: float | None = Field(description="Besoin élevé et offre faible à la fois, de 0 à 100.")
    rank: int | None = Field(description="Rang de la priorité, 1 pour la plus haute.")


class ComponentUsed(Shape):
    """Un élément du besoin, et son poids."""

    component: Component
    label: str
    unit: str
    weight: float


class ClassCount(Shape):
    """Une des neuf classes."""

    need_class: Third
    supply_class: Third
    territories: int
    people: float


class Short(Shape):
    """Un territoire dont le besoin est élevé et l'offre faible."""

    id: int
    code: str
    name: str
    need: float
    supply: float
    priority: float
    rank: int


class NeedList(Listing):
    """Le besoin de territoires, croisé avec leur offre."""

    title: str
    of: Of
    what: str
    unit: str
    rising: bool = Field(description="true si une plus grande valeur de l'offre est meilleure.")
    profession: str
    profession_label: str
    scope: Scope | None = Field(description="null pour les établissements.")
    level: Level
    within: str | None
    mode: Mode | None
    departure: Departing
    preset: PresetName | None
    components: list[ComponentUsed]
    weight_supply: float
    need_bounds: list[float | None] = Field(
        description="Plus grand besoin du premier tiers des habitants, puis des deux premiers ; null si "
        "aucun territoire n'y est."
    )
    supply_bounds: list[float | None] = Field(description="De même, de l'offre, dans son unité.")
    classes: list[ClassCount]
    short: list[Short] = Field(description="Besoin du tiers le plus élevé et offre du tiers le plus bas.")
    message: str | None = Field(description="Pourquoi cette liste est vide, quand elle l'est.")
    warnings: list[str]
    items: list[NeedItem]
