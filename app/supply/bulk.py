"""Filling of an empty table: what checks and finds its rows is made afterwards, all at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, ForeignKeyConstraint, Table, select
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex


@contextmanager
def filling(connection: Connection, table: Table) -> Iterator[None]:
    """Take the indexes and foreign keys of a table away while it is filled, if it is empty.

    In the caller's transaction: either way they are there again when others see the table.
    """
    if connection.execute(select(table).limit(1)).first() is not None:
        yield
        return
    foreign = [one for one in table.constraints if isinstance(one, ForeignKeyConstraint)]
    for constraint in foreign:
        connection.execute(DropConstraint(constraint))
    for index in table.indexes:
        connection.execute(DropIndex(index))
    yield
    for index in table.indexes:
        connection.execute(CreateIndex(index))
    for constraint in foreign:
        connection.execute(AddConstraint(constraint))
