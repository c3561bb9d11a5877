"""What a page sends of the map it shows, to have it as a file."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.indicators.wording import Level

type Words = Annotated[str, StringConstraints(max_length=400)]
# A colour, hatching for what is unknown, dots for too few people.
type Fill = Annotated[str, StringConstraints(pattern=r"^(#[0-9a-f]{6}|hatch|dots)$")]
type Colour = Annotated[str, StringConstraints(pattern=r"^(#[0-9a-f]{6}|none)$")]
type Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
type Latitude = Annotated[float, Field(ge=-85, le=85, allow_inf_nan=False)]
type Pixels = Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]

MOST_TERRITORIES = 60_000
MOST_SHAPES = 5_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LegendEntry(_Strict):
    """Une ligne de la légende."""

    fill: Fill = Field(
        description="Couleur « #rrggbb », « hatch » (inconnu) ou « dots » (trop peu d'habitants).",
        examples=["#32a2bf"],
    )
    label: Words = Field(description="Ce que la couleur veut dire.", examples=["40 à 60"])
    round: bool = Field(
        False, description="La couleur est celle des disques : le territoire est blanc.", examples=[False]
    )
    ids: list[int] = Field(
        max_length=MOST_TERRITORIES,
        description="Identifiants des territoires ainsi peints.",
        examples=[[12, 15]],
    )


class MarkBody(_Strict):
    """Un disque posé sur la carte."""

    lon: Longitude = Field(description="Longitude, en degrés WGS 84.", examples=[2.35])
    lat: Latitude = Field(description="Latitude, en degrés WGS 84.", examples=[48.86])
    radius: Pixels = Field(description="Rayon, en pixels.", examples=[9])
    fill: Fill = Field(description="Couleur du disque.", examples=["#14181b"])
    text: Annotated[str, StringConstraints(max_length=8)] = Field(
        "", description="Nombre écrit dessus.", examples=["3"]
    )


class ShapeBody(_Strict):
    """Une forme posée sur la carte : surface à portée, carreau, zone dessinée."""

    geometry: dict[str, Any] = Field(
        description="Géométrie GeoJSON, en degrés WGS 84.",
        examples=[{"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]}],
    )
    fill: Colour = Field(description="Couleur, ou « none ».", examples=["#e8871e"])
    edge: Colour = Field(description="Couleur du contour, ou « none ».", examples=["#6b3a00"])
    width: Pixels = Field(description="Largeur du contour, en pixels.", examples=[0.75])
    opacity: float = Field(
        ge=0, le=1, allow_inf_nan=False, description="Opacité de la couleur, de 0 à 1.", examples=[0.9]
    )


class PictureBody(_Strict):
    """La carte telle qu'elle est affichée."""

    title: Words = Field(
        description="Phrase qui titre la carte.", examples=["Médecins généralistes libéraux, par IRIS"]
    )
    answer: Annotated[str, StringConstraints(max_length=1_000)] = Field(
        description="Phrase sous le titre.", examples=["83 dans l'ensemble."]
    )
    heading: Words = Field(description="Titre de la légende.", examples=["Pour 100 000 habitants"])
    level: Level = Field(description="Niveau géographique des territoires.", examples=["iris"])
    box: tuple[Longitude, Latitude, Longitude, Latitude] = Field(
        description="Ouest, sud, est, nord de ce qui est montré, en degrés WGS 84.",
        examples=[[2.2, 48.8, 2.5, 48.9]],
    )
    query: Annotated[str, StringConstraints(max_length=2_000, pattern=r"^(\?[\x21-\x7e]*)?$")] = Field(
        "",
        description="Ce qui suit l'adresse de la carte en ligne.",
        examples=["?qui=medecin_generaliste&echelle=iris"],
    )
    legend: list[LegendEntry] = Field(max_length=20, description="Lignes de la légende.", examples=[[]])
    told: dict[int, Words] = Field(
        default_factory=dict,
        max_length=MOST_TERRITORIES,
        description="Une ligne par territoire, par identifiant.",
        examples=[{"12": "Le Port : 83"}],
    )
    marks: list[MarkBody] = Field(
        default_factory=list, max_length=MOST_SHAPES, description="Disques posés sur la carte.", examples=[[]]
    )
    shapes: list[ShapeBody] = Field(
        default_factory=list, max_length=MOST_SHAPES, description="Formes posées sur la carte.", examples=[[]]
    )


PICTURE_BODY = {
    "requestBody": {
        "content": {
            "application/json": {
                "example": {
                    "title": "Médecins généralistes libéraux pour 100 000 habitants, par IRIS",
                    "answer": "89 dans l'ensemble.",
                    "heading": "Pour 100 000 habitants",
                    "level": "iris",
                    "box": [-3.31, 46.38, -3.27, 46.41],
                    "legend": [{"fill": "#32a2bf", "label": "40 à 60", "ids": [12, 15]}],
                }
            }
        }
    }
}
