"""Frames that a request is limited to, read from their four numbers."""

import math
from dataclasses import dataclass

from app.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Box:
    """A frame in degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float


def parse_box(value: str | None) -> Box | None:
    """Read « minlon,minlat,maxlon,maxlat »; raise ParameterError when it is no frame on Earth."""
    if value is None:
        return None
    hint = (
        "Forme attendue : bbox=lon. min.,lat. min.,lon. max.,lat. max., par exemple bbox=-1.8,48.0,-1.5,48.2."
    )
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError as error:
        raise ParameterError("bbox", f"« {value} » ne contient pas que des nombres.", hint=hint) from error
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise ParameterError("bbox", f"« {value} » n'est pas fait de quatre nombres finis.", hint=hint)
    west, south, east, north = numbers
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ParameterError(
            "bbox", f"« {value} » n'est pas un cadre : min. doit être inférieur à max.", hint=hint
        )
    return Box(west, south, east, north)
