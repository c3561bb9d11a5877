"""RFC 9457 problem details."""

from pydantic import BaseModel, ConfigDict, Field


class Refusal(BaseModel):
    """Un paramètre refusé."""

    model_config = ConfigDict(extra="forbid")

    parameter: str = Field(description="Paramètre en cause.")
    detail: str = Field(description="Ce qui ne va pas.")
    hint: str | None = Field(default=None, description="Ce qu'il faut faire.")
    allowed: list[str] | None = Field(default=None, description="Valeurs que ce paramètre accepte.")


class Problem(BaseModel):
    """Une erreur, dite en français."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Adresse qui décrit ce genre de problème.")
    title: str = Field(description="Genre de problème.")
    status: int = Field(description="Code HTTP.")
    detail: str = Field(description="Ce qui s'est passé.")
    hint: str | None = Field(default=None, description="Ce qu'il faut faire.")
    parameter: str | None = Field(default=None, description="Paramètre en cause.")
    allowed: list[str] | None = Field(default=None, description="Valeurs que ce paramètre accepte.")
    errors: list[Refusal] | None = Field(
        default=None, description="Tous les paramètres refusés, s'il y en a plusieurs."
    )
