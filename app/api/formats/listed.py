"""A list before it is written: its items, its columns, its outlines, and what it says of itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from operator import itemgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.api.glossary import word_of

type Item = Mapping[str, Any]
type Lines = Callable[[Item], Iterable[Item]]
Kind = Literal["bool", "int", "float", "date", "text"]
Geometry = Literal["Point", "MultiPolygon"]
Status = Literal["known", "unknown", "suppressed"]

# A list that is read as it is written is held so many lines at a time.
BATCH_LINES = 5_000
STATUS = "status"
KNOWN: Status = "known"
UNKNOWN: Status = "unknown"
SUPPRESSED: Status = "suppressed"
STATUS_MEANING = (
    "known : la valeur est connue ; unknown : elle ne l'est pas ; suppressed : le secret statistique (NS) "
    "empêche de la dire."
)
KINDS: Mapping[type, Kind] = {bool: "bool", int: "int", float: "float", date: "date"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, what it holds, and a sentence on it."""

    name: str
    kind: Kind
    meaning: str


def itself(item: Item) -> Iterable[Item]:
    """Return the one line of an item that is already flat."""
    return (item,)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that any form can be written from.

    ``items`` are what json gives; ``lines`` makes those of a table out of one of them, of which ``columns``
    names the members and ``model`` describes them. ``value`` is the column whose absence is told in the
    column « status », where the lines have none of their own. ``outlines`` are GeoJSON by ``key``;
    points have their ``lon`` and ``lat`` instead. ``head`` goes with every form, ``more`` with json alone.
    ``registers`` are those it is drawn from. ``following`` is the rank of the next item for a list that was
    cut where it was read.
    """

    items: Iterable[Item]
    columns: Sequence[str]
    model: type[BaseModel]
    value: str
    head: Item = field(default_factory=dict)
    more: Item = field(default_factory=dict)
    lines: Lines = itself
    registers: Sequence[str] = ()
    geometry: Geometry | None = None
    outlines: Mapping[Any, str] = field(default_factory=dict)
    key: Callable[[Item], object] = itemgetter("id")
    identity: str | None = "id"
    following: int | None = None

    def page(self, start: int, limit: int | None) -> "Listed":
        """Return the items from one rank on, ``limit`` of them at most, and where the next ones begin."""
        if limit is None and not start:
            return self
        items = list(islice(self.items, start, None if limit is None else start + limit + 1))
        if limit is None or len(items) <= limit:
            return replace(self, items=items)
        return replace(self, items=items[:limit], following=start + limit)

    def described(self) -> list[Column]:
        """Return the columns of the table; the kind of those that the model lacks is read off the items."""
        known = self.model.model_fields
        inferred = self._inferred([name for name in self.columns if name not in known])
        columns = [
            Column(name, kind_of(known[name]), known[name].description or self._meaning(name))
            if name in known
            else Column(name, inferred[name], self._meaning(name))
            for name in self.columns
        ]
        if STATUS not in self.columns:
            columns.append(Column(STATUS, "text", STATUS_MEANING))
        return columns

    def _meaning(self, name: str) -> str:
        return word_of(self.model.__name__, name).meaning

    def _inferred(self, names: Sequence[str]) -> dict[str, Kind]:
        found: dict[str, Kind] = dict.fromkeys(names, "text")
        if not names:
            return found
        lines = list(self.flat())
        for name in names:
            kinds = {KINDS.get(type(line[name]), "text") for line in lines if line.get(name) is not None}
            if kinds == {"int", "float"}:
                kinds = {"float"}
            if len(kinds) == 1:
                (found[name],) = kinds
        return found

    def flat(self) -> Iterator[Item]:
        """Yield the lines of the table, each with its status."""
        own = STATUS in self.columns
        for item in self.items:
            for line in self.lines(item):
                yield line if own else {**line, STATUS: self._status(item, line)}

    def _status(self, item: Item, line: Item) -> str:
        if item.get(STATUS) == SUPPRESSED:
            return SUPPRESSED
        return UNKNOWN if line.get(self.value) is None else KNOWN

    def outline(self, item: Item) -> str | None:
        """Return the GeoJSON of an item that is no point."""
        return self.outlines.get(self.key(item))


def kind_of(field_of: FieldInfo) -> Kind:
    """Return what a column holds, by the type that its model gives it: « text » for all that is not plain."""
    plain = _plain(field_of.annotation)
    return KINDS.get(plain, "text") if isinstance(plain, type) else "text"


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - what a type may be written as
    """Return a type without its None and its notes."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        others = [one for one in get_args(annotation) if one is not NoneType]
        return _plain(others[0]) if len(others) == 1 else None
    if get_origin(annotation) is Literal:
        kinds = {type(one) for one in get_args(annotation)}
        return kinds.pop() if len(kinds) == 1 else None
    return annotation
