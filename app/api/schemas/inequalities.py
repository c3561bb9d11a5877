"""Inequality between territories."""

from pydantic import Field

from app.api.asked_inequalities import RankBy
from app.api.asked_valued import Of
from app.api.schemas.common import Departing, Listing, Shape
from app.indicators.asked_preset import PresetName
from app.indicators.wording import Level, Scope
from app.travel.modes import Mode


class IndexItem(Shape):
    """Un indice d'inégalité."""

    index: str = Field(examples=["gini"])
    label: str
    value: float | None = Field(description="null s'il n'est pas défini ; « reason » dit pourquoi.")
    ci_low: float | None = Field(description="Borne basse à 95 % (« bootstrap ») ; null sans intervalle.")
    ci_high: float | None = Field(description="Borne haute ; null sans intervalle, ou si rien ne la borne.")
    reason: str | None
    unit: str
    definition: str


class Group(Shape):
    """Les QPV, ou le reste."""

    group: str
    territories: int
    people: float
    mean: float | None = Field(description="Moyenne pondérée par les habitants, dans l'unité de « unit ».")


class Bootstrap(Shape):
    """Comment les intervalles sont faits."""

    draws: int
    seed: int
    fewest: int
    method: str


class InequalityList(Listing):
    """Les indices d'inégalité entre des territoires."""

    title: str
    of: Of
    what: str = Field(examples=["Densité"])
    unit: str
    profession: str
    profession_label: str
    scope: Scope | None = Field(description="null pour les établissements.")
    level: Level
    within: str | None
    mode: Mode | None
    departure: Departing
    preset: PresetName | None
    rank_by: RankBy
    bootstrap: Bootstrap
    warnings: list[str]
    compared: int = Field(description="Territoires habités dont la valeur est connue.")
    compared_people: float = Field(description="Leurs habitants (population concernée).")
    unknown: int = Field(description="Territoires laissés de côté : valeur ou population inconnue.")
    unknown_people: float = Field(description="Ceux de leurs habitants qui sont connus.")
    uninhabited: int = Field(description="Territoires sans habitant concerné, laissés de côté.")
    unranked: int = Field(description="Territoires comparés, mais que rien ne range par aisance.")
    suppressed: int = Field(description="Parmi eux, ceux que le secret statistique (Filosofi) empêche.")
    mean: float | None = Field(description="Moyenne pondérée par les habitants, dans l'unité de « unit ».")
    groups: list[Group]
    items: list[IndexItem]
