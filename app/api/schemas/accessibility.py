"""Accessibility by floating catchments."""

from datetime import date

from pydantic import BaseModel, Field

from app.api.schemas.common import Departing, Listing, Shape
from app.indicators.asked_preset import DecayName, PresetName
from app.indicators.wording import Level, Scope
from app.travel.modes import Mode


class AccessibilityItem(Shape):
    """L'accessibilité d'un territoire."""

    id: int
    code: str
    name: str
    value: float | None = Field(
        description="Moyenne de ses carreaux, pondérée par les habitants, dans l'unité de « unit » ; 0 où "
        "rien n'est joignable à temps, null où rien n'est connu."
    )
    population: float | None = Field(description="Population concernée ; null si inconnue.")
    off_network: float | None = Field(
        description="Part de ces habitants à plus de 500 m de toute rue, 0 à 1 : leur valeur est inconnue."
    )
    share_very_low: float | None = Field(
        description="Part des habitants dont la valeur est connue et au plus thresholds.very_low ; null pour "
        "une autre méthode que l'APL ou une autre profession que les médecins généralistes."
    )
    share_low: float | None = Field(description="De même, au plus thresholds.low.")


class DecayUsed(BaseModel):
    """La décroissance avec le temps, avec ses paramètres."""

    name: DecayName
    reach: float = Field(description="Minutes au-delà desquelles un lieu ne compte plus.")
    minutes: list[float] | None = None
    weights: list[float] | None = None
    cutoff: float | None = None
    width: float | None = None
    median: float | None = None
    deviation: float | None = None
    rate: float | None = None
    spread: float | None = None


class AgeWeightsUsed(Shape):
    """Ce qu'un habitant demande de soins selon son âge, 1 étant la moyenne du pays."""

    first_ages: list[int]
    weights: list[float]


class ActivityUsed(Shape):
    """Ce qu'un praticien offre d'actes par an ; aucun registre publié ne dit celle de chacun."""

    least: float
    most: float
    full_time: float = Field(description="Actes comptés pour chacun, tant que son activité est inconnue.")
    oldest: float


class ThresholdsUsed(Shape):
    """Seuils officiels, en consultations par an et par habitant."""

    since: date
    source: str
    very_low: float
    low: float


class SupplyUsed(Shape):
    """L'offre de la version, et ce qui n'en atteint personne."""

    unlocated: int = Field(description="Praticiens placés au mieux à la commune : aucun trajet n'y mène.")
    nowhere: int | None = Field(description="Praticiens dont aucune commune d'exercice n'est connue.")
    sites: int | None = Field(description="Lieux d'exercice localisés.")
    amount: float | None = Field(description="Praticiens (ou établissements) partagés entre leurs lieux.")
    unlocated_amount: float | None = Field(
        description="Leur part dans des lieux non localisés, qui n'est pas comptée."
    )
    activity_share: float | None = Field(
        description="Part de « amount » dont l'activité est connue, de 0 à 1, d'après le tableau que la "
        "ville a chargé ; null quand la méthode ne compte pas de consultations."
    )
    unreached: float | None = Field(description="Leur part dans des lieux que personne ne peut rejoindre.")
    unreached_sites: int | None = Field(description="Ces lieux.")


class AccessibilityList(Listing):
    """L'accessibilité d'une profession, par territoire."""

    title: str
    definition: str
    formula: str
    unit: str
    profession: str
    profession_label: str
    scope: Scope | None = Field(description="null pour les établissements.")
    mode: Mode
    departure: Departing
    level: Level
    within: str | None
    preset: PresetName
    preset_label: str
    decay: DecayUsed
    per: float = Field(description="Nombre d'habitants auquel la valeur se rapporte.")
    standardised: bool = Field(description="Habitants pondérés par les besoins de leur âge.")
    age_weights: AgeWeightsUsed | None
    activity: ActivityUsed | None
    thresholds: ThresholdsUsed | None
    population_label: str
    graph: str = Field(description="Empreinte du graphe de circulation des temps de trajet.")
    deciles: list[float | None] | None = Field(
        description="Les neuf valeurs que 10 %, 20 % … 90 % des habitants de la liste, carreau par carreau, "
        "ne dépassent pas ; null si rien n'est calculé."
    )
    supply: SupplyUsed | None = Field(description="null si le registre n'a jamais été chargé.")
    warnings: list[str] = Field(description="Ce qui rend la réponse moins sûre, dont l'effet de bord.")
    items: list[AccessibilityItem]
