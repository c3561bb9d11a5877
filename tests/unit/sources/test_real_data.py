"""The public excerpts, where they are present: everything is recognised, and counts are right."""

from pathlib import Path

import pytest

from app.sources.recognise import recognise
from app.sources.report import check
from tests.unit.sources.conftest import MAX_BYTES, Read

pytestmark = pytest.mark.realdata

COUNTS = {
    "annuaire/PS_LibreAcces_Personne_activite_202112_excerpt.txt": ("annuaire", 22),
    "bondy/ban_adresses_resaved_by_R.csv": ("ban", 8413),
    "bondy/filosofi_2019_carreaux200m_lb93_nocrs.gpkg": ("filosofi", 164),
    "bondy/iris_2022_wgs84.geojson": ("iris", 22),
    "bondy/iris_old_columns_lb93.gpkg": ("iris", 20),
    "bondy/qpv_2015_apur_lb93.gpkg": ("qpv", 3),
    "finess/finess_occitanie_202604.csv": ("finess", 10007),
    "finess/finess_stock_historique_20201231_excerpt.csv": ("finess", 100),
    "finess/finessplus_2026_two_real_sites_trimmed.json": ("finess", 2),
    "lille/filosofi_2017_200m_renamed_columns_lb93.gpkg": ("filosofi", 9096),
    "lille/qpv_2015_official_lb93.gpkg": ("qpv", 26),
    "misc/cedex_to_insee.csv": ("cedex", 14233),
    "rennes/iris_rennes_open_data_wgs84.geojson": ("iris", 92),
    "toulouse/qpv_2015_occitanie_4decimals_wgs84.geojson": ("qpv", 105),
    "toulouse/qpv_2015_occitanie_insee_indicators.csv": ("qpv_table", 105),
}


def test_every_file_is_recognised_and_reported(real_data: Path) -> None:
    for path in sorted(real_data.rglob("*")):
        if path.is_file() and path.name != "README.md":
            assert "Source : " in check(path, MAX_BYTES), path.name


@pytest.mark.parametrize("name", COUNTS)
def test_every_row_of_an_excerpt_is_kept(name: str, real_data: Path, read: Read) -> None:
    found = read(real_data / name)
    assert (found.file.register.name, len(found.rows)) == COUNTS[name]
    assert found.rejects.total == 0


def test_headers_alone_and_schemas_hold_no_row(real_data: Path, read: Read) -> None:
    for path in [*(real_data / "headers").iterdir(), *(real_data / "finess").glob("*schema*.json")]:
        recognised = recognise(path, max_bytes=MAX_BYTES)
        assert recognised.notes, path.name
        if recognised.register.loadable:
            assert read(path).rows == [], path.name


def test_the_cells_of_bondy_add_up_to_their_people(real_data: Path, read: Read) -> None:
    cells = read(real_data / "bondy/filosofi_2019_carreaux200m_lb93_nocrs.gpkg")
    assert cells.file.srid == 2154
    assert sum(float(row["people"] or 0) for row in cells.rows) == pytest.approx(65548, abs=1)


def test_the_invalid_polygons_of_occitanie_and_lille_are_counted(real_data: Path, read: Read) -> None:
    occitanie = read(real_data / "toulouse/qpv_2015_occitanie_4decimals_wgs84.geojson")
    lille = read(real_data / "lille/qpv_2015_official_lb93.gpkg")
    assert (occitanie.rejects.remarks.total(), lille.rejects.remarks.total()) == (32, 1)


def test_toulouse_has_152_pharmacies(real_data: Path, read: Read) -> None:
    rows = read(real_data / "finess/finess_occitanie_202604.csv").rows
    assert sum(row["category_code"] == "620" and row["commune_code"] == "31555" for row in rows) == 152


def test_the_damaged_stock_is_mended(real_data: Path, read: Read) -> None:
    hospital, pharmacy = read(real_data / "finess/cs1100507_2016_snippet_spreadsheet_mangled.csv").rows
    assert (hospital["commune_code"], hospital["siret"], hospital["x"]) == ("01053", None, None)
    assert (pharmacy["commune_code"], pharmacy["x"], pharmacy["srid"]) == ("01004", "882538.9", "2154")


def test_both_sites_of_finess_plus_lie_in_the_ain(real_data: Path, read: Read) -> None:
    rows = read(real_data / "finess/finessplus_2026_two_real_sites_trimmed.json").rows
    assert [(row["x"], row["y"], row["srid"]) for row in rows] == [
        ("5.334156", "46.049236", "4326"),
        ("6.111815", "46.257688", "4326"),
    ]
