"""Query parameters of what is compared between territories: densities, access times, accessibility."""

from typing import Literal

from pydantic import Field

from app.api.parameters import AskedPer, AskedProfession, AskedScope, AskedWithin, TableQuery
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
    within: AskedWithin = None
    scope: AskedScope = "liberal"
    per: AskedPer = 100000
    mode: StreetMode | None = Field(
        default=None,
        description="Mode, à pied, à vélo ou en voiture ; demandé par access_time et accessibility.",
        examples=["walk"],
    )
    preset: PresetName = Field(default="e2sfca", description="Méthode de l'accessibilité.")
