"""Query parameters of what is compared between territories: densities, access times, accessibility."""

from typing import Literal

from pydantic import Field

from app.api.parameters import AskedPer, AskedProfession, AskedScope, AskedWithin, PagedQuery
from app.indicators.asked_preset import PresetName
from app.indicators.wording import Level
from app.travel.modes import Mode

Of = Literal["density", "access_time", "accessibility"]


class ValuedQuery(PagedQuery):
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
    mode: Mode | None = Field(
        default=None,
        description="Mode, demandé par access_time et accessibility ; en transports en commun, le départ est "
        "celui d'un jour ordinaire des horaires, que la réponse nomme.",
        examples=["walk"],
    )
    preset: PresetName = Field(default="e2sfca", description="Méthode de l'accessibilité.")
