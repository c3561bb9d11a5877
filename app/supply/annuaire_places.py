"""Places of an annuaire as rows of ``supply.site`` and ``supply.written_address``, each entered once."""

from array import array
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.supply.annuaire_lines import (
    Column,
    Integers,
    Lines,
    copied,
    first_written,
    flags,
    hashes,
    joined,
    numbered,
)
from app.supply.annuaire_reading import WRITTEN
from app.supply.annuaire_writing import Addresses, Written
from app.supply.rank_table import ABSENT, Ranks, RankTable
from app.supply.site import NOWHERE_ABROAD

UNKNOWN = 8  # worse than any way of writing an address


class Places:
    """Places met so far, by their rank in ``ids``; ``known`` are the ids of sites of the store by key.

    Like the merge, which sorts them: a site is what the best way of writing its address says (with a street,
    a commune, a SIRET, and first in the file).
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        self.ids = array("i", known.values())
        self.abroad = bytearray(len(known))
        # What is found out too late: better rows, sites of several names, those perhaps abroad.
        self.better: dict[int, str] = {}
        self.renamed: set[int] = set()
        self.doubtful: set[int] = set()
        # Rows to COPY, taken by ``drained``.
        self._sites: list[bytes] = []
        self._texts: list[bytes] = []
        self._addresses: list[bytes] = []
        self._next = max(known.values(), default=0) + 1
        self._reading = Addresses()
        # By Python's own 64-bit hash of what is written: the texts of a country would fill the memory.
        self._seen = RankTable()
        self._by_key = RankTable()
        self._by_key.put(hashes(pa.array(known, pa.string())), np.arange(len(known), dtype=np.int32))
        self._quality = bytearray([UNKNOWN]) * len(known)
        self._names = array("q", bytes(8 * len(known)))
        self._written = array("q", bytes(8 * len(known)))
        self._written_otherwise: set[int] = set()

    def ranks(self, lines: Lines, names: Column) -> Ranks:
        """Return the rank of the place of each line; ``names`` are those of the places."""
        columns = {name: lines.columns[name] for name in ("siret", *WRITTEN)} | {"name": names}
        # Of which nothing but the first is read.
        for first, other in (("street_type", "street_type_code"), ("country_code", "country_name")):
            columns[first] = first_written(columns[first], columns.pop(other))
        marks = hashes(pc.binary_join_element_wise(*columns.values(), "|"))
        found = self._seen.find(marks)
        absent = np.flatnonzero(found == ABSENT)
        if len(absent):
            met = absent[np.sort(np.unique(marks[absent], return_index=True)[1])]
            chosen = pa.array(met)
            written = {name: column.take(chosen) for name, column in columns.items()}
            self._seen.put(marks[met], self._meet(self._reading.read(written, special=lines.special)))
            found[absent] = self._seen.find(marks[absent])
        return found

    def drained(self) -> tuple[bytes, bytes, bytes]:
        """Return the ways of writing met since the last time, their rows, and those of sites.

        As ``Rows`` has them.
        """
        found = b"\n".join(self._texts), b"".join(self._addresses), b"".join(self._sites)
        for rows in (self._texts, self._addresses, self._sites):
            rows.clear()
        return found

    def _meet(self, written: Written) -> Ranks:
        """Return the ranks of the places of addresses that were never met, entering those that are new."""
        heads = hashes(written.keys)
        _, first, which = np.unique(heads, return_index=True, return_inverse=True)
        ranks = self._by_key.find(heads[first])
        new = np.sort(first[ranks == ABSENT])
        entered = np.arange(len(self.ids), len(self.ids) + len(new), dtype=np.int32)
        self._by_key.put(heads[new], entered)
        self._enter(written, new)
        ranks = self._by_key.find(heads[first])[which]
        again = np.ones(len(heads), np.bool_)
        again[new] = False
        self._meet_again(written, np.flatnonzero(again), ranks)
        ids, abroad = np.frombuffer(self.ids, np.int32), np.frombuffer(self.abroad, np.bool_)
        self.doubtful.update(ids[ranks[written.abroad & ~abroad[ranks]]].tolist())
        return ranks

    def _enter(self, written: Written, new: Integers) -> None:
        """Enter places, each of its own."""
        chosen = pa.array(new)
        ids = np.arange(self._next, self._next + len(new), dtype=np.int32)
        self._next += len(new)
        self.ids.frombytes(ids.tobytes())
        keys = written.keys.take(chosen)
        self.abroad += flags(pc.or_(pc.starts_with(keys, "X|"), pc.equal(keys, NOWHERE_ABROAD))).tobytes()
        self._quality += written.quality[new].tobytes()
        self._names.frombytes(hashes(written.names.take(chosen)).tobytes())
        self._written.frombytes(written.marks[new].tobytes())
        self._sites.append(copied([numbered(ids), written.rows.take(chosen)]))
        self._write(written.texts.take(chosen), ids)

    def _meet_again(self, written: Written, again: Integers, ranks: Ranks) -> None:
        """Note what other ways of writing say of places."""
        entered = []
        said = (
            again,
            ranks[again],
            written.quality[again],
            hashes(written.names)[again],
            written.marks[again],
        )
        for line, rank, quality, name, mark in zip(*(one.tolist() for one in said), strict=True):
            if quality < self._quality[rank]:
                self._quality[rank] = quality
                self.better[rank] = f"{self.ids[rank]}\t{written.rows[line]}\n"
            if name != self._names[rank] and written.names[line].as_py():
                self.renamed.add(self.ids[rank])
            # Each way of writing is entered once. Most places have one.
            if self._written[rank] == 0:
                self._written[rank] = mark
            elif self._written[rank] == mark or mark in self._written_otherwise:
                continue
            else:
                self._written_otherwise.add(mark)
            entered.append(line)
        lines = np.array(entered, np.int64)
        ids = np.frombuffer(self.ids, np.int32)[ranks[lines]]
        self._write(written.texts.take(pa.array(lines)), ids)

    def _write(self, texts: Column, ids: Ranks) -> None:
        """Enter ways of writing the places that have some ids."""
        if len(ids):
            self._texts.append(joined(texts))
            self._addresses.append(copied([numbered(ids)]))
