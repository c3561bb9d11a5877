"""Where French coordinates can lie: legal areas, their projections, and a guard over a whole file."""

from dataclasses import dataclass, field
from pathlib import Path

from app.errors import SourceError
from app.sources.refusal import refusal
from app.sources.rows import Rejects

Box = tuple[float, float, float, float]

WGS84 = 4326
LEGAL_AREAS: dict[str, Box] = {
    "métropole": (-5.8, 41.2, 9.8, 51.3),
    "Guadeloupe": (-61.95, 15.7, -60.9, 16.6),
    "Saint-Martin et Saint-Barthélemy": (-63.3, 17.7, -62.6, 18.2),
    "Martinique": (-61.35, 14.3, -60.7, 15.0),
    "Guyane": (-54.8, 2.0, -51.4, 6.0),
    "La Réunion": (55.1, -21.5, 55.95, -20.75),
    "Mayotte": (44.9, -13.15, 45.4, -12.5),
    "Saint-Pierre-et-Miquelon": (-56.6, 46.6, -56.0, 47.25),
    "Nouvelle-Calédonie": (158.0, -23.5, 173.0, -17.5),
    "Polynésie française": (-155.5, -28.5, -134.0, -7.5),
    "Wallis-et-Futuna": (-178.5, -14.6, -175.9, -12.9),
}
PROJECTED: dict[int, Box] = {
    2154: (50_000, 6_000_000, 1_300_000, 7_150_000),
    5490: (440_000, 1_560_000, 770_000, 2_020_000),
    2972: (80_000, 210_000, 690_000, 680_000),
    2975: (300_000, 7_600_000, 400_000, 7_720_000),
    4471: (480_000, 8_540_000, 550_000, 8_630_000),
    4467: (520_000, 5_150_000, 590_000, 5_250_000),
    3035: (3_100_000, 2_000_000, 4_400_000, 3_300_000),
    3857: (-650_000, 5_000_000, 1_100_000, 6_700_000),
}
PROJECTION_NAMES = {
    4326: "WGS84",
    2154: "Lambert-93",
    5490: "UTM 20 Nord (Antilles)",
    2972: "UTM 22 Nord (Guyane)",
    2975: "UTM 40 Sud (La Réunion)",
    4471: "UTM 38 Sud (Mayotte)",
    4467: "UTM 21 Nord (Saint-Pierre-et-Miquelon)",
    3035: "LAEA Europe",
    3857: "Web Mercator",
}


def _inside(x: float, y: float, box: Box) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def in_france(x: float, y: float, srid: int) -> bool:
    """Say whether a point lies in a French legal area. Unknown projections hold nothing."""
    if srid == WGS84:
        return legal_area(x, y) is not None
    return srid in PROJECTED and _inside(x, y, PROJECTED[srid])


def legal_area(longitude: float, latitude: float) -> str | None:
    """Return the name of the legal area a point lies in, None outside France."""
    return next((name for name, box in LEGAL_AREAS.items() if _inside(longitude, latitude, box)), None)


def guess_srid(x: float, y: float) -> int | None:
    """Return the projection a point must be in, by its magnitude; None when no French area fits."""
    return next((srid for srid in (WGS84, *PROJECTED) if in_france(x, y, srid)), None)


def named(srid: int | None) -> str:
    """Return a projection as people write it: "Lambert-93 (EPSG:2154)"."""
    if srid is None:
        return "inconnu"
    return f"{PROJECTION_NAMES[srid]} (EPSG:{srid})" if srid in PROJECTION_NAMES else f"EPSG:{srid}"


@dataclass(slots=True)
class Guard:
    """Counts the points of a file that lie in France, and refuses the file when most do not."""

    path: Path
    columns: tuple[str, str]
    inside: int = 0
    outside: list[tuple[int, float, float, int]] = field(default_factory=list)
    outside_count: int = 0

    def accept(self, x: float, y: float, srid: int, line: int, rejects: Rejects | None) -> bool:
        """Say whether a point may be kept; count it, and reject its line when ``rejects`` is given."""
        if in_france(x, y, srid):
            self.inside += 1
            return True
        self.outside_count += 1
        if len(self.outside) < 50:
            self.outside.append((line, x, y, srid))
        if rejects is not None:
            rejects.add(line, "coordonnées hors de France", f"{x} ; {y} en {named(srid)}")
        if self.outside_count >= 1000 and self.outside_count > self.inside:
            raise self.refusal()
        return False

    def close(self) -> None:
        """Raise SourceError when more points lie outside France than inside."""
        if self.outside_count > self.inside:
            raise self.refusal()

    def refusal(self) -> SourceError:
        """Return the error that says what is wrong with the coordinates of this file."""
        line, x, y, srid = self.outside[0]
        half = len(self.outside) / 2
        names = " et ".join(f"« {name} »" for name in self.columns)
        where = f"x = {x:.6g}, y = {y:.6g}"
        if sum(in_france(py, px, ps) for _, px, py, ps in self.outside) > half:
            what = f"Les coordonnées {names} sont inversées ({where} ; longitude puis latitude attendues)"
            hint = "Échangez les deux colonnes, ou prenez le fichier d'origine."
        elif (real := guess_srid(x, y)) is not None and real != srid:
            what = f"Les coordonnées {names} ({where}) sont en {named(real)} et non en {named(srid)}"
            hint = f"Reprojetez le fichier en {named(srid)}, ou corrigez le système déclaré."
        else:
            what = f"Les coordonnées {names} ({where} en {named(srid)}) sont hors de France"
            hint = "Vérifiez le système de coordonnées et l'ordre des colonnes."
        return refusal(self.path, what, hint, line=line, column=self.columns[0])
