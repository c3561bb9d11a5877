"""Levels, professions, indicators."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.entry import Direction, Secrecy
from app.indicators.wording import Level


class LevelItem(Shape):
    """Un niveau géographique."""

    level: Level
    label: str
    label_plural: str
    infra_communal: bool = Field(
        description="Plus fin que la commune : seuls les lieux d'exercice localisés y comptent."
    )
    count: int = Field(description="Nombre de territoires publiés à ce niveau.")


class LevelList(Listing):
    """Les niveaux, du plus fin au plus large."""

    items: list[LevelItem]


class ProfessionPopulation(Shape):
    """Population à laquelle une profession est rapportée."""

    age: str = Field(description="Classe d'âge, ou all.", examples=["0-14"])
    sex: Literal["T", "F", "H"] = Field(description="T : tous, F : femmes, H : hommes.")


class ProfessionItem(Shape):
    """Une profession, un type d'établissement, ou un regroupement de professions."""

    profession: str = Field(examples=["medecin_generaliste"])
    label: str = Field(examples=["Médecins généralistes"])
    subject: Literal["person", "establishment"] = Field(description="Ce qui est compté.")
    recourse: Literal["first", "second"] | None = Field(description="Premier ou second recours.")
    members: list[str] | None = Field(
        description="Professions d'un regroupement, où qui en a deux compte une fois ; null sinon.",
        examples=[None],
    )
    part_of: str | None = Field(
        description="Profession qui compte les mêmes personnes parmi d'autres : les deux ne s'ajoutent pas.",
        examples=[None],
    )
    population: ProfessionPopulation
    population_label: str = Field(examples=["habitants"])
    loaded: bool = Field(
        description="Le registre qui la compte est dans la version ; sinon ses nombres sont inconnus (null)."
    )


class ProfessionList(Listing):
    """Les professions, dans l'ordre du menu."""

    items: list[ProfessionItem]


class IndicatorSource(Shape):
    """Un registre dont un indicateur est tiré."""

    register_name: str = Field(alias="register", examples=["annuaire"])
    vintage: date | None = Field(description="Millésime publié le plus récent ; null s'il n'y en a pas.")


class IndicatorItem(Shape):
    """Un indicateur."""

    indicator: str = Field(examples=["density"])
    label: str
    unit: str
    definition: str
    formula: str
    levels: list[Level]
    inputs: list[str]
    direction: Direction
    secrecy: Secrecy = Field(
        description="Ce qui n'est pas montré : none (rien), practitioners (moins de 5 praticiens), "
        "households (10 ménages ou moins)."
    )
    sources: list[IndicatorSource]


class IndicatorList(Listing):
    """Les indicateurs."""

    items: list[IndicatorItem]
