"""Trends and projections."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.secrecy import Status
from app.indicators.wording import Level, Scope


class TrendPoint(Shape):
    """Un millésime."""

    vintage: date
    headcount: int
    weight: float
    density: float | None = Field(description="Pour 100 000 personnes de la population d'aujourd'hui.")
    ci_low: float | None
    ci_high: float | None
    entries: int | None = Field(description="Arrivées depuis le millésime précédent ; null au premier.")
    exits: int | None = Field(description="Départs depuis le millésime précédent ; null au premier.")


class TrendLine(TrendPoint):
    """Un territoire et un millésime, sur une ligne de tableau."""

    code: str = Field(description="Code officiel du territoire.", examples=["001010101"])
    name: str = Field(description="Nom du territoire.", examples=["Centre"])


class Stay(Shape):
    """Combien de temps restent ceux qui sont arrivés depuis le premier millésime."""

    median_years: float | None = Field(description="Médiane de Kaplan-Meier, en années.")
    status: Status = Field(
        description="suppressed (NS) au-dessous de 5 arrivées ; unknown si la médiane n'est pas atteinte."
    )
    stays: int
    ongoing: int = Field(description="Séjours en cours au dernier millésime.")
    begun_before: int = Field(
        description="Séjours commencés avant le premier millésime, de début inconnu : laissés de côté."
    )
    sentence: str


class Change(Shape):
    """Ce qui a changé depuis une date."""

    since: date = Field(description="Millésime en vigueur à la date demandée.")
    before: int
    after: int
    difference: int
    entries: int
    exits: int
    p_value: float
    established: bool = Field(description="Le hasard l'explique mal : voir « test ».")
    sentence: str


class TrendItem(Shape):
    """Une profession dans un territoire, au fil des millésimes."""

    code: str
    name: str
    population: float | None
    points: list[TrendPoint]
    stay: Stay | None
    change: Change | None


class TrendList(Listing):
    """L'évolution d'une profession, par territoire."""

    profession: str
    profession_label: str
    scope: Scope | None
    level: Level
    within: str | None
    per: int
    population_label: str
    vintages: list[date] = Field(description="Millésimes auxquels cette version peut revenir.")
    since: date | None
    test: str = Field(description="Comment une évolution est dite établie.")
    compared: int
    items: list[TrendItem]


class AgeClassItem(Shape):
    """Une classe d'âge, élargie s'il le faut pour ne porter sur moins de 5 praticiens nulle part."""

    age_class: str = Field(examples=["55 à 64 ans"])
    headcount: int | None
    status: Status


class ProjectedYear(Shape):
    """Une année à venir."""

    year: int
    departures: float = Field(description="Départs attendus depuis le tableau des âges.")
    ci_low: int
    ci_high: int
    remaining: float = Field(description="Praticiens attendus, remplacements compris.")
    fan: list[int] = Field(description="Quantiles de ceux qui restent, dans l'ordre de « quantiles ».")


class ProjectedLine(ProjectedYear):
    """Un territoire et une année, sur une ligne de tableau."""

    code: str = Field(description="Code officiel du territoire.", examples=["00101"])
    name: str = Field(description="Nom du territoire.", examples=["Ville-Exemple"])
    status: Status = Field(description="known, unknown ou suppressed (NS).", examples=["known"])


class ProjectionItem(Shape):
    """Les départs attendus dans un territoire."""

    code: str
    name: str
    status: Status
    headcount: int | None = Field(description="Praticiens dont la classe d'âge est connue.")
    classes: list[AgeClassItem]
    series: list[ProjectedYear]
    sentence: str


class ProjectionList(Listing):
    """Les départs attendus d'une profession, par territoire."""

    profession: str
    profession_label: str
    level: Level
    within: str | None
    retirement_age: Literal[62, 65, 67]
    replaced: float
    years: int
    age_vintage: date | None = Field(description="Jour du tableau des âges ; null s'il n'y en a pas.")
    quantiles: list[float]
    items: list[ProjectionItem]
