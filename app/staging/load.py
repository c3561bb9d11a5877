"""Parsed rows into one unlogged text table a register, with COPY, inside the caller's transaction."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import Connection

from app.errors import CheckError, Place, StoreError
from app.sources.rows import RecognisedFile, Rejects, Row

# A file with more refused lines than this is not the register it claims to be.
MAX_REJECTED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What was staged: ``tables`` are schema-qualified; rows are counted as read, kept and refused."""

    tables: tuple[str, ...]
    rows_in: int
    rows_kept: int
    rejects: Rejects


def raw_connection(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    """Return psycopg's own connection, for COPY; it shares the transaction."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise StoreError("La connexion à la base n'est pas une connexion psycopg.")
    return driver


def copy_rows(connection: Connection, table: str, columns: tuple[str, ...], rows: Iterator[Row]) -> int:
    """COPY text rows into ``schema.table`` and return how many there were."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    written = 0
    with raw_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def stage(connection: Connection, recognised: RecognisedFile) -> StagedFile:
    """Fill ``staging.<register>`` anew with the rows of a recognised file.

    Raises SourceError for an unusable file, CheckError when nothing or too little of it can be kept.
    """
    register = recognised.register
    table = f"staging.{register.name}"
    _create(connection, table, register.columns)
    rejects = Rejects()
    kept = copy_rows(connection, table, register.columns, recognised.rows(rejects))
    refuse_unusable(recognised, kept, rejects)
    raw_connection(connection).execute(sql.SQL("ANALYZE {}").format(sql.Identifier(*table.split("."))))
    return StagedFile((table,), kept + rejects.total, kept, rejects)


def refuse_unusable(recognised: RecognisedFile, kept: int, rejects: Rejects) -> None:
    """Raise CheckError when nothing of a file can be kept, or too many of its rows were refused."""
    rows_in = kept + rejects.total
    place = Place(source=recognised.path.name, step="lecture")
    if kept == 0:
        raise CheckError(
            "Le fichier ne contient aucune ligne utilisable. Rien n'a été modifié.",
            place=place,
            hint="Vérifiez que le téléchargement est complet, ou reprenez l'original.",
        )
    if rejects.total > MAX_REJECTED_SHARE * rows_in:
        reason, count = rejects.counts.most_common(1)[0]
        line = rejects.examples[reason][0][0]
        raise CheckError(
            f"{rejects.total} lignes sur {rows_in} sont inutilisables, surtout : {reason} ({count} fois). "
            "Rien n'a été modifié.",
            place=Place(source=recognised.path.name, step="lecture", line=line),
            hint="Vérifiez le fichier avec « observatoire source check ».",
        )


def drop(connection: Connection, *tables: str) -> None:
    """Drop staging tables after use."""
    for table in tables:
        raw_connection(connection).execute(
            sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(*table.split(".")))
        )


def _create(connection: Connection, table: str, columns: tuple[str, ...]) -> None:
    drop(connection, table)
    fields = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in columns)
    raw_connection(connection).execute(
        sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(sql.Identifier(*table.split(".")), fields)
    )
