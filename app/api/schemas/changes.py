"""What changed between two releases."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.indicators.wording import Level, Scope


class ChangeItem(Shape):
    """Ce qui a changé dans une profession, en un territoire ou en tout."""

    code: str | None = Field(description="Code du territoire ; null sans « level ».")
    name: str | None
    profession: str
    label: str
    opened: int = Field(description="Exercices ouverts ; établissements pour les professions de FINESS.")
    closed: int = Field(description="Exercices fermés.")
    moved: int = Field(description="Exercices déplacés d'un lieu à un autre du territoire.")
    moved_in: int = Field(description="Exercices venus d'ailleurs.")
    moved_out: int = Field(description="Exercices partis ailleurs.")
    changed: int = Field(description="Exercices restés sur place, de mode, savoir-faire ou secteur changé.")


class ChangedPractice(Shape):
    """Un exercice qui a changé ; jamais de nom de personne."""

    kind: Literal["opened", "closed", "moved", "changed"]
    profession: str
    from_site: int | None
    from_address: str | None
    from_town: str | None
    to_site: int | None
    to_address: str | None
    to_town: str | None
    modes_before: list[str] | None = Field(description="Codes du registre.")
    modes_after: list[str] | None
    skills_before: list[str] | None
    skills_after: list[str] | None
    sectors_before: list[str] | None
    sectors_after: list[str] | None


class ComparedRelease(Shape):
    """Une des deux versions."""

    id: int
    vintage: date
    vintages: dict[str, date] = Field(description="Millésime de chaque registre de l'offre.")


class ChangeList(Listing):
    """Ce qui a changé ; seuls les professions et territoires où quelque chose a changé."""

    before: ComparedRelease
    after: ComparedRelease
    level: Level | None
    within: str | None
    profession: str | None
    scope: Scope
    unlocated: int = Field(
        description="Changements en un lieu placé au mieux à la commune : absents des niveaux plus fins."
    )
    truncated: bool = Field(description="La liste des exercices a été coupée à « limit ».")
    practices: list[ChangedPractice] | None = Field(description="Avec detail=true.")
    items: list[ChangeItem]
