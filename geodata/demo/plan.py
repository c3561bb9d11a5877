"""The plan of the fictitious city: codes, names, places and sizes, all in one table.

Nothing here exists: the city lies in the Bay of Biscay, far from any land. Coordinates are local metres,
x to the east and y to the north of the city's central square; ``ORIGIN`` puts them in Lambert-93.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Point = tuple[float, float]

ORIGIN: Final = (216_500.0, 6_608_200.0)
DEPARTEMENT: Final = "00"
REGION: Final = "00"
EPCI: Final = "000000001"
EPCI_NAME: Final = "Métropole fictive d'Aubrelle"
DEPARTEMENT_NAME: Final = "Département fictif"
REGION_NAME: Final = "Région fictive"


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the plan. ``radius`` is that of its built-up area in metres."""

    code: str
    name: str
    postcode: str
    centre: Point
    radius: float
    population: int
    iris_count: int

    @property
    def capitals(self) -> str:
        """The name as postal lines write it: capitals, no accent, no hyphen."""
        table = str.maketrans("ÂÉÈÊÎÔÛÇ-'", "AEEEIOUC  ")
        return self.name.upper().translate(table)


CITY: Final = Commune("00101", "Aubrelle-la-Fictive", "00100", (0.0, 0.0), 2_550.0, 95_000, 44)
NEIGHBOURS: Final = (
    Commune("00102", "Saint-Fictif-sur-Aubre", "00110", (2_700.0, 2_900.0), 1_150.0, 12_400, 8),
    Commune("00103", "Montrêve-le-Fictif", "00120", (-3_050.0, -1_950.0), 950.0, 8_600, 6),
    Commune("00104", "Le Bourg-Fictif", "00130", (2_400.0, -3_250.0), 560.0, 2_600, 1),
    Commune("00105", "Imagines-les-Fictives", "00110", (-2_600.0, 3_250.0), 430.0, 1_400, 1),
)
COMMUNES: Final = (CITY, *NEIGHBOURS)
MERGED_COMMUNE: Final = ("00199", "Vieux-Fictif")  # merged into 00103, south of it
BY_CODE: Final = {commune.code: commune for commune in COMMUNES}


@dataclass(frozen=True, slots=True)
class Zone:
    """A named place that bends the plan: a priority neighbourhood, a park, an activity zone."""

    name: str
    centre: Point
    radius: float


PRIORITY: Final = (
    Zone("Les Hauts-Chênes", (-1_820.0, 1_280.0), 400.0),
    Zone("La Sablonnière", (-420.0, -2_330.0), 400.0),
    Zone("Bellefontaine - Les Tanneurs", (1_950.0, 520.0), 330.0),
    Zone("Grand-Pré - Clos-Fictif", (1_880.0, 2_020.0), 400.0),
    Zone("Cité du Rail", (1_230.0, -1_930.0), 290.0),
)
PARKS: Final = (
    Zone("Parc de la Grande Prée", (-480.0, 1_560.0), 290.0),
    Zone("Jardin des Songes", (330.0, 880.0), 125.0),
    Zone("Parc du Moulin", (950.0, -840.0), 150.0),
)
ACTIVITY: Final = (
    Zone("Zone d'activités de l'Estran", (3_250.0, -350.0), 560.0),
    Zone("Zone d'activités Nord", (520.0, 2_620.0), 430.0),
    Zone("Parc d'affaires de la Gare", (-1_500.0, -1_900.0), 380.0),
)
QUARTIERS: Final = (
    ("Centre historique", (0.0, 60.0)),
    ("Gare - Saint-Lazarin", (150.0, -900.0)),
    ("Faubourg de l'Aubre", (-1_200.0, 250.0)),
    ("Les Quais - La Monnaie", (1_150.0, 100.0)),
    ("Les Hauts-Chênes", (-1_750.0, 1_350.0)),
    ("Sainte-Imagine", (-350.0, 1_350.0)),
    ("Bois-Rêvé", (650.0, 2_150.0)),
    ("Grand-Pré", (1_550.0, 1_550.0)),
    ("Bellefontaine", (2_200.0, 300.0)),
    ("Rive Sud - Le Moulin", (1_250.0, -1_500.0)),
    ("La Sablonnière", (-350.0, -2_000.0)),
    ("Les Vignes", (-1_650.0, -950.0)),
)
RIVER: Final = (
    *((-6_500.0, 900.0), (-4_400.0, -150.0), (-2_700.0, 330.0), (-1_400.0, -280.0), (0.0, -530.0)),
    *((1_300.0, -330.0), (2_500.0, -950.0), (4_200.0, -1_450.0), (6_500.0, -1_000.0)),
)
RAIL: Final = (
    *((-6_500.0, -300.0), (-3_600.0, -650.0), (-2_000.0, -900.0), (-900.0, -1_250.0), (0.0, -1_380.0)),
    *((1_100.0, -1_310.0), (2_100.0, -1_330.0), (3_500.0, -1_950.0), (6_500.0, -2_500.0)),
)
VINTAGES: Final = ("202311060800", "202405060800", "202411040800", "202511030800")


def generator(seed: int, stage: int) -> np.random.Generator:
    """Return the random source of one stage, so that changing a stage leaves the others as they were."""
    return np.random.default_rng([seed, stage])


def lambert(xy: Floats) -> Floats:
    """Return Lambert-93 coordinates (n, 2) of local metres (n, 2)."""
    return np.asarray(xy + np.array(ORIGIN), dtype=np.float64)
