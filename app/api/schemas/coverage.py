"""Coverage."""

from pydantic import Field

from app.api.schemas.access import ServedListing
from app.api.schemas.common import Departing, Listing, Shape
from app.api.schemas.isochrones import RefusedPoint
from app.indicators.wording import Level
from app.travel.modes import Mode

AGES = "Ces habitants par classe d'âge ; null si l'âge de certains n'est pas connu."
POOR = (
    "Parmi eux, ménages pauvres d'après les carreaux, à la dizaine près ; null si un carreau n'en dit rien, "
    "ou si moins de 11 ménages sont, dans le territoire, couverts ou non couverts."
)
OUTSIDE = " Pour le niveau qpv seulement."


class ReachedItem(Shape):
    """Qui, dans un territoire, a un lieu d'exercice à portée."""

    id: int
    code: str
    name: str
    population: float | None = Field(description="Habitants ; null si inconnus.")
    known: float = Field(
        description="Habitants dont le temps est connu : ceux des carreaux de 200 m (des IRIS s'il n'y a pas "
        "de carreaux) qu'une rue approche à moins de 500 m. Les autres ne sont ni couverts ni non couverts."
    )
    covered: float = Field(description="Parmi eux, ceux qui atteignent un lieu d'exercice dans « minutes ».")
    uncovered: float = Field(description="Ceux qui n'en atteignent aucun.")
    share: float | None = Field(description="covered / known, de 0 à 1 ; null si personne n'est connu.")
    covered_k: float = Field(description="Ceux qui en atteignent « k » ou plus.")
    share_k: float | None = Field(description="covered_k / known, de 0 à 1.")
    covered_poor_households: float | None = Field(description=POOR)
    covered_ages: dict[str, float] | None = Field(description=AGES)
    uncovered_poor_households: float | None = Field(description=POOR)
    uncovered_ages: dict[str, float] | None = Field(description=AGES)
    imputed_share: float | None = Field(description="Part imputée de la population, 0 à 1.")


class CoverageItem(ReachedItem):
    """Qui a un lieu d'exercice à portée, et pour un QPV le plus proche qui soit dehors."""

    outside_site_id: int | None = Field(
        description="Lieu d'exercice hors du quartier le plus proche d'un de ses habitants ; null si aucun "
        "n'est dans « limit_minutes »." + OUTSIDE
    )
    outside_minutes: float | None = Field(description="Temps de cet habitant à ce lieu." + OUTSIDE)
    outside_mean_minutes: float | None = Field(
        description="Temps moyen des habitants au lieu le plus proche hors du quartier, sans ceux qui n'en "
        "atteignent pas." + OUTSIDE
    )


class UncoveredCell(Shape):
    """Un carreau habité qui n'est pas couvert."""

    id: int
    code: str
    people: float = Field(description="Ses habitants dans les territoires de la liste.")
    minutes: float | None = Field(
        description="Temps au lieu le plus proche ; null au-delà de « limit_minutes »."
    )


class CoveredArea(Shape):
    """La surface couverte d'un seul tenant, et ceux qu'elle compte."""

    minutes: int = Field(description="Durée du trajet, en minutes.", examples=[15])
    area_km2: float = Field(description="Superficie sur l'ellipsoïde, en km².", examples=[12.4])
    known: float = Field(description="Habitants dont le temps est connu.", examples=[215000.0])
    covered: float = Field(description="Habitants couverts, d'après leur temps.", examples=[198000.0])
    uncovered: float = Field(description="Habitants non couverts, d'après leur temps.", examples=[17000.0])
    share: float | None = Field(description="Part des habitants couverts, 0 à 1.", examples=[0.92])
    in_area: float = Field(
        description="Habitants dont le carreau a son centre dans la surface.", examples=[199000.0]
    )
    in_area_share: float | None = Field(description="Leur part, 0 à 1.", examples=[0.925])
    places: int = Field(description="Lieux d'exercice dont la surface est faite.", examples=[312])
    places_off_network: int = Field(description="Lieux trop loin de toute rue pour y compter.", examples=[1])


class CoverageList(ServedListing):
    """Qui a un lieu d'exercice à portée, par territoire."""

    graph: str = Field(description="Empreinte du graphe de circulation des temps.")
    minutes: int
    k: int
    uncovered_cells: list[UncoveredCell] = Field(
        description="Carreaux non couverts des territoires de la liste, les plus peuplés d'abord."
    )
    items: list[CoverageItem]


class ProjectPoint(Shape):
    """Un point du projet."""

    index: int = Field(description="Rang du point dans la demande, à partir de 0.")
    id: str | int | None
    lon: float
    lat: float
    snap_m: float = Field(description="Distance du point à la rue la plus proche, en mètres.")


class ProjectList(Listing):
    """Qui aurait l'un des points à portée, par territoire."""

    title: str
    graph: str = Field(description="Empreinte du graphe de circulation qui a répondu.")
    level: Level
    within: str | None
    mode: Mode
    departure: Departing
    minutes: int
    k: int
    points: list[ProjectPoint]
    refused: list[RefusedPoint]
    uncovered_cells: list[UncoveredCell]
    items: list[ReachedItem]
