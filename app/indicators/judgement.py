"""Guards: what a release is judged on before it replaces the one that is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What one guard measured, and whether it lets the release through.

    ``before`` and ``after`` are counts, or shares from 0 to 1; None where there is nothing to compare with.
    """

    guard: str
    subject: str
    before: float | None
    after: float | None
    limit: float | None
    passed: bool
    sentence: str
