"""What OpenAPI says of a route: the shape and forms of its answer, and the problems it may answer."""

from typing import Any

from pydantic import BaseModel

from app.api.deps import MEDIA_TYPES
from app.api.problems import PROBLEM
from app.api.schemas.problem import Problem


def _failure(description: str, **example: object) -> dict[str, Any]:
    return {
        "description": description,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


REFUSED = _failure(
    "Paramètre non valable : le problème nomme le paramètre et les valeurs possibles.",
    type="/docs#parametre-non-valable",
    title="Paramètre non valable",
    status=422,
    detail="La profession « medecin_generalist » n'existe pas.",
    hint="Vouliez-vous dire « medecin_generaliste » ?",
    parameter="profession",
)
NOT_FOUND = _failure(
    "Territoire ou version introuvable.",
    type="/docs#introuvable",
    title="Introuvable",
    status=404,
    detail="Aucun territoire publié de niveau « Commune » ne porte le code « 00110 ».",
    hint="Vouliez-vous dire « 00101 » ?",
    parameter="within",
)
UNAVAILABLE = _failure(
    "Base indisponible ou rien de publié ; l'en-tête Retry-After dit quand réessayer.",
    type="/docs#base-de-donnees-indisponible",
    title="Base de données indisponible",
    status=503,
    detail="La base de données ne répond pas.",
    hint="Réessayez dans quelques secondes.",
)


def documented(summary: str, model: type[BaseModel], forms: tuple[str, ...] = ("json",)) -> dict[str, Any]:
    """Return the keyword arguments of a route called ``summary`` that answers ``model``, in ``forms``."""
    types = [MEDIA_TYPES[form].partition(";")[0] for form in forms if form != "json"]
    others: dict[str, dict[str, object]] = {media_type: {} for media_type in types}
    return {
        "summary": summary,
        "response_model": None,
        "responses": {
            200: {"model": model, "description": "Réponse de la version publiée.", "content": others},
            304: {"description": "La copie du client (If-None-Match) est à jour."},
            404: NOT_FOUND,
            422: REFUSED,
            503: UNAVAILABLE,
        },
    }


# Referenced by name above: FastAPI only writes the schemas of models that routes declare.
PROBLEM_SCHEMA = {"Problem": Problem.model_json_schema(ref_template="#/components/schemas/{model}")}
