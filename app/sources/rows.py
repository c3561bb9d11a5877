"""What every parser gives: a recognised file, then its rows in canonical columns, with what was refused."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.sources.catalogue import Register
from app.sources.texts import french_count

if TYPE_CHECKING:
    from app.sources.annuaire import Annuaire

Row = tuple[str | None, ...]

EXAMPLES_KEPT = 5
LONGEST_NAME = 40


@dataclass(slots=True)
class Rejects:
    """Rows that were read and not kept: how many for each reason, and the first few of each.

    ``remarks`` counts rows that were kept after a repair (a leading zero put back, a lost number);
    ``remarked`` names the first few where a city has to know which.
    """

    counts: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    remarked: dict[str, list[str]] = field(default_factory=dict)

    def add(self, line: int, reason: str, excerpt: str = "") -> None:
        """Count one refused row. ``excerpt`` must not carry a person's name."""
        self.counts[reason] += 1
        kept = self.examples.setdefault(reason, [])
        if len(kept) < EXAMPLES_KEPT:
            kept.append((line, excerpt[:120]))

    def absorb(self, others: "Rejects") -> None:
        """Add what was refused in a later piece of the same file."""
        self.counts.update(others.counts)
        self.remarks.update(others.remarks)
        for reason, examples in others.examples.items():
            kept = self.examples.setdefault(reason, [])
            kept += examples[: EXAMPLES_KEPT - len(kept)]
        for text, names in others.remarked.items():
            self._name(text, names)

    def remark(self, text: str, count: int = 1, names: Sequence[str] = ()) -> None:
        """Count rows that were kept although something had to be mended or is worth telling."""
        self.remarks[text] += count
        if names:
            self._name(text, names)

    def told_remarks(self) -> tuple[str, ...]:
        """Return each remark with its count and, where they are known, the first rows it is about."""
        told = []
        for text, count in self.remarks.most_common():
            names = self.remarked.get(text, [])
            more = ", …" if len(names) < count else ""
            told.append(f"{text} : {french_count(count)}" + (f" ({', '.join(names)}{more})" if names else ""))
        return tuple(told)

    def _name(self, text: str, names: Sequence[str]) -> None:
        kept = self.remarked.setdefault(text, [])
        kept += [name[:LONGEST_NAME] for name in names[: EXAMPLES_KEPT - len(kept)]]

    @property
    def total(self) -> int:
        """Return the number of refused rows."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class RecognisedFile:
    """A file whose register and variant are known, with its header already checked.

    ``rows(rejects)`` reads it once from the start: rows in the register's canonical columns, in file order.
    It raises :class:`app.errors.SourceError` for what makes the whole file unusable. ``part`` tells apart
    files of one register that live side by side (the département of a BAN file), else "". ``member`` is the
    file inside an archive. ``encoding`` and ``srid`` are what was found. ``notes`` are French sentences.
    ``missing_columns`` are the optional columns of the variant that the file does not have.
    ``annuaire`` reads an annuaire by people rather than by rows: it is too long to be read whole every week.
    """

    path: Path
    register: Register
    variant: str
    vintage: date | None
    part: str
    member: str | None
    encoding: str | None
    srid: int | None
    found_columns: tuple[str, ...]
    notes: tuple[str, ...]
    rows: Callable[[Rejects], Iterator[Row]]
    missing_columns: tuple[str, ...] = ()
    annuaire: "Annuaire | None" = None
