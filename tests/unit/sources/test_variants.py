"""Every variant of every register is recognised by its content alone."""

import gzip
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.unit.sources.conftest import Read, Write

Twin = Callable[[str], Path]

KNOWN = {
    "annuaire_56.txt": ("annuaire", "56 colonnes, avec rôle et genre d'activité", 3),
    "annuaire_52.txt": ("annuaire", "52 colonnes, jusqu'en 2021", 3),
    "finess_legacy.csv": ("finess", "etalab-cs1100507, deux sortes de lignes sans en-tête", 6),
    "finess_tableur.csv": ("finess", "etalab-cs1100507 enregistré par un tableur", 1),
    "finess_stock_36.csv": ("finess", "stock historique, 36 colonnes, sans coordonnées", 1),
    "finess_stock_42.csv": ("finess", "stock historique, 42 colonnes", 2),
    "finess_regional.csv": ("finess", "réédition régionale", 2),
    "finess_plus.json": ("finess", "FINESS+ (JSON)", 3),
    "finess_plus_wrapped.json": ("finess", "FINESS+ (JSON)", 1),
    "qpv_2015.geojson": ("qpv", "2015", 2),
    "qpv_2015_region.geojson": ("qpv", "2015, réédition régionale", 1),
    "qpv_2024.geojson": ("qpv", "2024", 1),
    "qpv_apur.geojson": ("qpv", "APUR", 1),
    "qpv_table.csv": ("qpv_table", "indicateurs INSEE", 1),
    "iris_2022.geojson": ("iris", "IGN 2022", 2),
    "iris_2024.geojson": ("iris", "IGN 2024", 2),
    "iris_ancien.geojson": ("iris", "ancien nommage (DCOMIRIS)", 2),
    "iris_ville.geojson": ("iris", "Rennes Métropole", 2),
    "iris_opendatasoft.geojson": ("iris", "Opendatasoft", 2),
    "iris_population_2022.csv": ("iris_population", "évolution et structure de la population", 1),
    "iris_population_2019_tableur.csv": ("iris_population", "évolution et structure de la population", 1),
    "ban_20.csv": ("ban", "20 colonnes, jusqu'en 2021", 1),
    "ban_23.csv": ("ban", "23 colonnes", 1),
    "ban_26.csv": ("ban", "26 colonnes", 1),
    "ban_resaved.csv": ("ban", "23 colonnes", 1),
    "communes.geojson": ("communes", "geo.api.gouv.fr (GeoJSON)", 2),
    "communes.json": ("communes", "geo.api.gouv.fr (JSON)", 2),
    "cedex.csv": ("cedex", "table CEDEX vers INSEE", 2),
    "quartiers.geojson": ("quartiers", "code_quartier et nom_quartier", 2),
    "extrait.osm": ("osm", "extrait XML", 7),
    "ameli.csv": ("ameli", "liste-ps", 1),
    "ages_2025.csv": ("ages", "effectifs par classe d'âge", 2),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_variant_is_recognised_and_read(name: str, twin: Twin, read: Read) -> None:
    register, variant, rows = KNOWN[name]
    found = read(twin(name))
    assert (found.file.register.name, found.file.variant, len(found.rows)) == (register, variant, rows)


@pytest.mark.parametrize("name", KNOWN)
def test_the_name_of_the_file_plays_no_part(name: str, twin: Twin, read: Read, tmp_path: Path) -> None:
    nameless = tmp_path / "fichier"
    shutil.copy(twin(name), nameless)
    found = read(nameless)
    assert (found.file.register.name, found.file.variant) == KNOWN[name][:2]


@pytest.mark.parametrize("name", KNOWN)
def test_a_gzip_is_read_as_what_it_holds(name: str, twin: Twin, read: Read, tmp_path: Path) -> None:
    packed = tmp_path / "paquet"
    packed.write_bytes(gzip.compress(twin(name).read_bytes()))
    found = read(packed)
    assert found.rows == read(twin(name)).rows


@pytest.mark.parametrize("name", [name for name in KNOWN if not name.endswith(".osm")])
def test_a_zip_is_read_as_what_it_holds(name: str, twin: Twin, read: Read, tmp_path: Path) -> None:
    packed = tmp_path / "paquet"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZMOI.txt", "Quelques mots sur le fichier.\n")
        archive.write(twin(name), f"dossier/{name}")
    found = read(packed)
    assert found.file.member == f"dossier/{name}"
    assert found.rows == read(twin(name)).rows


@pytest.mark.parametrize("name", [name for name in KNOWN if name.endswith((".csv", ".txt"))])
def test_windows_ends_of_line_change_nothing(name: str, twin: Twin, read: Read, write: Write) -> None:
    windows = write("windows", twin(name).read_bytes().replace(b"\n", b"\r\n"))
    assert read(windows).rows == read(twin(name)).rows


@pytest.mark.parametrize(
    "name",
    [
        "annuaire_56.txt",
        "finess_stock_42.csv",
        "ban_26.csv",
        "cedex.csv",
        "iris_population_2022.csv",
        "qpv_table.csv",
    ],
)
def test_a_header_alone_is_recognised_with_no_rows(name: str, twin: Twin, read: Read, write: Write) -> None:
    found = read(write(name, twin(name).read_bytes().split(b"\n")[0]))
    assert found.file.register.name == KNOWN[name][0]
    assert found.rows == []
    assert any("en-tête seul" in note for note in found.file.notes)


@pytest.mark.parametrize("name", ["annuaire_56.txt", "finess_regional.csv", "cedex.csv", "ban_26.csv"])
def test_capitals_and_lost_accents_in_the_header_change_nothing(
    name: str, twin: Twin, read: Read, write: Write
) -> None:
    header, _, rest = twin(name).read_text(encoding="utf-8").partition("\n")
    plain = header.upper().translate(str.maketrans("ÉÈÊÔÇ", "EEEOC")).replace("_", " ")
    assert read(write(name, f"{plain}\n{rest}")).rows == read(twin(name)).rows


def test_the_vintage_given_wins_over_the_name(twin: Twin, read: Read, tmp_path: Path) -> None:
    dated = tmp_path / "PS_LibreAcces_Personne_activite_202511030800.txt"
    shutil.copy(twin("annuaire_56.txt"), dated)
    assert read(dated).file.vintage == date(2025, 11, 3)
    assert read(dated, vintage=date(2025, 11, 4)).file.vintage == date(2025, 11, 4)


def test_the_vintage_is_unknown_when_nothing_tells_it(twin: Twin, read: Read) -> None:
    assert read(twin("ban_26.csv")).file.vintage is None


def test_the_banner_or_the_columns_give_the_vintage_when_the_name_does_not(
    twin: Twin, read: Read, tmp_path: Path
) -> None:
    for name, expected in (
        ("finess_legacy.csv", date(2025, 11, 5)),
        ("iris_population_2022.csv", date(2022, 1, 1)),
    ):
        nameless = tmp_path / name.split("_")[0]
        shutil.copy(twin(name), nameless)
        assert read(nameless).file.vintage == expected


def test_the_vintage_of_an_archive_may_be_in_the_name_of_its_member(
    twin: Twin, read: Read, tmp_path: Path
) -> None:
    packed = tmp_path / "paquet.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(twin("annuaire_56.txt"), "PS_LibreAcces_Personne_activite_202511030800.txt")
        archive.write(twin("annuaire_savoir_faire.txt"), "PS_LibreAcces_SavoirFaire_202511030800.txt")
        archive.write(twin("annuaire_diplomes.txt"), "PS_LibreAcces_Dipl_AutExerc_202511030800.txt")
    found = read(packed)
    assert found.file.vintage == date(2025, 11, 3)
    assert found.file.member == "PS_LibreAcces_Personne_activite_202511030800.txt"
