"""Query parameters of what is compared between territories: densities, access times, accessibility."""

from typing import Literal

from pydantic import Field

from app.api.parameters import MAX_CODE, NO_CONTROL, AskedPer, AskedProfession, AskedScope, TableQuery
from app.indicators.asked_preset import PresetName
from app.indicators.wording import Level
from app.travel.modes import StreetMode

Of = Literal["density", "access_time", "accessibility"]


class ValuedQuery(TableQuery):
    """One figure of one profession, territory by territory."""

    profession: AskedProfession
    of: Of = Field(
        default="density",
        description=(
            "Ce qui est comparé : la densité (density), le temps moyen jusqu'au lieu d'exercice le plus "
            "proche (access_time), ou l'accessibilité (accessibility)."
        ),
    )
    level: Level = Field(
        default="iris", description="Niveau géographique des territoires.", examples=["iris"]
    )
    within: str | None = Field(
        default=None,
        max_length=MAX_CODE + 16,
        pattern=NO_CONTROL,
        description="Territoire auquel se limiter, sous la forme niveau:code.",
        examples=["commune:00101"],
    )
    scope: AskedScope = "liberal"
    per: AskedPer = 100000
    mode: StreetMode | None = Field(
        default=None,
        description="Mode, à pied, à vélo ou en voiture ; demandé par access_time et accessibility.",
        examples=["walk"],
    )
    preset: PresetName = Field(default="e2sfca", description="Méthode de l'accessibilité.")
