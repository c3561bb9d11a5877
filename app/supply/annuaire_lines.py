"""Lines of an annuaire cut into the columns that are read, some blocks at a time.

Nearly every block is regular: as many fields a line as the header has, someone and a profession in each.
Any other is read line by line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from app.sources.annuaire import Annuaire, person_blocks, person_runs, sound_lines
from app.sources.delimited import BOM, decoded
from app.supply.annuaire_reading import NAMED, SPECIAL, TOLD, WRITTEN, Piece
from app.supply.annuaire_whole import Refused
from app.supply.rank_table import Ranks

type Column = pa.StringArray
type Integers = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]

PERSON = "national_id"
READ = tuple(dict.fromkeys((PERSON, *NAMED, *TOLD, *WRITTEN)))
# Blocks cut at once: each step over a column costs some microseconds, whatever its length.
TOGETHER = 3
LINE_FEED = ord("\n")
ESCAPED = (("\\", "\\\\"), ("\t", "\\t"), ("\r", "\\r"), ("\n", "\\n"))


@dataclass(frozen=True, slots=True)
class Lines:
    """Usable lines of ``block``: their numbers, their columns by name, and whose they are.

    ``last`` is the number of the last line of the block.
    Of each person whose lines follow each other: the number of the first line and its rank among the usable
    ones, where the lines stand in the block as they are (refused ones included), and whether any is refused.
    ``special`` says whether COPY reads some character as something else.
    """

    block: bytes
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
    for blocks in batched(person_blocks(source), TOGETHER):
        for number, block in blocks:
            _refuse_wrong_bytes(source, block, number)
        lines = _regular(source, blocks)
        if lines:
            yield lines
            continue
        for number, block in blocks:
            yield _regular(source, [(number, block)]) or _one_by_one(source, number, block, refused)


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


def hexadecimal(digests: Sequence[bytes]) -> Column:
    """Return digests, all of one length, as text."""
    text = b"".join(digests).hex().encode()
    ends = np.linspace(0, len(text), len(digests) + 1, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(digests), [None, pa.py_buffer(ends), pa.py_buffer(text)])


def copied(columns: Sequence[Column]) -> bytes:
    """Return rows in COPY's text form, where the empty field is NULL."""
    rows = pc.binary_join_element_wise(*columns, "\t")
    if not len(rows):
        return b""
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows), "\n")
    text: bytes = whole[0].as_buffer().to_pybytes()
    return text + b"\n"


def numbered(numbers: Integers | Ranks) -> Column:
    """Return numbers as text."""
    return pa.array(numbers).cast(pa.string())


def _refuse_wrong_bytes(source: Annuaire, block: bytes, number: int) -> None:
    """Raise SourceError for bytes that are not text, naming their line."""
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, len(block)], pa.int32()).buffers()[1], pa.py_buffer(block)]
    )
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        decoded(source.table, block, number)
    if b"\0" in block:
        decoded(source.table, block, number)


def _regular(source: Annuaire, blocks: Sequence[Piece]) -> Lines | None:
    """Return the lines of blocks that follow each other, None when one is not like the others."""
    number, block = blocks[0][0], b"\n".join([block for _, block in blocks])
    if number <= source.table.header_lines or b"\r" in block or block.startswith(BOM.encode()):
        return None
    names = [str(position) for position in range(len(source.table.header))]
    wanted = {name: names[source.positions[name]] for name in READ if name in source.positions}
    table = _cut(block, names, [*wanted.values()])
    if table is None:
        return None
    absent = pa.repeat("", len(table))
    columns = {name: table[wanted[name]].chunk(0) if name in wanted else absent for name in READ}
    feeds = np.flatnonzero(np.frombuffer(block, np.uint8) == LINE_FEED)
    unusable = pc.any(pc.or_(is_empty(columns[PERSON]), is_empty(columns["profession_code"])))
    if len(table) != len(feeds) + 1 or unusable.as_py():
        return None
    # A block begins with somebody's lines, unless they are longer than the one before it.
    begun = [first - number for first, _ in blocks]
    begin = np.union1d(begun, np.flatnonzero(differ(columns[PERSON])) + 1)
    return Lines(
        block=block,
        last=number + len(feeds),
        numbers=np.arange(number, number + len(table)),
        columns=columns,
        first=number + begin,
        begin=begin,
        start=np.append(0, feeds + 1)[begin],
        stop=np.append(feeds, len(block))[np.append(begin[1:], len(table)) - 1],
        refused=np.zeros(len(begin), np.bool_),
        special=any(mark in block for mark in SPECIAL),
    )


def _cut(block: bytes, names: Sequence[str], wanted: Sequence[str]) -> pa.Table | None:
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


def _one_by_one(source: Annuaire, number: int, block: bytes, refused: Refused) -> Lines:
    """Return the usable lines of any block."""
    rejects, broken = refused.rejects, refused.broken
    numbers: list[int] = []
    rows: list[list[str]] = []
    runs: list[tuple[int, int, int, int, bool]] = []
    for _, start, stop, first in person_runs(block, number, source.person):
        begin, before = len(rows), rejects.total
        text = decoded(source.table, block[start:stop], first)
        for line, fields in sound_lines(source, first, text, rejects, broken):
            numbers.append(line)
            rows.append(fields)
        if len(rows) > begin:
            runs.append((first, begin, start, stop, rejects.total > before))
    table = np.array(runs, np.int64).reshape(-1, 5)
    # Absent columns are the empty field that ``sound_lines`` appends.
    places = {name: source.positions.get(name, -1) for name in READ}
    return Lines(
        block=block,
        last=number + block.count(b"\n"),
        numbers=np.array(numbers, np.int64),
        columns={
            name: pa.array([fields[place] for fields in rows], pa.string()) for name, place in places.items()
        },
        first=table[:, 0],
        begin=table[:, 1],
        start=table[:, 2],
        stop=table[:, 3],
        refused=table[:, 4] > 0,
        special=any(mark in block for mark in SPECIAL),
    )
