"""What map programs may ask of a layer: filters, boxes and tiles, read as tipg reads them, and nothing more.

A CQL2 filter becomes SQL, where a name that is no operator calls the function of that name: any function of
the database, those that change role among them. Only the operators below pass.
"""

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any

from cql2 import Expr, ParseError, ValidationError, parse_json, parse_text
from fastapi import Path, Query
from morecantile import Tile
from tipg.dependencies import bbox_query

from app.errors import ParameterError

MOST_FILTER = 4_000
# tipg writes texts into its statement, which ends there for PostgreSQL.
NUL = "La demande contient un caractère nul."
# The library reads by recursion, in quadratic time: two thousand nested operations overflow its stack, which
# ends the process. Texts in quotes do not count.
MOST_OPERATIONS = 100
NESTING = re.compile(r"[-+*/%^=<>(\[{]|\b(?:not|div)\b", re.IGNORECASE)
QUOTED = re.compile(r"'[^']*'")
# Past the last scale of every grid offered: a finer one would be made up, down to squares of no size.
MOST_ZOOM = 24
# OGC CQL2 (21-065r2): basic, advanced comparison and case, arithmetic, spatial, temporal.
OPERATORS = frozenset(
    {
        *("and", "or", "not", "=", "<>", "<", "<=", ">", ">=", "isNull"),
        *("like", "between", "in", "casei"),
        *("+", "-", "*", "/", "%", "div"),
        *("s_intersects", "s_equals", "s_disjoint", "s_touches", "s_within", "s_overlaps", "s_crosses"),
        *("s_contains", "t_after", "t_before", "t_equals", "t_during", "t_intersects"),
    }
)


def read_filter(
    written: Annotated[str | None, Query(alias="filter", max_length=MOST_FILTER)] = None,
) -> Expr | None:
    """Read a CQL2 filter as tipg does, its shapes in degrees. Raises ParameterError."""
    if written is None:
        return None
    if "\\u0000" in written:
        raise ParameterError("filter", NUL)
    if sum(1 for _ in NESTING.finditer(QUOTED.sub("", written))) > MOST_OPERATIONS:
        raise ParameterError(
            "filter",
            f"Le filtre compte plus de {MOST_OPERATIONS} opérations.",
            hint="Une liste de valeurs s'écrit code IN ('35238', '35047').",
        )
    parse = parse_json if written.lstrip().startswith("{") else parse_text
    try:
        read = parse(written)
    except (ParseError, ValidationError) as error:
        raise ParameterError(
            "filter", "Le filtre CQL2 ne se lit pas.", hint="Exemple : code = '35238'."
        ) from error
    for operator in _operators(read.to_json()):
        if operator not in OPERATORS:
            raise ParameterError(
                "filter",
                f"Le filtre appelle « {operator[:40]} », qui n'est pas offert.",
                hint=f"Opérations offertes : {', '.join(sorted(OPERATORS))}.",
            )
    return read


def _operators(tree: object) -> Iterator[str]:
    """Return every operator and function that a filter names, wherever it stands."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "op" in node:
                yield str(node["op"])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def read_box(bbox: Annotated[str | None, Query()] = None) -> list[float] | None:
    """Read a box as tipg does, once it is made of numbers. Raises ParameterError."""
    try:
        bounds: list[float] | None = bbox_query(bbox)
    except ValueError as error:
        raise _no_box() from error
    if bounds and not all(math.isfinite(bound) for bound in bounds):
        raise _no_box()
    return bounds


def read_tile(
    z: Annotated[int, Path(ge=0, le=MOST_ZOOM)],
    x: Annotated[int, Path(ge=0, le=2**MOST_ZOOM - 1)],
    y: Annotated[int, Path(ge=0, le=2**MOST_ZOOM - 1)],
) -> Tile:
    """Read the place of a tile, within what a grid can have."""
    return Tile(x, y, z)


def _no_box() -> ParameterError:
    return ParameterError(
        "bbox",
        "Le cadre est fait de quatre nombres : ouest, sud, est, nord.",
        hint="Exemple : bbox=-1.75,48.05,-1.6,48.15.",
    )
