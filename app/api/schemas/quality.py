"""The account of the published release."""

from datetime import date, datetime

from pydantic import Field

from app.api.schemas.common import ReleaseMark, Shape


class ProblemItem(Shape):
    """Ce qui demande une action."""

    key: str = Field(description="De quoi il s'agit ; le même d'une demande à l'autre.")
    title: str
    since: datetime | None = Field(description="Quand on l'a constaté ; null s'il vient de l'être.")
    advice: str = Field(description="Que faire.")


class PlacingItem(Shape):
    """Comment les lieux d'exercice d'une profession sont localisés."""

    profession: str | None = Field(description="Profession ; null pour l'ensemble des praticiens.")
    practices: dict[str, int] = Field(
        description=(
            "Lieux d'exercice du territoire par classe : finess, housenumber, street (localisés), locality, "
            "municipality, none ; nowhere compte ceux qui n'ont aucune adresse, hors du total."
        )
    )
    located_share: float | None = Field(description="Part localisée mieux qu'à la commune, 0 à 1.")
    practitioners: int | None = Field(description="Praticiens ; null pour des établissements.")
    practitioners_unlocated: int | None = Field(description="Ceux dont aucun lieu n'est localisé.")


class FoldingItem(Shape):
    """Ce que les lignes de l'annuaire deviennent une fois regroupées."""

    lines: int = Field(description="Lignes gardées.")
    practices: int = Field(description="Exercices : un praticien, un lieu, une profession.")
    practitioners: int
    sites: int = Field(description="Lieux différents.")


class ComparedItem(Shape):
    """Une profession et son effectif de référence."""

    profession: str
    label: str
    headcount: int = Field(description="Effectif compté ici.")
    reference: float = Field(description="Effectif de référence, ou celui que donne sa densité.")
    gap: float = Field(description="Écart relatif : 0,1 pour 10 % de plus ici.")
    gap_low: float = Field(description="Borne basse à 95 %.")
    gap_high: float = Field(description="Borne haute à 95 %.")
    established: bool = Field(description="Le hasard seul ne l'expliquerait pas.")
    density: float | None = Field(description="Pour 100 000 habitants, ici.")
    reference_density: float | None = Field(description="Densité de référence du département.")
    france_density: float | None = Field(description="Densité de référence de la France.")
    origin: str = Field(description="Qui publie la référence.")
    year: int


class ComparedPlace(Shape):
    """Un département comparé."""

    code: str
    name: str
    professions: list[ComparedItem]
    why_not: str | None = Field(description="Pourquoi il n'est pas comparé ; null s'il l'est.")


class FindingItem(Shape):
    """Ce qu'un contrôle a mesuré."""

    guard: str
    subject: str
    before: float | None
    after: float | None
    limit: float | None
    passed: bool
    sentence: str


class JudgedItem(Shape):
    """Une version contrôlée : la publiée, et celle qui est retenue s'il y en a une."""

    release: int
    vintage: date
    told: str
    against: int | None = Field(description="Version à laquelle elle est comparée.")
    accepted_at: datetime | None = Field(description="Quand elle a été publiée malgré les contrôles.")
    findings: list[FindingItem]


class RunItem(Shape):
    """Un travail du journal."""

    task: str
    register_name: str | None = Field(alias="register")
    file_name: str | None
    status: str
    started_at: datetime
    finished_at: datetime | None
    told: str


class Quality(Shape):
    """Ce que vaut la version publiée."""

    release: ReleaseMark
    verdict: str = Field(description="L'essentiel en une phrase.")
    problems: list[ProblemItem]
    everybody: PlacingItem | None = Field(description="Ensemble des praticiens ; null si ce n'est pas connu.")
    professions: list[PlacingItem]
    folding: FoldingItem | None
    references: list[ComparedPlace]
    guards: list[JudgedItem]
    runs: list[RunItem]
