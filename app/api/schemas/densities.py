"""Densities."""

from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.verdict import Verdict
from app.indicators.wording import Level, Measure, Scope


class DensityItem(Shape):
    """La densité d'un territoire."""

    id: int
    code: str
    name: str
    population: float | None = Field(description="Population concernée ; null si inconnue.")
    headcount: int | None = Field(
        description="Praticiens distincts (ou établissements) ; null si leur registre n'a jamais été chargé."
    )
    weight: float | None = Field(
        description="Praticiens partagés entre leurs lieux d'exercice ; null de même."
    )
    sites: int | None = Field(description="Lieux d'exercice distincts ; null de même.")
    density: float | None = Field(
        description="Dans l'unité de « unit » ; null sans population ou nombre connu."
    )
    per: int
    ci_low: float | None = Field(
        description=(
            "Borne basse, même unité et même mesure que « density » : intervalle de Poisson à 95 % du nombre "
            "de praticiens (de lieux, pour sites), multiplié par weight / headcount si la mesure est weight."
        )
    )
    ci_high: float | None = Field(description="Borne haute, même unité.")
    unlocated: int | None = Field(
        description=(
            "Praticiens placés au mieux à la commune : ceux du territoire, ou de ses communes s'il est plus "
            "fin ; null si aucune commune, ou aucun nombre, n'est connu."
        )
    )
    imputed_share: float | None = Field(description="Part imputée de la population, 0 à 1.")
    compared_with: str | None = Field(
        description="Le plus proche territoire publié qui le contient, sous la forme niveau:code.",
        examples=["commune:00101"],
    )
    verdict: Verdict = Field(
        description="higher ou lower si la densité de ce territoire-là est hors de l'intervalle, "
        "not_established si elle est dedans, unknown si l'un des deux n'est pas connu."
    )
    sentence: str | None = Field(
        description="La même chose en une phrase.",
        examples=["Pas de différence établie avec l'ensemble de la commune (88)."],
    )


class DensityList(Listing):
    """La densité d'une profession, par territoire."""

    profession: str
    profession_label: str
    scope: Scope | None = Field(description="null pour les établissements.")
    level: Level
    within: str | None
    per: Literal[100000, 10000, 1000]
    measure: Measure
    population_label: str = Field(examples=["habitants"])
    unlocated: int | None = Field(
        description="Praticiens non localisés dans « within », comptés une fois ; null si leur registre n'a "
        "jamais été chargé."
    )
    outside: int | None = Field(
        description="Praticiens (ou établissements) de « within » bien localisés, mais dont aucun lieu n'est "
        "dans un territoire publié de ce niveau, qui ne couvre pas tout ; null à partir de la commune."
    )
    nowhere: int | None = Field(
        description="Praticiens (ou établissements) dont la commune d'exercice n'est pas connue (au mieux le "
        "département) : ils ne comptent dans aucune ; null si « within » est plus petit qu'un département."
    )
    unit: str = Field(examples=["pour 100 000 habitants"])
    title: str = Field(
        examples=["Médecins généralistes libéraux pour 100 000 habitants, par IRIS, au 3 novembre 2025"]
    )
    items: list[DensityItem]
