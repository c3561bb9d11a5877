"""Parts that every answer shares."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A documented answer: nothing more than what is written here."""

    model_config = ConfigDict(extra="forbid")


class ReleaseMark(Shape):
    """Version dont vient la réponse."""

    id: int = Field(description="Numéro de la version publiée.", examples=[4])
    vintage: date = Field(description="Date de l'offre montrée.", examples=["2025-11-03"])


class DepartureTerms(Shape):
    """Quand on part en transports en commun."""

    day: date = Field(description="Jour du départ.", examples=["2025-11-12"])
    earliest: str = Field(description="Premier instant de départ, HH:MM.", examples=["08:00"])
    latest: str = Field(
        description="Dernier instant : le même pour un départ à la minute ; sinon les temps sont la médiane "
        "de ceux des départs de chaque minute entre les deux.",
        examples=["09:00"],
    )


Departing = Annotated[
    DepartureTerms | None, Field(description="Départ en transports en commun ; null dans les autres modes.")
]


class Listing(Shape):
    """What every list begins with."""

    release: ReleaseMark
    count: int = Field(description="Nombre d'éléments rendus.")
