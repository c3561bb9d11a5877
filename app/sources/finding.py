"""What recognising one content gives, before its vintage is settled; and the refusals of recognition."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import SourceError
from app.sources.catalogue import Register, RegisterName
from app.sources.columns import Match
from app.sources.refusal import listed, refusal
from app.sources.rows import Rejects, Row

if TYPE_CHECKING:
    from app.sources.annuaire import Annuaire

NEAR_SHARE = 0.5
SPOKEN: dict[RegisterName, tuple[str, str]] = {
    "annuaire": ("un annuaire santé", "PS_LibreAcces_Personne_activite"),
    "finess": ("un fichier FINESS des établissements", "etalab-cs1100507-stock ou FINESS+ structures"),
    "qpv": ("une couche de quartiers prioritaires", "les contours des QPV"),
    "qpv_table": ("la table INSEE des quartiers prioritaires", "les indicateurs des QPV"),
    "iris": ("une couche d'IRIS", "CONTOURS-IRIS"),
    "iris_population": ("la table de population des IRIS", "base-ic-evol-struct-pop"),
    "filosofi": ("une couche de carreaux Filosofi", "Filosofi, carreaux de 200 m en GeoPackage"),
    "ban": ("un fichier d'adresses de la BAN", "adresses-DD.csv.gz"),
    "communes": ("une liste de communes", "les communes de geo.api.gouv.fr"),
    "cedex": ("une table des CEDEX", "la correspondance CEDEX et communes"),
    "quartiers": ("une couche de quartiers", "les quartiers publiés par la ville"),
    "osm": ("un extrait OpenStreetMap", "un extrait .osm.pbf"),
    "gtfs": ("une archive GTFS", "les horaires du réseau de transport"),
    "ameli": ("une liste de l'Assurance maladie", "liste-ps"),
    "ages": ("un tableau d'âges", "les effectifs par profession, territoire et classe d'âge"),
    "groupes": ("un tableau de regroupements", "les lignes « regroupement;profession »"),
    "activites": ("un tableau d'activités de soins", "les lignes « finess;activite »"),
    "actes": ("un tableau d'activité", "les actes par profession et territoire"),
}
KNOWN = (
    "annuaire santé, FINESS, QPV, IRIS, population, Filosofi, BAN, communes, CEDEX, quartiers, OSM, GTFS, "
    "Assurance maladie, âges, regroupements, activités de soins, actes"
)


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
    annuaire: "Annuaire | None" = None


def no_rows(_rejects: Rejects) -> Iterator[Row]:
    """Yield nothing: for files that only document a format."""
    return iter(())


def not_loadable(path: Path, reason: str) -> Callable[[Rejects], Iterator[Row]]:
    """Return the reader of a file that is recognised and not loaded: it refuses, saying why."""

    def rows(_rejects: Rejects) -> Iterator[Row]:
        raise refusal(path, reason, "Donnez le fichier principal du registre.")

    return rows


def other_than(path: Path, expected: RegisterName, found: RegisterName) -> SourceError:
    """Return the refusal of a file that is well recognised, but is not what was asked for."""
    kind, wanted = SPOKEN[expected]
    hint = f"Donnez {wanted}, ou chargez ce fichier sous son propre nom."
    return refusal(path, f"Le fichier n'est pas {kind} : c'est {SPOKEN[found][0]}", hint)


def unknown(
    path: Path, columns: tuple[str, ...], nearest: Match | None, expected: RegisterName | None
) -> SourceError:
    """Return the refusal of unknown columns, naming the missing one when a register is near."""
    found = f"Colonnes trouvées : {listed(columns)}."
    if nearest is None or (nearest.share < NEAR_SHARE and expected is None):
        what = "Aucun registre connu n'a ces colonnes"
        return refusal(path, what, f"{found} Registres lus : {KNOWN}.", line=1)
    name = expected or nearest.variant.register_name
    missing = nearest.missing_names
    names = listed(missing)
    lack = f"la colonne {names} manque" if len(missing) == 1 else f"les colonnes {names} manquent"
    kind, wanted = SPOKEN[name]
    what = f"Le fichier n'est pas {kind} : {lack}"
    hint = f"{found} Vérifiez que vous avez téléchargé {wanted}."
    return refusal(path, what, hint, line=1, column=missing[0] if missing else None)
