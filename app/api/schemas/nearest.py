"""Nearest places of practice."""

from pydantic import Field

from app.api.schemas.common import Departing, Listing, Shape
from app.indicators.wording import Scope
from app.travel.modes import Mode


class NearPlace(Shape):
    """Un lieu d'exercice, et le temps pour s'y rendre."""

    rank: int = Field(description="Rang, 1 pour le plus proche.")
    site_id: int = Field(description="Numéro du lieu, celui de /api/v1/practices.")
    lon: float
    lat: float
    headcount: int = Field(description="Praticiens (ou établissements) de la profession à ce lieu.")
    minutes: float = Field(description="Temps par les rues, du point au lieu.")
    street_m: int | None = Field(
        description="Longueur de ce trajet par les rues, en mètres ; null en transports en commun."
    )
    straight_m: int = Field(description="Distance à vol d'oiseau, en mètres.")


class NearestList(Listing):
    """Les lieux d'exercice les plus proches d'un point ; moins que « n » s'il n'y en a pas tant."""

    title: str
    graph: str = Field(description="Empreinte du graphe de circulation qui a répondu.")
    profession: str
    scope: Scope | None = Field(description="null pour les établissements.")
    mode: Mode
    departure: Departing
    n: int
    limit_minutes: int = Field(
        description="Durée jusqu'à laquelle on cherche ; un lieu plus loin, ou sans chemin, n'est pas rendu."
    )
    sites: int = Field(description="Lieux d'exercice localisés de la version.")
    sites_off_network: int = Field(description="Parmi eux, ceux qu'aucune rue n'approche à moins de 500 m.")
    unlocated: int = Field(description="Praticiens de la version placés au mieux à la commune.")
    lon: float
    lat: float
    snap_m: float = Field(description="Distance du point à la rue prise, en mètres ; au plus 500.")
    items: list[NearPlace]
