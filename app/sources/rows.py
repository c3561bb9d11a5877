"""What every parser gives: a recognised file, then its rows in canonical columns, with what was refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.sources.catalogue import Register

Row = tuple[str | None, ...]

EXAMPLES_KEPT = 5


@dataclass(slots=True)
class Rejects:
    """Rows that were read and not kept: how many for each reason, and the first few of each.

    ``remarks`` counts rows that were kept after a repair (a leading zero put back, a lost number).
    """

    counts: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, line: int, reason: str, excerpt: str = "") -> None:
        """Count one refused row. ``excerpt`` must not carry a person's name."""
        self.counts[reason] += 1
        kept = self.examples.setdefault(reason, [])
        if len(kept) < EXAMPLES_KEPT:
            kept.append((line, excerpt[:120]))

    def remark(self, text: str, count: int = 1) -> None:
        """Count rows that were kept although something had to be mended or is worth telling."""
        self.remarks[text] += count

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
