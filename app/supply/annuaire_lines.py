"""Lines of an annuaire cut into the columns that are read, some blocks at a time.

Nearly every block is regular: as many fields a line as the header has, someone and a profession in each.
Any other is read line by line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from app.sources.annuaire import Annuaire, person_runs, sound_lines
from app.sources.delimited import BOM, decoded
from app.supply.annuaire_blocks import Block, blocks
from app.supply.annuaire_reading import NAMED, SPECIAL, TOLD, WRITTEN
from app.supply.annuaire_whole import Refused
from app.supply.rank_table import Ranks

type Column = pa.StringArray
type Integers = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]

PERSON = "national_id"
BOM_BYTES = BOM.encode()
READ = tuple(dict.fromkeys((PERSON, *NAMED, *TOLD, *WRITTEN)))
ESCAPED = (("\\", "\\\\"), ("\t", "\\t"), ("\r", "\\r"), ("\n", "\\n"))


@dataclass(frozen=True, slots=True)
class Lines:
    """Usable lines of a block: their numbers, their columns by name, and whose they are.

    ``text`` is the block, which the next one overwrites, ``last`` the number of its last line.
    Of each person whose lines follow each other: the number of the first line and its rank among the usable
    ones, where the lines start and stop in the text (refused ones included), and whether any is refused.
    ``special`` says whether COPY reads some character as something else.
    """

    text: memoryview
    last: int
    numbers: Integers
    columns: Mapping[str, Column]
    first: Integers
    begin: Integers
    start: Integers
    stop: Integers
    refused: Flags
    special: bool


def read_lines(source: Annuaire, refused: Refused) -> Iterator[Lines]:
    """Yield the usable lines of a file; the others go to ``refused``.

    Raises SourceError for bytes that are not text.
    """
    for block in blocks(source):
        _refuse_wrong_bytes(source, block)
        yield _regular(source, block) or _one_by_one(source, block, refused)


def escaped(column: Column) -> Column:
    """Return texts as COPY reads them back."""
    for character, written in ESCAPED:
        column = pc.replace_substring(column, character, written)
    return column


def first_written(one: Column, other: Column) -> Column:
    """Return the texts of a column, of another one where they are empty."""
    return pc.if_else(is_empty(one), other, one)


def is_empty(column: Column) -> pa.BooleanArray:
    """Say which texts are empty."""
    return pc.equal(pc.binary_length(column), 0)


def differ(column: Column) -> Flags:
    """Say which texts, from the second on, are not the one before them."""
    return flags(pc.not_equal(column[1:], column[:-1]))


def flags(column: pa.BooleanArray) -> Flags:
    """Return a column of flags for numpy."""
    found: Flags = column.to_numpy(zero_copy_only=False)
    return found


def octets(column: Column) -> list[bytes]:
    """Return texts as they are written in the file."""
    found: list[bytes] = column.cast(pa.binary()).to_pylist()
    return found


def hashes(texts: Column) -> Integers:
    """Return Python's own hashes of texts, none of them 0."""
    found = np.fromiter(map(hash, octets(texts)), np.int64, len(texts))
    found[found == 0] = 1
    return found


def copied(columns: Sequence[Column]) -> bytes:
    """Return rows in COPY's text form, where the empty field is NULL."""
    rows = pc.binary_join_element_wise(*columns, "\t")
    return joined(rows) + b"\n" if len(rows) else b""


def joined(texts: Column) -> bytes:
    """Return texts, a line each, of which there is one at least."""
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts), "\n")
    found: bytes = whole[0].as_buffer().to_pybytes()
    return found


def numbered(numbers: Integers | Ranks) -> Column:
    """Return numbers as text."""
    return pa.array(numbers).cast(pa.string())


def _refuse_wrong_bytes(source: Annuaire, block: Block) -> None:
    """Raise SourceError for bytes that are not text, naming their line."""
    offsets = pa.py_buffer(np.array([0, block.size], np.int32))
    text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(block.view())])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        decoded(source.table, bytes(block.view()), block.number)
    if block.has(b"\0"):
        decoded(source.table, bytes(block.view()), block.number)


def _regular(source: Annuaire, block: Block) -> Lines | None:
    """Return the lines of a block, None when one is not like the others."""
    header = block.number <= source.table.header_lines
    if header or block.has(b"\r") or block.view()[: len(BOM_BYTES)] == BOM_BYTES:
        return None
    names = [str(position) for position in range(len(source.table.header))]
    wanted = {name: names[source.positions[name]] for name in READ if name in source.positions}
    table = _cut(block.view(), names, [*wanted.values()])
    if table is None:
        return None
    absent = pa.repeat("", len(table))
    columns = {name: table[wanted[name]].chunk(0) if name in wanted else absent for name in READ}
    unusable = pc.any(pc.or_(is_empty(columns[PERSON]), is_empty(columns["profession_code"])))
    if len(table) != len(block.feeds) + 1 or unusable.as_py():
        return None
    begin = np.append(0, np.flatnonzero(differ(columns[PERSON])) + 1)
    starts, stops = np.append(0, block.feeds + 1), np.append(block.feeds, block.size)
    return Lines(
        text=block.view(),
        last=block.last,
        numbers=np.arange(block.number, block.last + 1),
        columns=columns,
        first=block.number + begin,
        begin=begin,
        start=starts[begin],
        stop=stops[np.append(begin[1:], len(table)) - 1],
        refused=np.zeros(len(begin), np.bool_),
        special=block.has(*SPECIAL),
    )


def _cut(block: memoryview, names: Sequence[str], wanted: Sequence[str]) -> pa.Table | None:
    """Return some columns of a block as texts, None when a line has more or fewer fields than names."""
    try:
        return csv.read_csv(
            pa.py_buffer(block),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            csv.ParseOptions(delimiter="|", quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _one_by_one(source: Annuaire, block: Block, refused: Refused) -> Lines:
    """Return the usable lines of any block."""
    rejects, broken, whole = refused.rejects, refused.broken, bytes(block.view())
    numbers: list[int] = []
    rows: list[list[str]] = []
    runs: list[tuple[int, int, int, int, bool]] = []
    for _, start, stop, first in person_runs(whole, block.number, source.person):
        begin, before = len(rows), rejects.total
        text = decoded(source.table, whole[start:stop], first)
        for line, fields in sound_lines(source, first, text, rejects, broken):
            numbers.append(line)
            rows.append(fields)
        if len(rows) > begin:
            runs.append((first, begin, start, stop, rejects.total > before))
    table = np.array(runs, np.int64).reshape(-1, 5)
    # Absent columns are the empty field that ``sound_lines`` appends.
    places = {name: source.positions.get(name, -1) for name in READ}
    return Lines(
        text=block.view(),
        last=block.last,
        numbers=np.array(numbers, np.int64),
        columns={
            name: pa.array([fields[place] for fields in rows], pa.string()) for name, place in places.items()
        },
        first=table[:, 0],
        begin=table[:, 1],
        start=table[:, 2],
        stop=table[:, 3],
        refused=table[:, 4] > 0,
        special=block.has(*SPECIAL),
    )
