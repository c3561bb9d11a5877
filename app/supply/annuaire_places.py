"""The places of an annuaire as rows of ``supply.site`` and ``supply.written_address``, each entered once."""

from array import array
from collections.abc import Mapping, Sequence
from struct import Struct

from app.sources.annuaire import Annuaire
from app.supply.annuaire_lines import Part
from app.supply.annuaire_reading import ESCAPES, WRITTEN, written_site
from app.supply.site import NEW_SITE, NOWHERE_ABROAD

COLUMNS = ("id", *NEW_SITE)
NAMES = ("siret", "company_name", "sign_name")
WRITING = Struct(">hi16sii")
NAME, STREET, COMMUNE = map(NEW_SITE.index, ("name", "street_key", "commune_code"))
UNKNOWN = 8  # worse than any way of writing an address
# Texts of places are remembered by their hash, up to so many: those met again are read again.
REMEMBERED = 1 << 21


class Places:
    """Places met so far, by their rank in ``ids``; ``known`` are the ids of sites of the store by key.

    Like the merge, which sorts them: a site is what the best way of writing its address says (with a street,
    a commune, a SIRET, and first in the file).
    """

    def __init__(self, source: Annuaire, known: Mapping[str, int]) -> None:
        self.part = Part(source, (*NAMES, *WRITTEN))
        self.ids = array("i", known.values())
        self.abroad = bytearray(len(known))
        # Rows for COPY in text and in binary form, taken by ``drained``.
        self._sites: list[str] = []
        self._writings: list[bytes] = []
        # What is found out too late: better rows, sites of several names, those perhaps abroad.
        self.better: dict[int, str] = {}
        self.renamed: set[int] = set()
        self.doubtful: set[int] = set()
        self._next = max(known.values(), default=0) + 1
        self._seen: dict[int, int] = {}
        self._by_key = {hash(key): rank for rank, key in enumerate(known)}
        self._quality = bytearray([UNKNOWN]) * len(known)
        self._names = array("q", bytes(8 * len(known)))
        self._writing = array("q", bytes(8 * len(known)))
        self._other_writings: set[int] = set()

    def ranks(self, texts: Sequence[bytes]) -> list[int]:
        """Return the rank of the place of each text."""
        marks = list(map(hash, texts))
        found = list(map(self._seen.get, marks))
        if None in found:
            if len(self._seen) > REMEMBERED:
                self._seen.clear()
            for position, rank in enumerate(found):
                if rank is None:
                    mark = marks[position]
                    found[position] = self._seen.get(mark)
                    if found[position] is None:
                        found[position] = self._seen[mark] = self._meet(texts[position])
        return found  # type: ignore[return-value]

    def drained(self) -> tuple[bytes, bytes]:
        """Return the rows of sites and of ways of writing that were met since the last time."""
        found = "".join(self._sites).encode(), b"".join(self._writings)
        self._sites.clear()
        self._writings.clear()
        return found

    def _meet(self, text: bytes) -> int:
        siret, company, sign = (words := self.part.words(text))[:3]
        row, digest = written_site(words[3:], siret)
        key, name = str(row[0]), company or sign
        mark = hash(key)
        rank = self._by_key.get(mark)
        quality = (row[STREET] is None) * 4 + (row[COMMUNE] is None) * 2 + (not siret)
        if rank is None:
            rank = self._by_key[mark] = len(self.ids)
            self.ids.append(self._next)
            self._next += 1
            self._sites.append(_copied(self.ids[rank], row, name))
            self._names.append(hash(name))
            self._quality.append(quality)
            self._writing.append(0)
            self.abroad.append(key.startswith("X|") or key == NOWHERE_ABROAD)
        else:
            if quality < self._quality[rank]:
                self._quality[rank] = quality
                self.better[rank] = _copied(self.ids[rank], row, name)
            if name and hash(name) != self._names[rank]:
                self.renamed.add(self.ids[rank])
        if row[-1] == "t" and not self.abroad[rank]:
            self.doubtful.add(self.ids[rank])
        self._write(rank, digest)
        return rank

    def _write(self, rank: int, digest: bytes) -> None:
        """Enter a way of writing the address of a site, once. Most sites have one."""
        mark = hash(digest)
        if self._writing[rank] == 0:
            self._writing[rank] = mark
        elif self._writing[rank] == mark or mark in self._other_writings:
            return
        else:
            self._other_writings.add(mark)
        self._writings.append(WRITING.pack(2, 16, digest, 4, self.ids[rank]))


def _copied(site_id: int, row: Sequence[str | None], name: str) -> str:
    fields = [text or "" for text in row]
    fields[NAME] = name
    line = "\t".join(fields)
    if "\\" in line or "\r" in line or line.count("\t") >= len(fields):
        line = "\t".join([text.translate(ESCAPES) for text in fields])
    return f"{site_id}\t{line}\n"
