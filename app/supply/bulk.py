"""Filling of empty tables: what checks and finds their rows is made afterwards, all at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Constraint,
    ForeignKeyConstraint,
    Table,
    UniqueConstraint,
    select,
)
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex


@contextmanager
def filling(connection: Connection, table: Table) -> Iterator[bool]:
    """Take all but the primary key of a table away while it is filled, and say so, if it is empty.

    In the caller's transaction: either way they are there again when others see the table.
    """
    if connection.execute(select(table).limit(1)).first() is not None:
        yield False
        return
    checked = [one for one in table.constraints if isinstance(one, ForeignKeyConstraint | UniqueConstraint)]
    for constraint in checked:
        connection.execute(DropConstraint(constraint))
    for index in table.indexes:
        connection.execute(DropIndex(index))
    yield True
    for index in table.indexes:
        connection.execute(CreateIndex(index))
    for constraint in checked:
        connection.execute(AddConstraint(constraint))


@contextmanager
def stripped(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Take primary keys, indexes and foreign keys of tables away, those to them too, while they are filled.

    In the caller's transaction, and made again in an order that has each only when it can be checked.
    """
    foreign = [
        key
        for table in tables[0].metadata.tables.values()
        for key in table.foreign_key_constraints
        if table in tables or key.referred_table in tables
    ]
    own: list[Constraint] = [
        one
        for table in tables
        for one in table.constraints
        if not isinstance(one, ForeignKeyConstraint | CheckConstraint)
    ]
    indexes = [index for table in tables for index in table.indexes]
    for constraint in (*foreign, *own):
        connection.execute(DropConstraint(constraint))
    for index in indexes:
        connection.execute(DropIndex(index))
    yield
    for index in indexes:
        connection.execute(CreateIndex(index))
    for constraint in (*own, *foreign):
        connection.execute(AddConstraint(constraint))
