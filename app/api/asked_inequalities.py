"""Query parameters of the route on inequality."""

from typing import Literal

from pydantic import Field

from app.api.asked_valued import ValuedQuery
from app.api.parameters import TableQuery

RankBy = Literal["income", "poverty"]


class InequalitiesQuery(ValuedQuery, TableQuery):
    """How unequal the territories of a list are."""

    rank_by: RankBy = Field(
        default="income",
        description=(
            "Ce qui range les territoires du moins au plus aisé pour l'indice de concentration : niveau de "
            "vie moyen (income), ou part de ménages pauvres (poverty)."
        ),
    )
