"""The places of an annuaire as rows of ``supply.site`` and ``supply.written_address``, each entered once."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import batched

import numpy as np
import numpy.typing as npt

from app.sources.annuaire import Annuaire
from app.supply.annuaire_lines import Part
from app.supply.annuaire_reading import SPECIAL, WRITTEN
from app.supply.annuaire_writing import Writing, Writings
from app.supply.rank_table import ABSENT, RankTable
from app.supply.site import NEW_SITE, NOWHERE_ABROAD

COLUMNS = ("id", *NEW_SITE)
NAMED = ("siret", "company_name", "sign_name")
# How many fields follow, then md5 and site with their lengths.
ADDRESS = np.dtype(
    [("fields", ">i2"), ("md5_size", ">i4"), ("md5", "V16"), ("site_size", ">i4"), ("site", ">i4")]
)
# Whose words are all in the processor's own memory at once.
TOGETHER = 128
UNKNOWN = 8  # worse than any way of writing an address

type Ranks = npt.NDArray[np.int32]


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
        self._by_key = RankTable()
        self._by_key.put(_hashes(list(known)), np.arange(len(known), dtype=np.int32))
        self._quality = bytearray([UNKNOWN]) * len(known)
        self._names = array("q", bytes(8 * len(known)))
        self._written = array("q", bytes(8 * len(known)))
        self._written_otherwise: set[int] = set()

    def ranks(self, texts: Sequence[bytes]) -> Ranks:
        """Return the rank of the place of each text."""
        marks = _hashes(texts)
        found = self._seen.find(marks)
        absent = np.flatnonzero(found == ABSENT)
        if len(absent):
            met = absent[np.sort(np.unique(marks[absent], return_index=True)[1])]
            self._seen.put(marks[met], self._meet([texts[line] for line in met.tolist()]))
            found[absent] = self._seen.find(marks[absent])
        return found

    def drained(self) -> tuple[bytes, bytes]:
        """Return the rows of sites and of ways of writing that were met since the last time."""
        found = "".join(self._sites).encode(), b"".join(self._addresses)
        self._sites.clear()
        self._addresses.clear()
        return found

    def _meet(self, texts: Sequence[bytes]) -> Ranks:
        """Return the ranks of the places of texts that were never met, entering those that are new."""
        writings = [writing for some in batched(texts, TOGETHER) for writing in self._written_as(some)]
        heads = _hashes([writing[0] for writing in writings])
        _, first, which = np.unique(heads, return_index=True, return_inverse=True)
        ranks = self._by_key.find(heads[first])
        new = np.sort(first[ranks == ABSENT])
        entered = np.arange(len(self.ids), len(self.ids) + len(new), dtype=np.int32)
        self._by_key.put(heads[new], entered)
        self._enter([writings[line] for line in new.tolist()])
        ranks = self._by_key.find(heads[first])[which]
        again = np.ones(len(texts), np.bool_)
        again[new] = False
        for line in np.flatnonzero(again).tolist():
            self._meet_again(int(ranks[line]), writings[line])
        for line, writing in enumerate(writings):
            if writing[4] and not self.abroad[ranks[line]]:
                self.doubtful.add(self.ids[ranks[line]])
        return ranks

    def _written_as(self, texts: Sequence[bytes]) -> Iterator[Writing]:
        special = [any(mark in text for mark in SPECIAL) for text in texts]
        return self._writings.read(list(map(self.part.words, texts)), special)

    def _enter(self, writings: Sequence[Writing]) -> None:
        """Enter places, each of its own."""
        if not writings:
            return
        keys, rows, digests, qualities, _, names = zip(*writings, strict=True)
        ids = range(self._next, self._next + len(writings))
        self._next = ids.stop
        self.ids.extend(ids)
        self.abroad.extend([key.startswith("X|") or key == NOWHERE_ABROAD for key in keys])
        self._quality.extend(qualities)
        self._names.frombytes(_hashes(names).tobytes())
        self._written.frombytes(_hashes(digests).tobytes())
        self._sites += [f"{number}\t{row}\n" for number, row in zip(ids, rows, strict=True)]
        self._addresses.append(_address_rows(digests, ids))

    def _meet_again(self, rank: int, writing: Writing) -> None:
        """Note what another way of writing says of a place."""
        _, row, digest, quality, _, name = writing
        if quality < self._quality[rank]:
            self._quality[rank] = quality
            self.better[rank] = f"{self.ids[rank]}\t{row}\n"
        if name and hash(name) != self._names[rank]:
            self.renamed.add(self.ids[rank])
        # Each way of writing is entered once. Most places have one.
        mark = hash(digest)
        if self._written[rank] == 0:
            self._written[rank] = mark
        elif self._written[rank] == mark or mark in self._written_otherwise:
            return
        else:
            self._written_otherwise.add(mark)
        self._addresses.append(_address_rows([digest], [self.ids[rank]]))


def _hashes(texts: Sequence[str] | Sequence[bytes]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def _address_rows(digests: Sequence[bytes], sites: Sequence[int]) -> bytes:
    rows = np.empty(len(digests), ADDRESS)
    rows["fields"], rows["md5_size"], rows["site_size"] = 2, 16, 4
    rows["md5"] = np.frombuffer(b"".join(digests), "V16")
    rows["site"] = sites
    return rows.tobytes()
