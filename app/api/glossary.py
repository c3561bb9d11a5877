"""What a field of an answer means, and an example of it: the same word means the same thing everywhere.

A schema says itself what is its own; this completes what every schema shares. « Schema.field » goes before
« field ». OpenAPI and the tables that people take away read it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Word:
    """One field: its sentence, empty where each schema has its own, and examples of what it holds."""

    meaning: str
    examples: tuple[object, ...]


@cache
def glossary() -> Mapping[str, Word]:
    """Return every field of the glossary, by its name or « Schema.name »."""
    text = (files("app.api") / "glossary.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        row["field"]: Word(
            row["description"] or "", (orjson.loads(row["example"]),) if row["example"] else ()
        )
        for row in rows
    }


def word_of(schema: str, field: str) -> Word:
    """Return what the glossary says of a field, an empty word where it says nothing."""
    known = glossary()
    return known.get(f"{schema}.{field}") or known.get(field) or Word("", ())


def complete(shapes: Mapping[str, dict[str, Any]]) -> None:
    """Give every field of OpenAPI's schemas its description and its example, where it has none of its own."""
    for schema, shape in shapes.items():
        for field, told in shape.get("properties", {}).items():
            word = word_of(schema, field)
            if word.meaning and not told.get("description"):
                told["description"] = word.meaning
            examples = word.examples or _listed(told)
            if examples and not told.get("examples") and not _of_shapes(told):
                told["examples"] = list(examples)


def complete_parameter(told: dict[str, Any]) -> None:
    """Give a parameter of OpenAPI an example, where it has none: its own default, or the glossary's."""
    schema = told["schema"]
    if schema.get("examples") or told.get("example") or told.get("examples") or _of_shapes(schema):
        return
    word = word_of("", told["name"])
    known = (schema["default"],) if schema.get("default") is not None else word.examples
    if examples := known or _listed(schema):
        schema["examples"] = list(examples)


def _parts(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [told, *told.get("anyOf", ())]


def _listed(told: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the first of the words that a field may hold, when they are listed."""
    for part in _parts(told):
        if "enum" in part:
            return (part["enum"][0],)
        if "enum" in part.get("items", {}):
            return ([part["items"]["enum"][0]],)
    return ()


def _of_shapes(told: Mapping[str, Any]) -> bool:
    """Say whether a field holds what another schema describes, example by example."""
    return any("$ref" in part for part in (*_parts(told), told.get("items", {})))
