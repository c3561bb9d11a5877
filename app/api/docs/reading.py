"""OpenAPI read for people: operations, their parameters, the fields of their answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

type Schema = Mapping[str, Any]

TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "array": "liste",
    "object": "objet",
    "null": "null",
}
FORMATS = {"date": "date", "date-time": "date et heure"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: ``place`` is path or query, ``values`` what it accepts when that is a list."""

    name: str
    place: str
    kind: str
    description: str
    required: bool
    values: tuple[str, ...]
    default: str
    example: str


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an answer; ``name`` is dotted inside a list."""

    name: str
    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: what it answers, what it takes, what may go wrong."""

    identity: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    example: str
    body: str

    @property
    def has_form(self) -> bool:
        """Say whether a form can ask for it: a form fills a query, not a path nor a body."""
        in_query = all(parameter.place == "query" for parameter in self.parameters)
        return self.method == "GET" and bool(self.parameters) and in_query


def operations(schema: Schema) -> list[Operation]:
    """Return every operation of an OpenAPI schema, in its order."""
    components = schema["components"]["schemas"]
    return [
        _operation(path, method, spec, components)
        for path, methods in schema["paths"].items()
        for method, spec in methods.items()
    ]


def _operation(path: str, method: str, spec: Schema, components: Schema) -> Operation:
    parameters = tuple(_parameter(entry) for entry in spec.get("parameters", ()))
    answer = spec["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        identity=spec["operationId"],
        tag=spec["tags"][0],
        method=method.upper(),
        path=path,
        summary=spec["summary"],
        description=spec.get("description", ""),
        parameters=parameters,
        fields=tuple(_fields(answer, components)),
        answers=tuple((status, reply["description"]) for status, reply in spec["responses"].items()),
        example=_example(path, parameters),
        body=_body(spec),
    )


def _parameter(entry: Schema) -> Parameter:
    schema = entry["schema"]
    kept = _without_null(schema)
    return Parameter(
        name=entry["name"],
        place=entry["in"],
        kind=_kind(kept),
        description=entry.get("description", ""),
        required=entry["required"],
        values=tuple(str(value) for value in kept.get("enum", ())),
        default=str(schema.get("default", "")),
        example=str(next(iter(schema.get("examples", ())), "")),
    )


def _example(path: str, parameters: tuple[Parameter, ...]) -> str:
    query = {}
    for parameter in parameters:
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(parameter.example))
        elif parameter.required:
            query[parameter.name] = parameter.example
    return f"{path}?{urlencode(query)}" if query else path


def _body(spec: Schema) -> str:
    """Return the example of what an operation takes in its body, empty when it takes nothing."""
    taken = spec.get("requestBody", {}).get("content", {}).get("application/json", {})
    return json.dumps(taken["example"]) if taken else ""


def _without_null(schema: Schema) -> Schema:
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return choices[0] if choices else schema


def _kind(schema: Schema) -> str:
    kept = _without_null(schema)
    name = FORMATS.get(kept.get("format", "")) or TYPES.get(kept.get("type", "object"), "objet")
    optional = any(choice.get("type") == "null" for choice in schema.get("anyOf", ()))
    return f"{name} ou null" if optional else name


def _fields(schema: Schema, components: Schema, prefix: str = "") -> Iterator[Field]:
    """Yield the members of a shape, and of the shapes inside its lists, one after the other."""
    shape = _resolved(schema, components)
    for name, member in shape.get("properties", {}).items():
        inner = _resolved(_without_null(member), components)
        description = member.get("description") or inner.get("description", "")
        yield Field(f"{prefix}{name}", _kind({**member, "type": inner.get("type")}), description)
        items = inner.get("items")
        if items and "$ref" in items:
            yield from _fields(items, components, f"{prefix}{name}[].")
        elif inner.get("properties"):
            yield from _fields(inner, components, f"{prefix}{name}.")


def _resolved(schema: Schema, components: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = components[reference.rsplit("/", 1)[1]] if reference else schema
    return found
