"""Query parameters of the route on accessibility."""

from pydantic import Field

from app.api.asked_access import ServedQuery
from app.errors import ParameterError
from app.indicators.asked_preset import DecayName, PresetName


class AccessibilityQuery(ServedQuery):
    """A floating catchment, by a preset whose numbers may be changed."""

    preset: PresetName = Field(default="e2sfca", description="Méthode, avec ses réglages.")
    decay: DecayName | None = Field(
        default=None, description="Autre décroissance avec le temps ; sans elle, celle de la méthode."
    )
    minutes: str | None = Field(
        default=None,
        max_length=64,
        description="Limites des zones de temps (decay=step), en minutes, séparées par des virgules.",
        examples=["10,15,20"],
    )
    weights: str | None = Field(
        default=None,
        max_length=64,
        description="Poids de chaque zone (decay=step), de 1 à 0, séparés par des virgules.",
        examples=["1,0.3,0.1"],
    )
    cutoff: float | None = Field(
        default=None, description="Durée au-delà de laquelle rien ne compte, ou milieu de la pente (linear)."
    )
    width: float | None = Field(default=None, description="Largeur de la pente (linear), en minutes.")
    median: float | None = Field(default=None, description="Durée au milieu de la courbe (logistic).")
    deviation: float | None = Field(default=None, description="Écart type (logistic), en minutes.")
    rate: float | None = Field(default=None, description="Taux par minute (exponential).")
    spread: float | None = Field(default=None, description="Diviseur de t² (gaussian), en minutes carrées.")
    standardised: bool | None = Field(
        default=None,
        description="Pondérer les habitants par les besoins de leur âge ; sans lui, comme la méthode.",
    )

    def numbers(self) -> dict[str, object]:
        """Return the parameters of the decay that were given. Raises ParameterError."""
        given: dict[str, object] = {
            name: _numbers(name, written)
            for name, written in (("minutes", self.minutes), ("weights", self.weights))
            if written is not None
        }
        singles = ("cutoff", "width", "median", "deviation", "rate", "spread")
        return given | {name: value for name in singles if (value := getattr(self, name)) is not None}


def _numbers(name: str, written: str) -> tuple[float, ...]:
    """Read numbers parted by commas; raise ParameterError when there is something else."""
    try:
        return tuple(float(part) for part in written.split(","))
    except ValueError as error:
        raise ParameterError(
            name,
            f"« {written} » n'est pas une liste de nombres séparés par des virgules.",
            hint=f"Exemple : {name}=10,15,20." if name == "minutes" else f"Exemple : {name}=1,0.3,0.1.",
        ) from error
