"""What OpenAPI says of a route: the shape and forms of its answer, and the problems it may answer."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.formats.known import FORMATS
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
UNACCEPTABLE = _failure(
    "Aucune forme offerte n'est de celles que l'en-tête Accept demande.",
    type="/docs#forme-non-offerte",
    title="Forme non offerte",
    status=406,
    detail="L'en-tête Accept « application/pdf » ne prend aucune forme offerte ici.",
    hint="Formes : application/json (format=json), text/csv (format=csv).",
    parameter="Accept",
)
UNAVAILABLE = _failure(
    "Base indisponible ou rien de publié ; l'en-tête Retry-After dit quand réessayer.",
    type="/docs#base-de-donnees-indisponible",
    title="Base de données indisponible",
    status=503,
    detail="La base de données ne répond pas.",
    hint="Réessayez dans quelques secondes.",
)


ETAG = {
    "description": "Version de la réponse : renvoyée dans If-None-Match, elle épargne une copie (304).",
    "schema": {"type": "string", "examples": ['W/"release-4-1f0c2b9a77de"']},
}
LINK = {
    "description": "Adresse de la page suivante (RFC 8288), tant qu'il y en a une.",
    "schema": {"type": "string", "examples": ['</api/v1/practices?limit=500&cursor=4-500>; rel="next"']},
}


def _file_schema(form: str) -> dict[str, object]:
    """Return what OpenAPI says of a form that is not json."""
    if form == "geojson":
        return {"schema": {"type": "object", "description": "FeatureCollection (RFC 7946), WGS 84."}}
    if form in {"csv", "ndjson"}:
        return {"schema": {"type": "string", "description": f"{FORMATS[form].label}, UTF-8."}}
    told = f"Fichier {FORMATS[form].label}."
    return {"schema": {"type": "string", "contentEncoding": "binary", "description": told}}


def documented(summary: str, model: type[BaseModel], forms: tuple[str, ...] = ("json",)) -> dict[str, Any]:
    """Return the keyword arguments of a route called ``summary`` that answers ``model``, in ``forms``."""
    others: dict[str, dict[str, object]] = {
        FORMATS[form].bare_type: _file_schema(form) for form in forms if form != "json"
    }
    return {
        "summary": summary,
        "response_model": None,
        "responses": {
            200: {
                "model": model,
                "description": "Réponse de la version publiée.",
                "content": others,
                "headers": {"ETag": ETAG, **({"Link": LINK} if "csv" in forms else {})},
            },
            304: {"description": "La copie du client (If-None-Match) est à jour."},
            404: NOT_FOUND,
            406: UNACCEPTABLE,
            422: REFUSED,
            503: UNAVAILABLE,
        },
    }


# Referenced by name above: FastAPI only writes the schemas of models that routes declare.
PROBLEM_SCHEMA = models_json_schema([(Problem, "validation")], ref_template="#/components/schemas/{model}")[
    1
]["$defs"]
