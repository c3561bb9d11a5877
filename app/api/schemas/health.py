"""Health of the process and of what it needs."""

from typing import Literal

from pydantic import Field

from app.api.schemas.common import Shape


class Health(Shape):
    """Le processus répond."""

    status: Literal["ok"]


class Readiness(Shape):
    """Ce qu'il faut pour répondre."""

    status: Literal["ready", "unavailable"]
    database: Literal["ok", "unavailable"]
    release: int | None = Field(description="Version publiée.")
    graph: str | None = Field(
        description="Graphe de circulation en service ; null s'il n'y en a pas, ou s'il est inutilisable."
    )
    graph_problem: str | None = Field(
        description="Ce qui empêche les isochrones ; la carte et les densités n'en dépendent pas."
    )
