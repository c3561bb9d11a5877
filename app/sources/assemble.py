"""From records to rows: conversion, required values and coordinates, the same for every kind of file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.sources.columns import Record, Variant
from app.sources.places import WGS84, Guard
from app.sources.rows import Rejects, Row


def assemble(
    path: Path, variant: Variant, records: Iterable[tuple[int, Record]], rejects: Rejects
) -> Iterator[Row]:
    """Yield the rows of a register from numbered records keyed as the variant says.

    A record without a required value, or whose needed coordinates lie outside France, is rejected with its
    line. Raises SourceError when most coordinates are wrong.
    """
    register = variant.register
    guard = Guard(path, _point_names(variant)) if variant.point else None
    for number, record in records:
        converted = variant.convert(record, number, rejects)
        if converted is None:
            continue
        if guard is not None and not _place(guard, variant, converted, number, rejects):
            continue
        lacking = next((name for name in register.required if not converted.get(name)), None)
        if lacking is not None:
            rejects.add(number, f"valeur requise absente : {_shown(variant, lacking)}")
            continue
        yield tuple([converted.get(name) for name in register.columns])
    if guard is not None:
        guard.close()


def _shown(variant: Variant, key: str) -> str:
    names = variant.required.get(key) or variant.optional.get(key) or (key,)
    return f"« {names[0]} »"


def _point_names(variant: Variant) -> tuple[str, str]:
    x, y = variant.point or ("x", "y")
    return _shown(variant, x).strip("« »"), _shown(variant, y).strip("« »")


def _place(guard: Guard, variant: Variant, record: Record, number: int, rejects: Rejects) -> bool:
    """Check the point of a record; without a right one the record is refused, or keeps no coordinates."""
    x_name, y_name = variant.point or ("x", "y")
    x, y = record.get(x_name), record.get(y_name)
    if x and y:
        srid = int(record.get("srid") or WGS84)
        strict = rejects if variant.point_required else None
        try:
            if guard.accept(float(x), float(y), srid, number, strict):
                return True
        except ValueError:
            rejects.remark("coordonnées illisibles, laissées vides")
        else:
            if variant.point_required:
                return False
            rejects.remark("coordonnées hors de France, laissées vides")
    record[x_name] = record[y_name] = None
    if "srid" in record:
        record["srid"] = None
    return True
