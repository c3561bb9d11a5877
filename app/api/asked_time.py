"""Query parameters of what was and what may become: trends, projections."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from starlette.requests import Request

from app.api.parameters import (
    AskedProfession,
    AskedScope,
    AskedWithin,
    OutlinedQuery,
    read_day,
    read_whole,
)
from app.errors import ParameterError
from app.indicators.projection import RetirementAge
from app.indicators.wording import Level

# The age table is brought for a commune at the smallest.
AgeLevel = Literal["commune", "epci", "departement", "region"]
PERSONS = frozenset(["rpps", "adeli", "nom", "name", "person", "personne", "praticien", "practitioner"])


class TrendsQuery(OutlinedQuery):
    """Counts of one profession over the vintages, by territory."""

    level: Level = Field(description="Niveau géographique des territoires.", examples=["iris"])
    within: AskedWithin = None
    profession: AskedProfession
    scope: AskedScope = "liberal"
    since: Annotated[date, BeforeValidator(read_day)] | None = Field(
        default=None,
        description="Jour depuis lequel l'évolution est dite, AAAA-MM-JJ ; sans lui, le premier millésime.",
        examples=["2025-05-01"],
    )


class ProjectionsQuery(OutlinedQuery):
    """Departures to come of one profession, by territory, in one scenario."""

    level: AgeLevel = Field(
        description="Niveau géographique : le tableau des âges ne descend pas sous la commune.",
        examples=["commune"],
    )
    within: AskedWithin = None
    profession: AskedProfession
    retirement_age: Annotated[RetirementAge, BeforeValidator(read_whole)] = Field(
        default=65, description="Âge auquel chacun cesse d'exercer : 62, 65 ou 67 ans."
    )
    replaced: float = Field(
        default=0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Part des départs qui sont remplacés, de 0 (aucun) à 1 (tous).",
        examples=[0.5],
    )
    years: int = Field(default=10, ge=1, le=20, description="Nombre d'années, de 1 à 20.")


def refuse_person(request: Request) -> None:
    """Raise ParameterError when a request asks about one person: a projection is of a territory."""
    for name in request.query_params:
        if name.lower() in PERSONS:
            raise ParameterError(
                name,
                "Une projection se fait pour un territoire, jamais pour une personne.",
                hint="Demandez un territoire avec « level » et « within ».",
            )
