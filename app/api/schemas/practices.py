"""Places of practice."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.wording import Scope
from app.supply.convention import Convention


class PracticeItem(Shape):
    """Un lieu d'exercice et une profession qui s'y exerce ; jamais de nom de personne."""

    site_id: int
    lon: float | None = Field(description="Longitude WGS 84 ; null si le lieu n'est pas localisé.")
    lat: float | None = Field(description="Latitude WGS 84.")
    location_class: Literal["finess", "housenumber", "street", "locality", "municipality", "none"]
    method: str = Field(
        description="Comment le lieu a été localisé : coordonnées de l'établissement par son numéro "
        "(`finess`) ou par son entreprise (`siret`) ; adresse de la BAN écrite de même (`ban_exact`), au "
        "type de voie près (`ban_without_type`) ou rapprochée malgré une faute (`ban_fuzzy`) ; géocodeur en "
        "ligne (`geoplateforme`) ; commune seule (`commune`) ; rien (`none`)."
    )
    score: float | None = Field(description="Qualité de la localisation, 0 à 1.")
    address: str | None
    town: str | None
    finess: str | None
    site_name: str | None = Field(
        description="Nom de l'établissement ; null si le lieu n'a pas de numéro FINESS, car le nom d'un "
        "cabinet est souvent celui d'une personne."
    )
    practitioners: int | None = Field(
        description="Praticiens distincts en ce lieu ; null pour des établissements."
    )
    establishments: int | None = Field(description="Établissements en ce lieu ; null pour des praticiens.")
    convention: dict[Convention, int] | None = Field(
        description="Praticiens de ce lieu par secteur conventionnel, d'après l'Assurance maladie ; ceux "
        "dont le secteur est inconnu n'y sont pas, et null veut dire qu'aucun n'est connu (ou qu'un autre "
        "jour est demandé)."
    )
    profession: str


class PracticeList(Listing):
    """Les lieux d'exercice."""

    profession: str | None
    scope: Scope | None
    at: date | None
    convention: Convention | None
    vintages: dict[str, date] = Field(
        description="Par registre, millésime en vigueur le jour demandé, ou à la date de la version."
    )
    within: str | None
    bbox: str | None
    limit: int
    truncated: bool = Field(description="La liste a été coupée à « limit ».")
    unlocated: int = Field(description="Praticiens (ou établissements) placés au mieux à la commune.")
    items: list[PracticeItem]
