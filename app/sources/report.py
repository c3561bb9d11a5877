"""What « source check » prints about a file, in French: what it is, what it holds, what was refused."""

from datetime import date
from pathlib import Path

from app.sources.places import named
from app.sources.recognise import recognise
from app.sources.refusal import listed
from app.sources.rows import RecognisedFile, Rejects
from app.sources.texts import french_count, french_date, french_share

EXAMPLES_SHOWN = 3
NO_VINTAGE = "inconnue : donnez-la avec --vintage AAAA-MM-JJ"
NOT_LOADED = "Ce fichier est reconnu, mais l'observatoire ne le charge pas."


def check(
    path: Path, max_bytes: int, vintage: date | None = None, quartier_columns: tuple[str, ...] = ()
) -> str:
    """Recognise and read a whole file, and return the French report. Raises SourceError when refused."""
    recognised = recognise(path, max_bytes=max_bytes, vintage=vintage, quartier_columns=quartier_columns)
    rejects = Rejects()
    kept = sum(1 for _ in recognised.rows(rejects)) if recognised.register.loadable else 0
    return describe(recognised, rejects, kept + rejects.total, kept)


def describe(recognised: RecognisedFile, rejects: Rejects, rows_count: int, kept: int) -> str:
    """Return the French description of a file that was read: ``rows_count`` lines, of which ``kept``."""
    lines = [*_identity(recognised), *_columns(recognised)]
    if recognised.register.loadable:
        unit = "objet n°" if "geom" in recognised.register.columns else "ligne"
        lines += _counts(rejects, rows_count, kept, unit)
    else:
        lines.append(NOT_LOADED)
    lines += _listed("Remarques", list(rejects.told_remarks()))
    lines += _listed("À savoir", list(recognised.notes))
    return "\n".join(lines)


def _identity(recognised: RecognisedFile) -> list[str]:
    register = recognised.register
    facts = (
        ("Fichier", recognised.path.name),
        ("Dans l'archive", recognised.member),
        ("Source", f"{register.label} ({register.name})"),
        ("Producteur", f"{register.producer}, {register.licence}"),
        ("Variante", recognised.variant),
        ("Date", french_date(recognised.vintage) if recognised.vintage else NO_VINTAGE),
        ("Partie", recognised.part),
        ("Encodage", recognised.encoding),
        ("Coordonnées", named(recognised.srid) if recognised.srid else None),
    )
    return [f"{label} : {value}" for label, value in facts if value]


def _columns(recognised: RecognisedFile) -> list[str]:
    lines = []
    if found := recognised.found_columns:
        lines.append(f"Colonnes trouvées ({len(found)}) : {listed(found)}")
    if recognised.missing_columns:
        lines.append(f"Colonnes facultatives absentes : {listed(recognised.missing_columns)}")
    return lines


def _counts(rejects: Rejects, rows_count: int, kept: int, unit: str) -> list[str]:
    refused = f"{french_count(rejects.total)} rejetées"
    if rejects.total and rows_count:
        refused += f" ({french_share(rejects.total / rows_count)})"
    lines = [f"Lignes : {french_count(rows_count)} lues, {french_count(kept)} gardées, {refused}"]
    return lines + _listed(
        "Rejets", [_reason(rejects, name, unit) for name, _ in rejects.counts.most_common()]
    )


def _reason(rejects: Rejects, reason: str, unit: str) -> str:
    examples = rejects.examples.get(reason, [])[:EXAMPLES_SHOWN]
    shown = " ; ".join(f"{unit} {line} : {text}" if text else f"{unit} {line}" for line, text in examples)
    return f"{reason} : {french_count(rejects.counts[reason])} ({shown})"


def _listed(title: str, items: list[str]) -> list[str]:
    return [f"{title} :", *(f"  - {item}" for item in items)] if items else []
