"""Parts that every answer shares."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A documented answer: nothing more than what is written here."""

    model_config = ConfigDict(extra="forbid")


class ReleaseMark(Shape):
    """Version dont vient la réponse."""

    id: int = Field(description="Numéro de la version publiée.", examples=[4])
    vintage: date = Field(description="Date de l'offre montrée.", examples=["2025-11-03"])


class Listing(Shape):
    """What every list begins with."""

    release: ReleaseMark
    count: int = Field(description="Nombre d'éléments rendus.")
