"""Practitioners by name."""

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.wording import Scope


class PersonItem(Shape):
    """Un praticien, un de ses lieux d'exercice et une profession qu'il y exerce."""

    civility: str | None = Field(description="Civilité d'exercice, code de l'annuaire.")
    family_name: str = Field(description="Nom d'exercice.")
    given_name: str | None = Field(description="Prénom d'exercice.")
    profession: str = Field(description="Profession, son nom court.")
    place_name: str | None = Field(description="Nom du lieu dans l'annuaire, souvent celui d'une personne.")
    site_id: int = Field(description="Numéro du lieu d'exercice, comme dans /api/v1/practices.")
    lon: float | None = Field(description="Longitude WGS 84 ; null si le lieu n'est pas localisé.")
    lat: float | None = Field(description="Latitude WGS 84.")
    location_class: str = Field(description="Finesse de la localisation, comme dans /api/v1/practices.")
    address: str | None = Field(description="Numéro et voie.")
    town: str | None = Field(description="Code postal et commune.")
    finess: str | None = Field(description="Numéro FINESS du lieu, s'il en a un.")


class PersonList(Listing):
    """Les praticiens, par nom."""

    profession: str | None
    scope: Scope
    within: str | None
    bbox: str | None
    items: list[PersonItem]
