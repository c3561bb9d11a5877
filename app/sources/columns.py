"""Column names whatever their case, accents and punctuation; variants of registers as tables of aliases."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.sources.catalogue import REGISTERS, Register, RegisterName
from app.sources.rows import Rejects

Record = dict[str, str | None]
Convert = Callable[[Record, int, Rejects], Record | None]
Aliases = Mapping[str, tuple[str, ...]]


def normalise(name: str) -> str:
    """Return a column name without case, accents, spaces or punctuation.

    >>> normalise("Libellé Voie (coord. structure)")
    'libellevoiecoordstructure'
    """
    bare = unicodedata.normalize("NFKD", name.replace("\ufffd", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def keep(record: Record, _line: int, _rejects: Rejects) -> Record:
    """Return the record as it is: for variants whose columns need no conversion."""
    return record


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a register is written: which columns carry what.

    ``required`` and ``optional`` map a key (a canonical column, or a key ``convert`` understands) to the
    names seen in real files, the first being the one shown to people. ``convert`` turns a record of those
    keys into canonical columns, or returns None after saying why in ``rejects``. ``point`` names the two
    coordinates to check; ``latin1`` allows files that are not UTF-8; ``rename`` rewrites a normalised name;
    ``never`` are columns that exclude the variant.
    """

    register_name: RegisterName
    label: str
    required: Aliases
    optional: Aliases = field(default_factory=dict)
    convert: Convert = keep
    point: tuple[str, str] | None = None
    point_required: bool = False
    latin1: bool = False
    rename: Callable[[str], str] | None = None
    never: tuple[str, ...] = ()

    @property
    def register(self) -> Register:
        """Return the register this variant belongs to."""
        return REGISTERS[self.register_name]


@dataclass(frozen=True, slots=True)
class Match:
    """A variant against the columns of a file: position of each key found, keys that are missing."""

    variant: Variant
    positions: Mapping[str, int]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Say whether every required column was found."""
        return not self.missing

    @property
    def share(self) -> float:
        """Return the share of the required columns that were found."""
        return 1 - len(self.missing) / max(1, len(self.variant.required))

    @property
    def missing_names(self) -> tuple[str, ...]:
        """Return the missing required columns under the name people know."""
        return tuple(self.variant.required[key][0] for key in self.missing)

    @property
    def missing_optional(self) -> tuple[str, ...]:
        """Return the optional columns that are absent, under the name people know."""
        optional = self.variant.optional
        return tuple(names[0] for key, names in optional.items() if key not in self.positions)


def match(variant: Variant, columns: tuple[str, ...]) -> Match:
    """Find the columns of a variant among those of a file."""
    rename = variant.rename or (lambda name: name)
    where: dict[str, int] = {}
    for position, name in enumerate(columns):
        where.setdefault(rename(normalise(name)), position)
    if any(normalise(name) in where for name in variant.never):
        return Match(variant, {}, tuple(variant.required))
    positions: dict[str, int] = {}
    for key, names in (*variant.required.items(), *variant.optional.items()):
        found = next((where[alias] for alias in map(normalise, names) if alias in where), None)
        if found is not None:
            positions[key] = found
    missing = tuple(key for key in variant.required if key not in positions)
    return Match(variant, positions, missing)


def best_match(variants: tuple[Variant, ...], columns: tuple[str, ...]) -> Match | None:
    """Return the complete match that explains most columns; else the nearest one; None without variant."""
    matches = [match(variant, columns) for variant in variants]
    complete = [found for found in matches if found.complete]
    if complete:
        return max(complete, key=lambda found: len(found.positions))
    return max(matches, key=lambda found: (found.share, len(found.positions)), default=None)


def chosen(
    variants: tuple[Variant, ...], columns: tuple[str, ...], expected: RegisterName | None
) -> Match | None:
    """Return the match to go on with: of the expected register if it is complete or near, else of any."""
    if expected is None:
        return best_match(variants, columns)
    wanted = best_match(tuple(one for one in variants if one.register_name == expected), columns)
    if wanted is not None and wanted.complete:
        return wanted
    other = best_match(variants, columns)
    return other if other is not None and other.complete else wanted


def same(*names: str) -> dict[str, tuple[str, ...]]:
    """Return aliases for keys that bear the name of their column."""
    return {name: (name,) for name in names}
