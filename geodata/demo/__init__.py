"""The demo city: a fictitious town of 120 000 people, written in the registers' own formats and faults."""

from pathlib import Path

import numpy as np

from geodata.demo import (
    activities,
    addresses,
    ages,
    ameli,
    annuaire,
    finess,
    geofiles,
    gtfs,
    osm,
    population,
    written,
)
from geodata.demo.city import City, build
from geodata.demo.practitioners import Register
from geodata.demo.sites import Ground

__all__ = ["generate"]


def generate(folder: Path, seed: int = 2025) -> list[Path]:
    """Write every register of the demo city into ``folder`` (made if missing) and return the files.

    The same seed gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    city = build(seed)
    return [*_territories(folder, city), *_supply(folder, city)]


def _territories(folder: Path, city: City) -> list[Path]:
    people = np.bincount(city.addresses.commune, city.people.count)
    table = population.iris_columns(city.people, city.iris_of, len(city.iris))
    cells = population.cells(city.seed, city.people, city.addresses)
    qpv = "QP2024_France_Hexagone_Outre_Mer_WGS84.gpkg"
    return [
        geofiles.write_communes(folder / "communes.geojson", city.communes, np.rint(people).astype(np.int64)),
        geofiles.write_iris(folder / "CONTOURS-IRIS_2024.gpkg", city.iris),
        geofiles.write_quartiers(folder / "quartiers_aubrelle.geojson", city.quartiers),
        geofiles.write_priorities(folder / qpv, city.priorities),
        geofiles.write_iris_table(folder / "base-ic-evol-struct-pop-2022.CSV", city.iris, table),
        geofiles.write_cells(folder / "carreaux_200m_met.gpkg", cells),
        addresses.write(city.addresses, folder / "adresses-00.csv.gz"),
        osm.write(folder / "aubrelle.osm.pbf", city),
        gtfs.write(folder / "gtfs_aubrelle.zip", city),
    ]


def _supply(folder: Path, city: City) -> list[Path]:
    ground = Ground(city)
    establishments = finess.found(city.seed, ground)
    people = Register(city.seed, ground, establishments).fill()
    structures = annuaire.structures(people, [row.structure for row in establishments])
    as_written = written.write_down(city.seed, structures, city.addresses)
    return [
        finess.write(folder / "etalab-cs1100507-stock-20251105-0340.csv", establishments, ground),
        activities.write(folder, establishments),
        *annuaire.write(city.seed, folder, people, as_written),
        written.write_truth(folder / "truth.csv", as_written),
        written.write_cedex(folder / "cedex_fictif.csv"),
        *ameli.write(city.seed, folder, people, as_written),
        ages.write(city.seed, folder, people, as_written),
    ]
