"""Layers of the map, for other map programs."""

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.common import Listing, Shape


class LayerItem(Shape):
    """Une couche et les adresses par où l'ouvrir."""

    layer: str = Field(description="Nom de la couche dans les adresses.", examples=["iris"])
    label: str = Field(description="Nom en français.", examples=["IRIS"])
    tilejson: str = Field(
        description="TileJSON des tuiles vectorielles.",
        examples=["https://sante.exemple.fr/api/v1/layers/iris/tiles.json"],
    )
    maplibre: str = Field(
        description="Style MapLibre, que QGIS lit aussi.",
        examples=["https://sante.exemple.fr/api/v1/layers/iris/style.json"],
    )
    qgis: str | None = Field(
        description="Style QGIS (QML) de la couche lue par OGC API ; null pour le fond de carte.",
        examples=["https://sante.exemple.fr/api/v1/layers/iris/style.qml"],
    )
    ogc: str | None = Field(
        description="La même couche en OGC API Features ; null pour le fond de carte.",
        examples=["https://sante.exemple.fr/ogc/collections/published.couche_iris"],
    )


class LayerList(Listing):
    """Les couches."""

    items: list[LayerItem]


class VectorLayer(BaseModel):
    """Une couche d'une tuile."""

    id: str = Field(description="Nom de la couche dans la tuile.", examples=["iris"])
    fields: dict[str, str] = Field(
        description="Attributs et leur sens.", examples=[{"code": "Code officiel"}]
    )


class TileJson(BaseModel):
    """TileJSON 3.0.0."""

    model_config = ConfigDict(extra="forbid")

    tilejson: str = Field(description="Version de TileJSON.", examples=["3.0.0"])
    name: str = Field(description="Nom de la couche.", examples=["IRIS"])
    version: str = Field(description="Version publiée, en trois nombres.", examples=["4.0.0"])
    attribution: str = Field(description="Mention à montrer avec la couche.", examples=["© OpenStreetMap"])
    scheme: str = Field(description="Numérotation des tuiles.", examples=["xyz"])
    tiles: list[str] = Field(
        description="Adresse d'une tuile.",
        examples=[["https://sante.exemple.fr/tiles/4/iris/{z}/{x}/{y}.mvt"]],
    )
    minzoom: int = Field(description="Premier zoom.", examples=[0])
    maxzoom: int = Field(description="Dernier zoom.", examples=[19])
    vector_layers: list[VectorLayer] = Field(description="Couches de chaque tuile.")
    bounds: list[float] | None = Field(
        default=None,
        description="Ouest, sud, est, nord, en degrés WGS 84 ; absent si rien n'est publié.",
        examples=[[-1.8, 48.0, -1.5, 48.2]],
    )


class MapLibreStyle(BaseModel):
    """Style MapLibre, version 8."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(description="Version du format de style.", examples=[8])
    name: str = Field(description="Nom de la couche.", examples=["IRIS"])
    sources: dict[str, object] = Field(
        description="D'où viennent les tuiles.",
        examples=[{"observatoire": {"type": "vector", "url": "/api/v1/layers/iris/tiles.json"}}],
    )
    layers: list[dict[str, object]] = Field(
        description="Comment chaque couche est peinte.",
        examples=[[{"id": "iris", "type": "line", "source-layer": "iris"}]],
    )
