"""Shape of the answer on who asks."""

from typing import Literal

from pydantic import BaseModel, Field


class Me(BaseModel):
    """Who asks."""

    role: Literal["public", "agent", "admin"] = Field(description="Rôle de la demande.")
    role_label: str = Field(description="Le même, en français.")
    name: str | None = Field(description="Nom de la clef ou adresse de la personne ; null pour le public.")
    names: bool = Field(
        description="Vrai si les noms des personnes peuvent être demandés (/api/v1/practices/people)."
    )
    per_minute: int | None = Field(description="Demandes permises par minute ; null, sans limite.")
