"""How a file is refused: one French sentence pattern, always with what is kept and what to do."""

from pathlib import Path

from app.errors import Place, SourceError

UNTOUCHED = "Rien n'a été modifié."
FETCH_AGAIN = "Téléchargez de nouveau le fichier, puis recommencez."
COLUMNS_LISTED = 60


def refusal(
    path: Path, what: str, hint: str = FETCH_AGAIN, *, line: int | None = None, column: str | None = None
) -> SourceError:
    """Return the error to raise: ``what`` happened, at which line and column, and what to do (``hint``)."""
    place = Place(source=path.name, step="lecture", line=line, column=column)
    return SourceError(f"{what.rstrip('.')}. {UNTOUCHED}", place=place, hint=hint)


def listed(columns: tuple[str, ...]) -> str:
    """Return column names between French quotation marks, cut when there are too many to read."""
    shown = ", ".join(f"« {name} »" for name in columns[:COLUMNS_LISTED])
    more = len(columns) - COLUMNS_LISTED
    return f"{shown} et {more} autres" if more > 0 else shown or "aucune"
