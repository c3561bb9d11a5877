"""Work in progress."""

from datetime import datetime

from pydantic import Field

from app.api.schemas.common import Shape


class RunningItem(Shape):
    """Un travail en cours."""

    task: str = Field(description="Genre de travail : source, refresh, publication, build…")
    register_name: str | None = Field(alias="register", examples=["annuaire"])
    step: str | None = Field(description="Étape en cours, en français.")
    done: int | None = Field(description="Avancement de l'étape, en lignes ou en octets.")
    total: int | None = Field(description="Ce que l'étape doit atteindre, quand c'est connu.")
    share: float | None = Field(description="Part faite, de 0 à 1.")
    started_at: datetime
    updated_at: datetime = Field(description="Dernier signe d'avancement.")


class RunningList(Shape):
    """Les travaux en cours, le plus ancien d'abord."""

    count: int = Field(description="Nombre de travaux en cours.")
    items: list[RunningItem]
