"""Sources and releases."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, ReleaseMark, Shape


class RejectExample(Shape):
    """Une ligne rejetée."""

    line: int | None
    excerpt: str


class Reject(Shape):
    """Un motif de rejet."""

    count: int
    examples: list[RejectExample]


class SourceItem(Shape):
    """Un fichier source de la version publiée."""

    register_name: str = Field(alias="register", examples=["annuaire"])
    label: str
    producer: str
    licence: str
    part: str = Field(description="Partie du registre (département, commune) ; vide s'il est entier.")
    variant: str = Field(description="Variante reconnue du format.")
    cadence: str = Field(description="À quel rythme le producteur le publie.")
    vintage: date
    vintage_age: str = Field(description="Âge du millésime, en mots.", examples=["il y a 12 jours"])
    last_success_at: datetime = Field(description="Dernière fois que ce fichier a été vérifié ou chargé.")
    last_data_change_at: datetime = Field(description="Dernière fois que son contenu a changé.")
    last_success_age: str
    last_data_change_age: str
    waiting: date | None = Field(
        description="Millésime plus récent, chargé et pas encore publié ; null s'il n'y en a pas."
    )
    rows_in: int
    rows_kept: int
    rows_rejected: int
    rejects: dict[str, Reject]
    notes: list[str] = Field(description="Ce qui a été réparé ou mérite d'être su, en français.")
    located_share: float | None = Field(
        description=(
            "Annuaire seulement : part des exercices du périmètre localisés mieux qu'à la commune, 0 à 1."
        )
    )
    convention_share: float | None = Field(
        description=(
            "Assurance maladie seulement : part des exercices libéraux dont le secteur conventionnel est "
            "connu, 0 à 1."
        )
    )


class MissingSource(Shape):
    """Un registre jamais chargé."""

    register_name: str = Field(alias="register")
    label: str
    consequence: str = Field(description="Ce qui n'est pas connu sans lui.")


class SourceList(Listing):
    """Les sources de la version publiée."""

    never_loaded: list[MissingSource]
    items: list[SourceItem]


class ReleaseInput(Shape):
    """Un fichier dont une version est faite."""

    register_name: str = Field(alias="register")
    part: str
    variant: str
    vintage: date
    sha256: str
    file_name: str


class ReleaseItem(Shape):
    """Une version : un ensemble cohérent de millésimes."""

    id: int
    vintage: date
    status: Literal["built", "published", "retired"]
    built_at: datetime
    published_at: datetime | None
    graph: str | None = Field(
        description="Empreinte du graphe de circulation de ses temps de trajet ; null s'ils manquent."
    )
    graph_problem: str | None = Field(description="Pourquoi ses temps de trajet manquent ; null sinon.")
    inputs: list[ReleaseInput]


class ReleaseList(Listing):
    """Les versions, la plus récente d'abord."""

    items: list[ReleaseItem]


class OneRelease(ReleaseItem):
    """Une version ; ``release`` est celle qui est publiée."""

    current: bool = Field(description="Cette version est celle qui est publiée : ce qui la cite est à jour.")
    superseded_by: ReleaseMark | None = Field(
        description="La version publiée qui la remplace ; null si elle est à jour ou pas encore publiée."
    )
    sentence: str = Field(
        description="Si elle est à jour, en mots.",
        examples=["Cette version est à jour : c'est celle qui est publiée."],
    )
    release: ReleaseMark
