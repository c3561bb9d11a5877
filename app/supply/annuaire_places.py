"""The places of an annuaire as rows of ``supply.site`` and ``supply.written_address``, each entered once."""

from array import array
from collections.abc import Mapping, Sequence
from struct import Struct

import numpy as np
import numpy.typing as npt

from app.sources.annuaire import Annuaire
from app.supply.annuaire_lines import Part
from app.supply.annuaire_reading import ESCAPES, WRITTEN, written_site
from app.supply.annuaire_writing import Writing, Writings
from app.supply.rank_table import ABSENT, RankTable
from app.supply.site import NEW_SITE, NOWHERE_ABROAD

COLUMNS = ("id", *NEW_SITE)
NAMED = ("siret", "company_name", "sign_name")
NAME, STREET, COMMUNE = map(NEW_SITE.index, ("name", "street_key", "commune_code"))
ADDRESS = Struct(">hi16sii")
UNKNOWN = 8  # worse than any way of writing an address


class Places:
    """Places met so far, by their rank in ``ids``; ``known`` are the ids of sites of the store by key.

    Like the merge, which sorts them: a site is what the best way of writing its address says (with a street,
    a commune, a SIRET, and first in the file).
    """

    def __init__(self, source: Annuaire, known: Mapping[str, int]) -> None:
        self.part = Part(source, (*NAMED, *WRITTEN))
        self.ids = array("i", known.values())
        self.abroad = bytearray(len(known))
        # What is found out too late: better rows, sites of several names, those perhaps abroad.
        self.better: dict[int, str] = {}
        self.renamed: set[int] = set()
        self.doubtful: set[int] = set()
        # Rows for COPY in text and in binary form, taken by ``drained``.
        self._sites: list[str] = []
        self._addresses: list[bytes] = []
        self._next = max(known.values(), default=0) + 1
        self._writings = Writings()
        # By Python's own 64-bit hash of what is written: the texts of a country would fill the memory.
        self._seen = RankTable()
        self._by_key = RankTable(map(hash, known))
        self._quality = bytearray([UNKNOWN]) * len(known)
        self._names = array("q", bytes(8 * len(known)))
        self._written = array("q", bytes(8 * len(known)))
        self._written_otherwise: set[int] = set()

    def ranks(self, texts: Sequence[bytes]) -> npt.NDArray[np.int32]:
        """Return the rank of the place of each text."""
        marks = np.fromiter(map(hash, texts), np.int64, len(texts))
        found = self._seen.find(marks)
        for line in np.flatnonzero(found == ABSENT).tolist():
            mark = int(marks[line])
            rank = self._seen.get(mark)
            if rank == ABSENT:
                rank = self._meet(texts[line])
                self._seen.put(mark, rank)
            found[line] = rank
        return found

    def drained(self) -> tuple[bytes, bytes]:
        """Return the rows of sites and of ways of writing that were met since the last time."""
        found = "".join(self._sites).encode(), b"".join(self._addresses)
        self._sites.clear()
        self._addresses.clear()
        return found

    def _meet(self, text: bytes) -> int:
        words = self.part.words(text)
        siret, company, sign = words[:3]
        name = company or sign
        special = b"\\" in text or b"\t" in text or b"\r" in text
        key, row, digest, quality, abroad = (not special and self._writings.plain(words, name)) or _any(
            words[3:], siret, name
        )
        rank = self._by_key.get(hash(key))
        if rank == ABSENT:
            rank = self._enter(key, row, name, quality)
        else:
            if quality < self._quality[rank]:
                self._quality[rank] = quality
                self.better[rank] = f"{self.ids[rank]}\t{row}\n"
            if name and hash(name) != self._names[rank]:
                self.renamed.add(self.ids[rank])
        if abroad and not self.abroad[rank]:
            self.doubtful.add(self.ids[rank])
        self._write(rank, digest)
        return rank

    def _enter(self, key: str, row: str, name: str, quality: int) -> int:
        rank = len(self.ids)
        self._by_key.put(hash(key), rank)
        self.ids.append(self._next)
        self._sites.append(f"{self._next}\t{row}\n")
        self._next += 1
        self._names.append(hash(name))
        self._quality.append(quality)
        self._written.append(0)
        self.abroad.append(key.startswith("X|") or key == NOWHERE_ABROAD)
        return rank

    def _write(self, rank: int, digest: bytes) -> None:
        """Enter a way of writing the address of a site, once. Most sites have one."""
        mark = hash(digest)
        if self._written[rank] == 0:
            self._written[rank] = mark
        elif self._written[rank] == mark or mark in self._written_otherwise:
            return
        else:
            self._written_otherwise.add(mark)
        self._addresses.append(ADDRESS.pack(2, 16, digest, 4, self.ids[rank]))


def _any(written: tuple[str, ...], siret: str, name: str) -> Writing:
    """Return what any address becomes."""
    row, digest = written_site(written, siret)
    fields = [text or "" for text in row]
    fields[NAME] = name
    line = "\t".join([text.translate(ESCAPES) for text in fields])
    quality = (row[STREET] is None) * 4 + (row[COMMUNE] is None) * 2 + (not siret)
    return fields[0], line, digest, quality, fields[-1] == "t"
