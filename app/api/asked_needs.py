"""Query parameters of the route on needs."""

from pydantic import Field

from app.api.asked_valued import ValuedQuery
from app.api.parameters import OutlinedQuery
from app.errors import ParameterError
from app.indicators.needs import COMPONENTS, Component

HEAVIEST = 100


def _weight(what: str) -> float:
    weight: float = Field(
        default=1.0,
        ge=0,
        le=HEAVIEST,
        allow_inf_nan=False,
        description=f"Poids, dans le besoin, {what}.",
    )
    return weight


class NeedsQuery(ValuedQuery, OutlinedQuery):
    """Needs of territories, beside what there is."""

    weight_poverty: float = _weight("de la part des ménages pauvres")
    weight_elderly: float = _weight("de la part des 75 ans et plus")
    weight_children: float = _weight("de la part des moins de 15 ans")
    weight_single_parent: float = _weight("de la part des familles monoparentales")
    weight_alone: float = _weight("de la part des personnes seules")
    weight_supply: float = Field(
        default=0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Poids du manque d'offre dans la priorité, de 0 à 1 ; le reste est celui du besoin.",
    )

    def weights(self) -> dict[Component, float]:
        """Return the weight of each component. Raises ParameterError when none weighs."""
        weights: dict[Component, float] = {name: getattr(self, f"weight_{name}") for name in COMPONENTS}
        if not any(weights.values()):
            raise ParameterError(
                "weight_poverty",
                "Tous les poids du besoin sont à 0.",
                hint="Laissez-en un au moins au-dessus de 0.",
            )
        return weights
