"""Isochrones."""

from typing import Any

from pydantic import Field

from app.api.schemas.common import Departing, Listing, Shape
from app.indicators.wording import Scope
from app.travel import isochrones
from app.travel.modes import Mode


class StartPoint(Shape):
    """Un point d'où l'on part, et la rue où il est ramené."""

    index: int = Field(description="Rang du point dans la demande, à partir de 0.")
    id: str | int | None = Field(description="Nom que la demande lui a donné.")
    lon: float = Field(description="Longitude demandée.")
    lat: float = Field(description="Latitude demandée.")
    snapped_lon: float = Field(description="Longitude sur la rue la plus proche qui mène quelque part.")
    snapped_lat: float = Field(description="Latitude sur cette rue.")
    snap_m: float = Field(description="Distance du point à cette rue, en mètres ; au plus 500.")


class RefusedPoint(Shape):
    """Un point d'où l'on ne part pas, et pourquoi."""

    index: int
    id: str | int | None
    parameter: str = Field(description="Coordonnée en cause.")
    detail: str = Field(description="Ce qui ne va pas.")
    hint: str = Field(description="Ce qu'il faut faire.")


class Isochrone(Shape):
    """Une surface atteinte ; son tracé est dans la forme geojson."""

    index: int | None = Field(description="Rang du point ; null pour une surface réunie.")
    id: str | int | None
    minutes: int = Field(description="Durée, en minutes.")
    from_minutes: int = Field(description="Durée à partir de laquelle la surface commence : 0 pour disk.")
    area_km2: float = Field(description="Superficie sur l'ellipsoïde, en km².")
    population: float | None = Field(
        description="Habitants des carreaux de 200 m de la version dont le centre est dans la surface ; null "
        "si aucun carreau n'est chargé."
    )
    ages: dict[str, float] | None = Field(
        description="Ces habitants par classe d'âge ; null si l'âge de certains n'est pas connu."
    )
    headcount: int | None = Field(
        description="Praticiens distincts (ou établissements) de « profession » localisés dans la surface ; "
        "null sans profession, ou si son registre n'a jamais été chargé."
    )
    sites: int | None = Field(description="Leurs lieux d'exercice distincts ; null de même.")


class IsochroneList(Listing):
    """Ce qui est à portée de points."""

    title: str = Field(examples=["À moins de 5, 10 et 15 minutes à pied"])
    graph: str = Field(description="Empreinte du graphe de circulation qui a répondu.")
    mode: Mode
    departure: Departing
    minutes: list[int]
    shape: isochrones.Shape
    merge: bool
    profession: str | None
    scope: Scope | None = Field(description="null sans profession, ou pour des établissements.")
    unlocated: int | None = Field(
        description="Praticiens de la version placés au mieux à la commune, donc dans aucune surface."
    )
    points: list[StartPoint]
    refused: list[RefusedPoint]
    items: list[Isochrone]


POINTS_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["points"],
                    "additionalProperties": False,
                    "properties": {
                        "points": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": isochrones.MOST_POINTS,
                            "description": "Points d'où partir, degrés WGS 84.",
                            "items": {
                                "type": "object",
                                "required": ["lon", "lat"],
                                "properties": {
                                    "id": {"type": ["string", "integer"], "description": "Nom du point."},
                                    "lon": {"type": "number", "description": "Longitude."},
                                    "lat": {"type": "number", "description": "Latitude."},
                                },
                            },
                        }
                    },
                },
                "example": {"points": [{"id": "centre", "lon": -1.68, "lat": 48.11}]},
            }
        },
    }
}
