"""How far a run is, for the person who looks at the terminal."""

import sys

from app.sources.texts import french_count

WIDTH = 24


class Bar:
    """One line of a terminal, drawn over itself; nothing where nobody looks: the ledger tells it there."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._drawn = False

    def draw(self, step: str, done: int, total: int | None) -> None:
        """Draw the step and how much of it is done."""
        if not sys.stderr.isatty():
            return
        self._drawn = True
        sys.stderr.write(f"\r{self._label}, {step} {progress_text(done, total)}\033[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line to what is printed next."""
        if self._drawn:
            self._drawn = False
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def progress_text(done: int, total: int | None) -> str:
    """Write how far something is, as a bar when its end is known.

    >>> progress_text(1_100_000, 2_200_000)
    '[############------------] 50 % (1 100 000 sur 2 200 000)'
    >>> progress_text(1_100_000, None)
    '1 100 000'
    """
    if not total:
        return french_count(done)
    share = min(1.0, done / total)
    full = int(WIDTH * share)
    bar = "#" * full + "-" * (WIDTH - full)
    return f"[{bar}] {share:.0%} ({french_count(done)} sur {french_count(total)})".replace("%", " %")
