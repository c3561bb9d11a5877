"""Access times."""

from pydantic import Field

from app.api.schemas.common import Departing, Listing, Shape
from app.indicators.wording import Level, Scope
from app.travel.modes import Mode

SHARE = "Part des habitants de « known », de 0 à 1 ; null au-delà de « limit_minutes »."


class AccessItem(Shape):
    """Le temps d'accès des habitants d'un territoire."""

    id: int
    code: str
    name: str
    population: float | None = Field(description="Habitants ; null si inconnus.")
    known: float = Field(
        description="Habitants dont le temps est connu : ceux des carreaux de 200 m (des IRIS s'il n'y a pas "
        "de carreaux) qu'une rue approche à moins de 500 m. Les autres ne comptent dans aucun temps."
    )
    beyond: float = Field(
        description="Parmi eux, ceux qui n'atteignent pas de lieu d'exercice dans « limit_minutes » : plus "
        "loin, ou sans chemin ; personne n'a cherché au-delà."
    )
    mean_minutes: float | None = Field(
        description="Moyenne pondérée par les habitants, hors « beyond » ; null si personne."
    )
    median_minutes: float | None = Field(
        description="Médiane pondérée par les habitants, « beyond » compris ; null si elle est au-delà."
    )
    median_beyond: bool = Field(description="Plus de la moitié des habitants connus sont au-delà.")
    within_5: float | None = Field(description=SHARE)
    within_10: float | None = Field(description=SHARE)
    within_15: float | None = Field(description=SHARE)
    within_20: float | None = Field(description=SHARE)
    within_30: float | None = Field(description=SHARE)
    imputed_share: float | None = Field(description="Part imputée de la population, 0 à 1.")


class FarCell(Shape):
    """Un carreau habité, et son temps d'accès."""

    id: int
    code: str
    people: float = Field(description="Habitants du carreau.")
    minutes: float | None = Field(description="null au-delà de « limit_minutes ».")


class ServedListing(Listing):
    """Ce que toute réponse sur l'accès dit de la question."""

    profession: str
    profession_label: str
    scope: Scope | None = Field(description="null pour les établissements.")
    level: Level
    within: str | None
    mode: Mode
    departure: Departing
    limit_minutes: int = Field(description="Durée jusqu'à laquelle les temps ont été cherchés.")
    sites: int = Field(description="Lieux d'exercice localisés de la version, voisinage compris.")
    sites_off_network: int = Field(description="Parmi eux, ceux qu'aucune rue n'approche à moins de 500 m.")
    unlocated: int = Field(
        description="Praticiens (ou établissements) de « within » placés au mieux à la commune : ils ne "
        "desservent personne ici."
    )
    title: str


class AccessList(ServedListing):
    """Le temps jusqu'aux lieux d'exercice les plus proches, par territoire."""

    n: int = Field(description="Rang du lieu d'exercice.")
    unit: str = Field(examples=["minutes"])
    worst: list[FarCell] = Field(
        description="Les carreaux les plus mal desservis des territoires de la liste, 20 au plus."
    )
    items: list[AccessItem]
