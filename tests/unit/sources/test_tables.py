"""BAN, CEDEX, INSEE's tables and communes: the values each variant gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.sources.texts import cell_commune_codes
from tests.unit.sources.conftest import Read, Write

Twin = Callable[[str], Path]


def test_the_address_file_of_a_departement_says_which_by_its_name(
    twin: Twin, read: Read, write: Write
) -> None:
    named = write("adresses-35.csv", twin("ban_26.csv").read_bytes())
    assert read(named).file.part == "35"
    assert read(write("adresses-2A.csv", twin("ban_26.csv").read_bytes())).file.part == "2A"


def test_else_by_its_first_address(twin: Twin, read: Read) -> None:
    assert read(twin("ban_26.csv")).file.part == "00"
    assert read(twin("ban_resaved.csv")).file.part == "01"


def test_a_resaved_address_file_loses_its_index_its_quotes_and_its_na(twin: Twin, read: Read) -> None:
    row = read(twin("ban_resaved.csv")).rows[0]
    assert (row["id"], row["street_name"]) == ("1001_0010_00012", 'Rue du Môle, "le vieux"')
    assert (row["commune_code"], row["postcode"], row["old_commune_code"]) == ("01001", "01000", None)


def test_only_23_columns_and_more_tell_the_kind_of_position(twin: Twin, read: Read) -> None:
    assert read(twin("ban_20.csv")).rows[0]["position_type"] is None
    assert read(twin("ban_23.csv")).rows[0]["position_type"] == "entrée"


def test_an_address_outside_france_is_rejected_among_good_ones(twin: Twin, read: Read, write: Write) -> None:
    header, line = twin("ban_26.csv").read_text(encoding="utf-8").splitlines()
    lost = line.replace(";-3.3;46.4;", ";-33.3;46.4;")
    found = read(write("ban.csv", "\n".join([header, line, lost, line])))
    assert len(found.rows) == 2
    reason = "coordonnées hors de France"
    assert found.rejects.examples == {reason: [(3, "-33.3 ; 46.4 en WGS84 (EPSG:4326)")]}


def test_an_address_without_coordinates_is_rejected(twin: Twin, read: Read, write: Write) -> None:
    header, line = twin("ban_26.csv").read_text(encoding="utf-8").splitlines()
    found = read(write("ban.csv", "\n".join([header, line, line.replace(";-3.3;46.4;", ";;;")])))
    assert found.rejects.examples == {"valeur requise absente : « lon »": [(3, "")]}


def test_cedex_codes_get_their_zeros_back(twin: Twin, read: Read) -> None:
    assert [row["cedex"] for row in read(twin("cedex.csv")).rows] == ["00112", "01012"]
    assert [row["commune_code"] for row in read(twin("cedex.csv")).rows] == ["00101", "01053"]


@pytest.mark.parametrize("name", ["iris_population_2022.csv", "iris_population_2019_tableur.csv"])
def test_the_population_is_read_whatever_its_year_and_its_decimal_sign(
    name: str, twin: Twin, read: Read
) -> None:
    row = read(twin(name)).rows[0]
    assert (row["pop"], row["pop0305"], row["popf"]) == ("2000.0", "666.666667", "1019.5")


def test_an_iris_code_that_lost_its_zero_is_mended_and_counted(twin: Twin, read: Read) -> None:
    found = read(twin("iris_population_2019_tableur.csv"))
    assert (found.rows[0]["iris_code"], found.rows[0]["commune_code"]) == ("010040101", "01004")
    assert found.rejects.remarks == {"code IRIS complété d'un zéro perdu à gauche": 1}


def test_a_population_that_is_no_number_is_rejected(twin: Twin, read: Read, write: Write) -> None:
    text = twin("iris_population_2022.csv").read_text(encoding="utf-8").replace(";2000.0;", ";beaucoup;")
    found = read(write("pop.csv", text))
    assert found.rejects.examples == {"population qui n'est pas un nombre": [(2, "pop = beaucoup")]}


def test_the_table_of_priority_neighbourhoods_keeps_those_with_a_population(twin: Twin, read: Read) -> None:
    found = read(twin("qpv_table.csv"))
    assert found.rows == [
        {
            "code": "QP000001",
            "name": "Les Dunes",
            "commune_name": "Aubrelle",
            "population": "2360",
            "commune_population": "80000",
            "poverty_rate": "41.5",
        }
    ]
    assert found.rejects.examples == {"population absente ou non diffusée": [(3, "QP000002")]}


def test_a_commune_carries_its_groupings(twin: Twin, read: Read) -> None:
    full, short = read(twin("communes.geojson")).rows
    assert (full["epci_code"], full["epci_name"]) == ("000000001", "Aubrelle Agglomération")
    assert (full["departement_name"], full["region_name"]) == ("Fictif", "Région fictive")
    assert (full["postcodes"], full["population"]) == ("00100 00112", "80000")
    assert (short["epci_code"], short["epci_name"], short["departement_code"]) == ("000000001", None, "00")


def test_a_commune_drawn_as_a_point_has_no_contour(twin: Twin, read: Read) -> None:
    found = read(twin("communes.geojson"))
    assert [row["srid"] for row in found.rows] == ["4326", None]
    assert found.rejects.remarks == {"commune sans contour, gardée sans géométrie": 1}


def test_the_communes_of_a_cell_are_told_apart() -> None:
    assert cell_commune_codes("930109306493077") == "93010 93064 93077"
    assert cell_commune_codes("100401053") == "01004 01053"
    assert cell_commune_codes("2A0042A006") == "2A004 2A006"
