"""Query parameters of the comparison of QPV with the rest of their communes."""

from pydantic import Field

from app.api.parameters import AnyProfession, AskedPer, AskedScope, AskedWithin, OutlinedQuery
from app.indicators.gaps import Area


class GapsQuery(OutlinedQuery):
    """QPV against the rest of their communes."""

    area: Area = Field(
        default="qpv",
        description=(
            "Ce qui est comparé : chaque QPV (qpv), tous les QPV d'une commune ensemble (together), ou "
            "chaque QPV avec ses abords, que ses habitants fréquentent (anchorage)."
        ),
    )
    within: AskedWithin = None
    profession: AnyProfession = None
    scope: AskedScope = "liberal"
    per: AskedPer = 100000
    belt: int | None = Field(
        default=None,
        ge=50,
        le=2000,
        description="Largeur des abords, en mètres ; sans elle, celle qu'a réglée la ville (300 par défaut).",
        examples=[300],
    )
