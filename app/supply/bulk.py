"""Filling of an empty table: what checks and finds its rows is made afterwards, all at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, ForeignKeyConstraint, Table, UniqueConstraint, select
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
