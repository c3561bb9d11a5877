"""Addresses of the annuaire as rows of sites, in columns; a house, a street, a town are each read once.

What ``site_row`` says of a plain address, a number, a street and a town, is said here column by column;
whatever else is written is left to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.supply.address import begins_with_number, house_number, is_abroad, written_street, written_town
from app.supply.annuaire_lines import (
    Column,
    Flags,
    Integers,
    escaped,
    first_written,
    flags,
    hashes,
    is_empty,
)
from app.supply.annuaire_reading import ESCAPES, FIELD_SEPARATOR, WRITTEN, written_site
from app.supply.rank_table import ABSENT, RankTable
from app.supply.site import NEW_SITE

# As ``written_text`` orders them.
MARKED = (
    *("finess", "street_number", "repetition", "street_type", "street_name", "complement_point", "postcode"),
    *("commune_name", "bureau_cedex", "commune_code", "country_code"),
)
NAME, STREET, COMMUNE = map(NEW_SITE.index, ("name", "street_key", "commune_code"))
REMEMBERED = 1 << 17


@dataclass(frozen=True, slots=True)
class Written:
    """Addresses: keys of their sites, rows of these without their ids, names of the places.

    ``texts`` are how they are written, ``marks`` the hashes of these; ``quality`` is how much they lack (4 a
    street, 2 a commune, 1 a SIRET).
    """

    keys: Column
    rows: Column
    names: Column
    texts: Column
    marks: Integers
    quality: npt.NDArray[np.uint8]
    abroad: Flags


class _Remembered:
    """What was read of the texts met so far; of too many, they are all forgotten."""

    def __init__(self, read: Callable[..., tuple[object, ...]]) -> None:
        self._read = read
        self._forget()

    def _forget(self) -> None:
        self._count, self._ranks = 0, RankTable()
        self._parts: list[list[pa.Array]] = []

    def columns(self, *written: Column) -> list[pa.Array]:
        """Return what was read of texts, a column for each part of it."""
        if self._count > REMEMBERED:
            self._forget()
        texts = pc.binary_join_element_wise(*written, "|")
        marks = hashes(texts)
        ranks = self._ranks.find(marks)
        absent = np.flatnonzero(ranks == ABSENT)
        if len(absent):
            met = absent[np.unique(marks[absent], return_index=True)[1]]
            self._meet(marks[met], texts.take(pa.array(met)).to_pylist())
            ranks[absent] = self._ranks.find(marks[absent])
        chosen = pa.array(ranks)
        return [pa.chunked_array(part).take(chosen).combine_chunks() for part in self._parts]

    def _meet(self, marks: Integers, texts: Sequence[str]) -> None:
        """Read texts that were never met."""
        self._ranks.put(marks, np.arange(self._count, self._count + len(marks), dtype=np.int32))
        self._count += len(marks)
        found = [
            pa.array(part) for part in zip(*[self._read(*text.split("|")) for text in texts], strict=True)
        ]
        self._parts = [
            [*known, more] for known, more in zip(self._parts or [[] for _ in found], found, strict=True)
        ]


def _read_once(read: Callable[..., tuple[object, ...]], *written: Column) -> list[pa.Array]:
    """Return what is read of texts of which few differ, a column for each part of it."""
    texts = pc.binary_join_element_wise(*written, "|").dictionary_encode()
    found = [read(*text.split("|")) for text in texts.dictionary.to_pylist()]
    return [pa.array(part).take(texts.indices) for part in zip(*found, strict=True)]


class Addresses:
    """Reads addresses with the streets and towns that it has met."""

    def __init__(self) -> None:
        self._streets = _Remembered(_street)
        self._towns = _Remembered(_town)

    def read(self, columns: Mapping[str, Column], *, special: bool) -> Written:
        """Return what addresses become, of which there is one at least: ``siret``, ``name`` and ``MARKED``.

        ``special`` says whether some have a character that COPY reads as something else.
        """
        number, repetition = _read_once(_house, columns["street_number"], columns["repetition"])
        key, core, street, begun = self._streets.columns(columns["street_type"], columns["street_name"])
        postcode, town, town_key, cedex = self._towns.columns(
            *(columns[name] for name in ("postcode", "commune_name", "bureau_cedex"))
        )
        (abroad,) = _read_once(_land, columns["country_code"])
        finess, siret, name, commune = (columns[one] for one in ("finess", "siret", "name", "commune_code"))
        place = [first_written(postcode, cedex), first_written(town_key, commune)]
        keys = _keys(finess, abroad, [*place, number, repetition, key])
        row = [keys, finess, siret, name, number, repetition, street, key, core, postcode, town, town_key]
        row += [cedex, commune]
        if special:
            row = [*map(escaped, row)]
        written = pc.binary_join_element_wise(*(columns[name] for name in MARKED), FIELD_SEPARATOR)
        plain = Written(
            keys=keys,
            rows=pc.binary_join_element_wise(*row, pc.if_else(abroad, "t", "f"), "\t"),
            names=name,
            texts=written,
            marks=hashes(written),
            quality=(flags(is_empty(commune)) * 2 + flags(is_empty(siret))).astype(np.uint8),
            abroad=flags(abroad),
        )
        # Without a street a SIRET may tell places apart; a number before its name is part of the address.
        other = pc.or_(is_empty(key), pc.and_(begun, pc.and_(is_empty(number), is_empty(repetition))))
        return _with(plain, np.flatnonzero(flags(other)), columns)


def _keys(finess: Column, abroad: pa.BooleanArray, parts: Sequence[Column]) -> Column:
    """Return keys of sites as ``NormalAddress.key`` writes them."""
    postcode, town, number, repetition, street = parts
    land = pc.if_else(abroad, "X|A|", "A|")
    address = pc.binary_join_element_wise(land, postcode, "|", town, "|", number, repetition, "|", street, "")
    return pc.if_else(is_empty(finess), address, pc.binary_join_element_wise("F|", finess, ""))


def _with(plain: Written, lines: Integers, columns: Mapping[str, Column]) -> Written:
    """Return addresses of which some lines are not plain."""
    if not len(lines):
        return plain
    chosen = pa.array(lines)
    blank = pa.repeat("", len(lines))
    some = {name: column.take(chosen) for name, column in columns.items()}
    written = [some.get(name, blank).to_pylist() for name in WRITTEN]
    sirets, names = some["siret"].to_pylist(), some["name"].to_pylist()
    found = [_any(*one) for one in zip(zip(*written, strict=True), sirets, names, strict=True)]
    keys, rows, texts, quality, abroad = zip(*found, strict=True)
    told = pa.array(texts)
    other = Written(
        keys=pa.array(keys),
        rows=pa.array(rows),
        names=some["name"],
        texts=told,
        marks=hashes(told),
        quality=np.array(quality, np.uint8),
        abroad=np.array(abroad, np.bool_),
    )
    order = np.arange(len(plain.keys))
    order[lines] = len(order) + np.arange(len(lines))
    chosen = pa.array(order)
    merged = (
        pa.concat_arrays([getattr(plain, name), getattr(other, name)]).take(chosen)
        for name in ("keys", "rows", "names", "texts")
    )
    counted = (
        np.concatenate([getattr(plain, name), getattr(other, name)])[order]
        for name in ("marks", "quality", "abroad")
    )
    return Written(*merged, *counted)


def _house(written: str, mark: str) -> tuple[str, str]:
    """Return the number of a house and its repetition."""
    number, repetition = house_number(written or None, mark or None)
    return str(number or ""), repetition


def _land(country: str) -> tuple[bool]:
    """Return whether a country is another one."""
    return (is_abroad(country),)


def _street(kind: str, name: str) -> tuple[str, str, str, bool]:
    """Return both keys of a street, the street, and whether a number stands before it; no key, no street."""
    street = " ".join(part for part in (kind, name) if part)
    key, core = written_street(street) if name else (None, None)
    return key or "", core or "", street, begins_with_number(street)


def _town(postcode: str, name: str, office: str) -> tuple[str, str, str, str]:
    """Return what ``written_town`` does."""
    shown, town, key, cedex = written_town(postcode or None, name or None, office or None)
    return shown or "", town or "", key or "", cedex or ""


def _any(written: tuple[str, ...], siret: str, name: str) -> tuple[str, str, str, int, bool]:
    """Return what any address becomes: key, row, how it is written, quality, and whether it is abroad."""
    row, told = written_site(written, siret)
    parts = [text or "" for text in row]
    parts[NAME] = name
    line = "\t".join([text.translate(ESCAPES) for text in parts])
    quality = (row[STREET] is None) * 4 + (row[COMMUNE] is None) * 2 + (not siret)
    return parts[0], line, told, quality, parts[-1] == "t"
