"""QPV against the rest of their communes."""

from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.gaps import Area
from app.indicators.verdict import Verdict
from app.indicators.wording import Scope


class GapItem(Shape):
    """Un QPV (ou les QPV d'une commune) comparé au reste de ses communes, pour une profession."""

    id: int
    code: str = Field(description="Code du QPV, de la commune pour area=together.")
    name: str
    communes: list[str] = Field(description="Communes au reste desquelles il est comparé.")
    profession: str
    profession_label: str
    population_label: str = Field(examples=["habitants"])
    population_in: float | None = Field(description="Population concernée ici ; null si inconnue.")
    population_out: float | None = Field(description="Population concernée dans le reste ; null si inconnue.")
    headcount_in: int | None = Field(
        description="Praticiens distincts (ou établissements) localisés ici ; null si leur registre n'a "
        "jamais été chargé. Qui exerce des deux côtés compte de chaque côté."
    )
    headcount_out: int | None = Field(description="De même dans le reste.")
    weight_in: float | None = Field(description="Praticiens partagés entre leurs lieux d'exercice, ici.")
    weight_out: float | None = Field(description="De même dans le reste.")
    density_in: float | None = Field(description="headcount_in pour « per » personnes.")
    density_out: float | None = Field(description="headcount_out pour « per » personnes.")
    ratio: float | None = Field(
        description="density_in / density_out ; null si personne n'exerce dans le reste, ou si une "
        "population manque."
    )
    ci_low: float | None = Field(
        description="Borne basse du rapport à 95 %, d'après les nombres de praticiens : logarithmique, "
        "exacte (binomiale conditionnelle) si l'un d'eux est 0."
    )
    ci_high: float | None = Field(
        description="Borne haute ; null aussi si personne n'exerce dans le reste : elle n'est pas bornée."
    )
    difference: float | None = Field(description="density_in − density_out.")
    parity: float | None = Field(
        description="Praticiens qu'il faudrait de plus ici pour la densité du reste ; négatif au-delà."
    )
    border_count: int | None = Field(
        description="Praticiens distincts localisés hors du quartier, à « belt » mètres au plus de sa limite."
    )
    unlocated: int | None = Field(
        description="Praticiens de ces communes placés au mieux à la commune : personne ne sait de quel côté."
    )
    weighted_density_in: float | None = Field(description="weight_in pour « per » personnes.")
    weighted_density_out: float | None = Field(description="weight_out pour « per » personnes.")
    weighted_ratio: float | None = Field(description="Leur rapport, sans intervalle.")
    per: int
    verdict: Verdict = Field(
        description="higher ou lower si l'intervalle du rapport ne contient pas 1, not_established s'il le "
        "contient, unknown si rien ne peut être comparé."
    )
    sentence: str = Field(
        description="La même chose en une phrase, ou la raison pour laquelle rien n'est dit.",
        examples=[
            "Pas de différence établie avec le reste de la commune pour les médecins généralistes libéraux : "
            "8,0 ici et 13 ailleurs pour 10 000 habitants (rapport de 0,62, entre 0,35 et 1,12 avec 95 % de "
            "confiance)."
        ],
    )


class GapList(Listing):
    """Les QPV comparés au reste de leurs communes."""

    title: str
    area: Area
    within: str | None
    scope: Scope = Field(description="Ne vaut pas pour les établissements.")
    per: Literal[100000, 10000, 1000]
    belt: int = Field(description="Largeur des abords, en mètres.")
    message: str | None = Field(description="Pourquoi la liste est vide, quand elle l'est.")
    items: list[GapItem]
