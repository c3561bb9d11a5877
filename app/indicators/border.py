"""What a catchment lacks at its border: neighbours whose people or practices are not loaded (METHODS 7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.decay import french_number
from app.travel.modes import Mode

PACKAGE = "app.indicators"
# Kilometres an hour as the crow flies: streets wind, and cars wait.
CROW_KMH: dict[Mode, float] = {"walk": 4.0, "bike": 12.0, "car": 40.0, "transit": 15.0}
# Generalised contours leave slivers between communes.
SLIVERS = 0.05
NAMED = 5
BIASED = (
    "Près de la limite, l'offre ou la demande des voisins manque : les valeurs des carreaux du bord sont "
    "biaisées."
)


@dataclass(frozen=True, slots=True)
class Border:
    """What surrounds some communes within ``metres``.

    Neighbouring communes without a known inhabitant, and without a place of practice of any profession;
    ``uncovered`` is the share of the surroundings that no published commune holds (the sea, another country,
    or communes that were not loaded), None when no commune is known to hold what is asked.
    """

    metres: float
    without_people: tuple[str, ...]
    without_places: tuple[str, ...]
    uncovered: float | None

    def warnings(self) -> list[str]:
        """Return what a French reader has to know; nothing where everything around is loaded."""
        told = list(self._told())
        return [" ".join([*told, BIASED])] if told else []

    def _told(self) -> Iterator[str]:
        within = f"à moins de {french_number(round(self.metres / 1000, 1))} km"
        if self.without_people:
            yield f"Communes voisines {within} sans habitant chargé : {_named(self.without_people)}."
        if self.without_places:
            yield f"Communes voisines {within} sans lieu d'exercice chargé : {_named(self.without_places)}."
        if self.uncovered is None:
            yield "Les communes ne sont pas connues : ce qui manque aux abords ne l'est pas non plus."
        elif self.uncovered > SLIVERS:
            yield (
                f"{french_number(round(self.uncovered * 100))} % des abords {within} ne sont dans aucune "
                "commune chargée (mer, pays voisin, ou communes absentes)."
            )


def _named(names: Sequence[str]) -> str:
    more = f" et {len(names) - NAMED} autres" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def border_of(connection: Connection, territories: Sequence[int], mode: Mode, minutes: float) -> Border:
    """Look at what lies within reach of the communes of some territories, in the published release."""
    metres = CROW_KMH[mode] * minutes / 60 * 1000
    asked = {"territories": list(territories)}
    communes = list(connection.execute(load(PACKAGE, "border_communes"), asked).scalars())
    if not communes:
        return Border(metres, (), (), None)
    values = {"communes": communes, "metres": metres}
    rows = connection.execute(load(PACKAGE, "border_around"), values).all()
    return Border(
        metres,
        tuple(row.name for row in rows if not row.people),
        tuple(row.name for row in rows if not row.places),
        max(0.0, 1.0 - sum(row.share for row in rows)),
    )
