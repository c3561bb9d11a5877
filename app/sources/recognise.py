"""Recognition of a source file by its content: register, variant, vintage, ready to be read."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from app.errors import SourceError
from app.sources import communes, finess_plus, gtfs, maps, osm, tables
from app.sources.assemble import assemble
from app.sources.catalogue import REGISTERS, RegisterName
from app.sources.containers import Content, contents
from app.sources.finding import Finding, no_rows, other_than, unknown
from app.sources.json_stream import Element, json_elements
from app.sources.layers import is_geojson
from app.sources.refusal import listed, refusal
from app.sources.rows import RecognisedFile
from app.sources.vintages import vintage_of_name

PEEKED_ELEMENTS = 20


def recognise(
    path: Path,
    *,
    max_bytes: int,
    vintage: date | None = None,
    expected: RegisterName | None = None,
    quartier_columns: tuple[str, ...] = (),
) -> RecognisedFile:
    """Return what a file is, with a reader of its rows.

    ``max_bytes`` bounds the decompressed size. ``vintage`` overrides the date of the name and of the content.
    ``expected`` restricts the search to one register, so that the refusal speaks of that register.
    ``quartier_columns`` are the code's and the name's in a city's own layer of quartiers. Raises
    SourceError saying what is wrong, where, and what to do.
    """
    fallback: RecognisedFile | None = None
    failure: SourceError | None = None
    for content in contents(path, max_bytes):
        try:
            found = _settled(content, _recognise(content, expected, quartier_columns), vintage)
        except SourceError as e:
            if failure is None and fallback is None:
                failure = e
            continue
        if found.register.loadable:
            return found
        fallback = fallback or found
    if failure is not None:
        raise failure
    if fallback is None:
        raise refusal(path, "Le fichier ne contient rien de lisible")
    return fallback


def _recognise(content: Content, expected: RegisterName | None, quartier_columns: tuple[str, ...]) -> Finding:
    gdal = partial(maps.recognise_gdal, quartier_columns=quartier_columns)
    readers: dict[str, Callable[[Content, RegisterName | None], Finding]] = {
        "text": tables.recognise_table,
        "json": partial(_recognise_json, quartier_columns=quartier_columns),
        "geopackage": gdal,
        "shapefile": gdal,
        "osm_pbf": osm.recognise_osm,
        "osm_xml": osm.recognise_osm,
        "gtfs": gtfs.recognise_gtfs,
    }
    found = readers[content.kind](content, expected)
    if expected is not None and found.register.name != expected:
        raise other_than(content.path, expected, found.register.name)
    return found


def _settled(content: Content, found: Finding, vintage: date | None) -> RecognisedFile:
    named = vintage_of_name(content.path.name, content.member)
    return RecognisedFile(
        path=content.path,
        register=found.register,
        variant=found.variant,
        vintage=vintage or named or found.content_date,
        part=found.part,
        member=content.member,
        encoding=found.encoding,
        srid=found.srid,
        found_columns=found.columns,
        notes=found.notes,
        rows=found.rows,
        missing_columns=found.missing,
        annuaire=found.annuaire,
    )


def _recognise_json(
    content: Content, expected: RegisterName | None, quartier_columns: tuple[str, ...]
) -> Finding:
    if is_geojson(content):
        return maps.recognise_geojson(content, expected, quartier_columns)
    elements = list(islice(json_elements(content), PEEKED_ELEMENTS))
    if finess_plus.is_schema(elements):
        return Finding(
            register=REGISTERS["finess"],
            variant="FINESS+, schéma JSON (documentation)",
            rows=no_rows,
            encoding="utf-8",
            notes=("documentation du format : aucun établissement",),
        )
    if finess_plus.is_finess_plus(elements):
        variant = finess_plus.VARIANT
        return Finding(
            register=variant.register,
            variant=variant.label,
            rows=lambda rejects: assemble(content.path, variant, finess_plus.site_records(content), rejects),
            columns=_members(elements),
            encoding="utf-8",
        )
    if elements and isinstance(elements[0].value, dict) and communes.is_communes(elements[0].value):
        variant = communes.VARIANT
        return Finding(
            register=variant.register,
            variant=f"{variant.label} (JSON)",
            rows=lambda rejects: assemble(content.path, variant, communes.listed_communes(content), rejects),
            columns=tuple(elements[0].value),
            encoding="utf-8",
        )
    if expected is None:
        what = "Aucun registre connu n'a cette forme JSON"
        raise refusal(content.path, what, f"Membres trouvés : {listed(_members(elements))}.")
    raise unknown(content.path, _members(elements), None, expected)


def _members(elements: list[Element]) -> tuple[str, ...]:
    """Return the names found at the top of a JSON file: keys of the object, or of the first listed object."""
    first = elements[0] if elements else None
    if first is not None and isinstance(first.value, dict):
        return tuple(first.value)
    return tuple(dict.fromkeys(str(element.key) for element in elements if element.key))
