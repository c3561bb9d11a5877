"""Drawn areas."""

from typing import Any, Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.api.schemas.territories import PortraitDensity
from app.indicators.wording import Scope


class AreaCommuneItem(Shape):
    """Une commune où s'étend une zone."""

    code: str
    name: str
    share: float = Field(description="Part de la superficie de la zone, 0 à 1.")


class AreaPopulation(Shape):
    """Habitants d'une classe d'âge et d'un sexe."""

    age_class: str = Field(examples=["0-14"])
    sex: Literal["T", "F", "H"]
    value: float


class AreaItem(Shape):
    """Une zone, ses habitants et ce qui s'y exerce."""

    index: int = Field(description="Rang du polygone dans la demande, à partir de 0.")
    code: str | None = Field(description="Code que le fichier lui donne.")
    name: str | None = Field(description="Nom que le fichier lui donne.")
    area_km2: float
    mended: bool = Field(description="Le tracé se croisait à peine, et a été réparé.")
    communes: list[AreaCommuneItem]
    population: float | None = Field(description="Habitants, estimés ; null si rien n'est connu ici.")
    population_method: Literal["cells", "addresses", "area"] | None = Field(
        description="Ce qui dit où vivent les habitants des IRIS : carreaux de 200 m, adresses, ou surface."
    )
    imputed_share: float | None = Field(
        description="Part de la population tirée de carreaux imputés par l'INSEE, 0 à 1."
    )
    coverage: float | None = Field(
        description="Part de la superficie où la population des IRIS est connue, 0 à 1 ; null sans IRIS."
    )
    populations: list[AreaPopulation]
    densities: list[PortraitDensity]


class RefusedAreaItem(Shape):
    """Un polygone dont rien ne peut être dit, et pourquoi."""

    index: int
    code: str | None
    name: str | None
    detail: str = Field(description="Ce qui ne va pas.")
    hint: str = Field(description="Ce qu'il faut faire.")


class AreaList(Listing):
    """Ce que l'on sait de zones dessinées."""

    level: Literal["perimetre"]
    scope: Scope
    refused: list[RefusedAreaItem]
    items: list[AreaItem]


AREA_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Un polygone ou une collection en GeoJSON (WGS 84), un GeoPackage, ou un Shapefile "
        "zippé : 50 polygones, 50 000 sommets et 10 Mo au plus. La forme est reconnue par le contenu.",
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {
                    "type": "Polygon",
                    "coordinates": [[[-1.7, 48.1], [-1.68, 48.1], [-1.68, 48.12], [-1.7, 48.1]]],
                },
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
