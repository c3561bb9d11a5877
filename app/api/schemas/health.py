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
    worker: Literal["ok", "silent", "absent"] | None = Field(
        description="Le travailleur qui prend les sources : il a donné signe de vie, il n'en donne plus, ou "
        "aucun n'a été lancé. Rien de ce qui est publié n'en dépend ; null quand la base ne répond pas."
    )
