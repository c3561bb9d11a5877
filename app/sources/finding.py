"""What recognising one content gives, before its vintage is settled; and the refusals of recognition."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.errors import SourceError
from app.sources.catalogue import REGISTERS, Register, RegisterName
from app.sources.columns import Match
from app.sources.refusal import listed, refusal
from app.sources.rows import Rejects, Row

NEAR_SHARE = 0.5
KNOWN = "annuaire santé, FINESS, QPV, IRIS, population, Filosofi, BAN, communes, CEDEX, quartiers, OSM, GTFS"


@dataclass(frozen=True, slots=True)
class Finding:
    """One recognised content. ``content_date`` is the date the content itself bears, if any."""

    register: Register
    variant: str
    rows: Callable[[Rejects], Iterator[Row]]
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    encoding: str | None = None
    srid: int | None = None
    part: str = ""
    notes: tuple[str, ...] = ()
    content_date: date | None = None


def no_rows(_rejects: Rejects) -> Iterator[Row]:
    """Yield nothing: for files that only document a format."""
    return iter(())


def not_loadable(path: Path, reason: str) -> Callable[[Rejects], Iterator[Row]]:
    """Return the reader of a file that is recognised and not loaded: it refuses, saying why."""

    def rows(_rejects: Rejects) -> Iterator[Row]:
        raise refusal(path, reason, "Donnez le fichier principal du registre.")

    return rows


def unknown(
    path: Path, columns: tuple[str, ...], nearest: Match | None, expected: RegisterName | None
) -> SourceError:
    """Return the refusal of unknown columns, naming the missing one when a register is near."""
    found = f"Colonnes trouvées : {listed(columns)}."
    if nearest is None or (nearest.share < NEAR_SHARE and expected is None):
        what = "Aucun registre connu n'a ces colonnes"
        return refusal(path, what, f"{found} Registres lus : {KNOWN}.", line=1)
    register = REGISTERS[expected] if expected else nearest.variant.register
    missing = nearest.missing_names
    names = listed(missing)
    lack = f"la colonne {names} manque" if len(missing) == 1 else f"les colonnes {names} manquent"
    what = f"Le fichier n'est pas de la source « {register.label} » : {lack}"
    hint = f"{found} Vérifiez que vous avez téléchargé le bon fichier."
    return refusal(path, what, hint, line=1, column=missing[0] if missing else None)
