"""Recognition of delimited text: which register, which variant, and why not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from app.sources import (
    activities,
    acts,
    ages,
    ameli,
    annuaire,
    ban,
    cedex,
    companions,
    finess,
    finess_legacy,
    groups,
    iris_population,
    qpv,
    reference,
)
from app.sources.assemble import assemble
from app.sources.catalogue import REGISTERS, Register, RegisterName
from app.sources.columns import Match, Record, Variant, chosen
from app.sources.containers import Content
from app.sources.delimited import (
    Delimited,
    first_records,
    header_only,
    records,
    refuse_duplicates,
    refuse_latin1,
    sniff_delimited,
)
from app.sources.finding import Finding, not_loadable, unknown
from app.sources.rows import Rejects, Row
from app.sources.vintages import vintage_of_prefix

VARIANTS: tuple[Variant, ...] = (
    *annuaire.VARIANTS,
    *companions.VARIANTS,
    *finess.VARIANTS,
    *ban.VARIANTS,
    *iris_population.VARIANTS,
    *qpv.TABLE_VARIANTS,
    *cedex.VARIANTS,
    *ameli.VARIANTS,
    *acts.VARIANTS,
    *ages.VARIANTS,
    *reference.VARIANTS,
    *groups.VARIANTS,
    *activities.VARIANTS,
)
HEADER_ONLY = "en-tête seul : le fichier ne contient aucune ligne"
LATIN1 = "encodage latin-1, converti"


def recognise_table(content: Content, expected: RegisterName | None) -> Finding:
    """Recognise a delimited text. Raises SourceError naming the missing column, or listing what was found."""
    legacy = finess_legacy.open_legacy(content)
    if legacy is not None:
        return _legacy(legacy)
    table = sniff_delimited(content)
    found = chosen(VARIANTS, table.header, expected)
    if found is None or not found.complete:
        if personal := ages.refuse_personal(content.path, table.names):
            raise personal
        raise unknown(content.path, table.names, found, expected)
    refuse_duplicates(table)
    if table.encoding != "utf-8" and not found.variant.latin1:
        refuse_latin1(table)
    return _finding(replace(table, quoted=found.variant.register_name != "annuaire"), found)


def _finding(table: Delimited, found: Match) -> Finding:
    notes = [HEADER_ONLY] if header_only(table) else []
    if table.encoding != "utf-8":
        notes.append(LATIN1)
    register, rows = _rows(table, found)
    return Finding(
        register=register,
        variant=found.variant.label,
        rows=rows,
        columns=table.names,
        missing=found.missing_optional,
        encoding=table.encoding,
        srid=_srid(found),
        part=_part(table, found),
        notes=tuple(notes),
        content_date=_content_date(table, found),
        annuaire=annuaire.Annuaire(table, found.positions) if found.variant in annuaire.VARIANTS else None,
    )


def _content_date(table: Delimited, found: Match) -> date | None:
    if found.variant.register_name == "iris_population":
        return vintage_of_prefix(table.names)
    return reference.newest_year(table, found) if found.variant in reference.VARIANTS else None


def _rows(table: Delimited, found: Match) -> tuple[Register, Callable[[Rejects], Iterator[Row]]]:
    variant = found.variant
    if variant in companions.VARIANTS:
        register = replace(REGISTERS["annuaire"], label=companions.LABEL, loadable=False)
        return register, not_loadable(table.path, companions.REASON)
    if variant.register_name == "annuaire":
        source = annuaire.Annuaire(table, found.positions)
        return variant.register, lambda rejects: annuaire.annuaire_rows(source, rejects)
    return variant.register, lambda rejects: assemble(
        table.path, variant, _keyed(table, found, rejects), rejects
    )


def _keyed(table: Delimited, found: Match, rejects: Rejects) -> Iterator[tuple[int, Record]]:
    """Yield the lines of a table as records keyed by what the variant calls each column."""
    places = tuple(found.positions.items())
    for number, fields in records(table, rejects):
        yield number, {key: fields[position].strip() or None for key, position in places}


def _srid(found: Match) -> int | None:
    return 4326 if found.variant.register_name == "ban" else None


def _part(table: Delimited, found: Match) -> str:
    if found.variant.register_name != "ban":
        return ""
    first = next(iter(first_records(table, 1)), None)
    code = first[found.positions["commune_code"]] if first else None
    return ban.departement(table.path.name, code)


def _legacy(table: Delimited) -> Finding:
    damaged = finess_legacy.is_damaged(table)
    notes = [HEADER_ONLY] if finess_legacy.is_documentation(table) else []
    if table.encoding != "utf-8":
        notes.append(LATIN1)
    if damaged:
        notes.append("nombres abîmés par un tableur : départements complétés, SIRET perdus laissés vides")
    banner: date | None = finess_legacy.banner_date(table)
    return Finding(
        register=REGISTERS["finess"],
        variant=finess_legacy.DAMAGED if damaged else finess_legacy.VARIANT.label,
        rows=lambda rejects: finess_legacy.legacy_rows(table, rejects),
        columns=table.names,
        encoding=table.encoding,
        notes=tuple(notes),
        content_date=banner,
    )
