"""Files that are no source: each is refused with a sentence that says what, where and what to do."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import SourceError
from app.sources import streams
from app.sources.recognise import recognise
from tests.unit.sources.conftest import MAX_BYTES, Read, Write

Twin = Callable[[str], Path]


def refused(read: Read, path: Path, match: str) -> SourceError:
    """Return the error a file is refused with, after checking what every refusal says."""
    with pytest.raises(SourceError, match=match) as caught:
        read(path)
    error = caught.value
    assert error.place.source == path.name
    assert "Rien n'a été modifié." in error.message()
    assert error.hint
    return error


def test_a_missing_file(read: Read, tmp_path: Path) -> None:
    refused(read, tmp_path / "absent.csv", "n'existe pas")


def test_a_folder(read: Read, tmp_path: Path) -> None:
    (tmp_path / "dossier").mkdir()
    refused(read, tmp_path / "dossier", "n'est pas un fichier")


def test_an_empty_file(read: Read, write: Write) -> None:
    refused(read, write("vide.csv", ""), r"vide \(0 octet\)")


def test_a_file_of_empty_lines(read: Read, write: Write) -> None:
    refused(read, write("blanc.csv", "\n\n  \n"), "que des lignes vides")


def test_an_empty_gzip(read: Read, write: Write) -> None:
    refused(read, write("vide.csv.gz", gzip.compress(b"")), "ne contient rien")


@pytest.mark.parametrize(
    "start", ["<!DOCTYPE html><html>", "\n <HTML lang='fr'>", "<?xml version='1.0'?><html>"]
)
def test_a_web_page_instead_of_a_file_is_named(start: str, read: Read, write: Write) -> None:
    page = f"{start}<head><title>404 Introuvable</title></head><body>Erreur</body></html>"
    refused(
        read, write("PS_LibreAcces_Personne_activite_202511030800.txt", page), "page web .*404 Introuvable"
    )


def test_a_web_page_inside_a_gzip(read: Read, write: Write) -> None:
    refused(read, write("a.csv.gz", gzip.compress(b"<html><body>Erreur</body></html>")), "page web")


def test_an_xml_that_is_not_openstreetmap(read: Read, write: Write) -> None:
    refused(read, write("a.osm", "<?xml version='1.0'?><rss></rss>"), "XML qui ne vient pas")


@pytest.mark.parametrize("kept", [200, 2000])
def test_a_truncated_zip(kept: int, twin: Twin, read: Read, write: Write) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(twin("annuaire_56.txt"), "a.txt")
    refused(read, write("a.zip", packed.getvalue()[:kept]), "coupé ou abîmé")


def test_a_zip_damaged_in_the_middle(twin: Twin, read: Read, write: Write) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(twin("annuaire_56.txt"), "a.txt")
    content = packed.getvalue().replace(b"DU MOLE", b"DU MELE")
    refused(read, write("a.zip", content), "coupé ou abîmé")


def test_a_truncated_gzip(twin: Twin, read: Read, write: Write) -> None:
    packed = gzip.compress(twin("annuaire_56.txt").read_bytes())
    refused(read, write("a.txt.gz", packed[:-40]), "coupé ou abîmé")


def test_a_gzip_truncated_far_into_the_rows(twin: Twin, read: Read, write: Write) -> None:
    header, *lines = twin("cedex.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{number:05d};AUBRELLE CEDEX {number * 7919 % 10007};00101" for number in range(60_000)]
    packed = gzip.compress("\n".join([header, *lines, *rows]).encode())
    refused(read, write("cedex.csv.gz", packed[:-2000]), "coupé ou abîmé")


def test_an_empty_zip(read: Read, write: Write) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w"):
        pass
    refused(read, write("a.zip", packed.getvalue()), "archive est vide")


def test_a_zip_with_nothing_readable(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("page.txt", "<html></html>")
        archive.writestr("notice.pdf", "%PDF-1.4")
    refused(read, path, "aucun fichier lisible")


@pytest.mark.parametrize(
    "name", ["../dehors.txt", "/etc/dehors.txt", "a/../../b.txt", "..\\dehors.txt", "C:\\x"]
)
def test_a_zip_whose_members_leave_their_folder(name: str, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    refused(read, path, "chemin qui sort de son dossier")


def test_a_zip_in_a_zip(twin: Twin, read: Read, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(twin("annuaire_56.txt"), "a.txt")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b.zip", inner.getvalue())
    refused(read, path, "contient une autre archive")


def test_a_zip_with_a_password(twin: Twin, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(twin("annuaire_56.txt"), "a.txt")
    locked = bytearray(path.read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    refused(read, path, "mot de passe")


def test_a_zip_larger_than_allowed_once_unpacked(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 2_000_000)
    with pytest.raises(SourceError, match="dépasse la taille permise") as caught:
        recognise(path, max_bytes=1_000_000)
    assert "OBSERVATOIRE_MAX_FILE_BYTES" in caught.value.hint


def test_a_gzip_larger_than_allowed_once_unpacked(twin: Twin, read: Read, write: Write) -> None:
    text = twin("cedex.csv").read_bytes() + b"00112;AUBRELLE;00101\n" * 60_000
    with pytest.raises(SourceError, match="dépasse la taille permise"):
        read(write("a.gz", gzip.compress(text)), max_bytes=1_000_000)


def test_a_plain_file_larger_than_allowed(twin: Twin, read: Read) -> None:
    with pytest.raises(SourceError, match="dépasse la taille permise"):
        read(twin("cedex.csv"), max_bytes=10)


@pytest.mark.parametrize("packing", ["zip", "gzip"])
def test_a_decompression_bomb_is_refused_by_its_ratio(
    packing: str, twin: Twin, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "RATIO_FREE_BYTES", 1 << 20)
    text = twin("cedex.csv").read_bytes() + b"00112;AUBRELLE;00101\n" * 200_000
    path = tmp_path / "bombe"
    if packing == "gzip":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", text)
    refused(read, path, "grossit plus de 250 fois")


@pytest.mark.parametrize(
    ("magic", "name"),
    [
        (b"7z\xbc\xaf\x27\x1c", "archive 7z est coupée"),
        (b"Rar!\x1a\x07", "archive RAR"),
        (b"BZh91AY", "archive bzip2"),
        (b"%PDF-1.7", "document PDF"),
        (b"PAR1", "fichier Parquet"),
    ],
)
def test_a_foreign_format_is_named_with_what_to_do(magic: bytes, name: str, read: Read, write: Write) -> None:
    refused(read, write("a.csv", magic + b"\x00" * 50), name)


def test_a_spreadsheet_workbook(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    assert "CSV" in refused(read, path, "classeur Excel").hint


def test_the_wrong_register_is_named(twin: Twin) -> None:
    with pytest.raises(SourceError, match="n'est pas un annuaire santé : c'est un fichier d'adresses"):
        recognise(twin("ban_26.csv"), max_bytes=MAX_BYTES, expected="annuaire")
    with pytest.raises(SourceError, match="c'est un extrait OpenStreetMap"):
        recognise(twin("extrait.osm"), max_bytes=MAX_BYTES, expected="finess")
    with pytest.raises(SourceError, match="c'est un fichier FINESS"):
        recognise(twin("finess_legacy.csv"), max_bytes=MAX_BYTES, expected="iris")


def test_an_unknown_file_is_told_what_the_expected_register_lacks(write: Write) -> None:
    path = write("a.csv", "cedex;ville\n00112;AUBRELLE\n")
    with pytest.raises(SourceError, match="n'est pas une table des CEDEX : la colonne « insee » manque"):
        recognise(path, max_bytes=MAX_BYTES, expected="cedex")
    with pytest.raises(SourceError, match="n'est pas un annuaire santé : les colonnes") as caught:
        recognise(path, max_bytes=MAX_BYTES, expected="annuaire")
    assert "PS_LibreAcces_Personne_activite" in caught.value.hint


@pytest.mark.parametrize("name", ["cedex.csv", "iris_2024.geojson", "finess_plus.json", "communes.json"])
def test_the_expected_register_is_accepted(name: str, twin: Twin) -> None:
    expected = recognise(twin(name), max_bytes=MAX_BYTES).register.name
    assert recognise(twin(name), max_bytes=MAX_BYTES, expected=expected).register.name == expected


def test_columns_of_no_register_are_listed(read: Read, write: Write) -> None:
    error = refused(read, write("a.csv", "titre;auteur\nx;y\n"), "Aucun registre connu")
    assert "« titre », « auteur »" in error.hint


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("annuaire_56.txt", "Code profession"),
        ("annuaire_52.txt", "Identification nationale PP"),
        ("ban_26.csv", "code_insee"),
        ("cedex.csv", "cedex"),
        ("finess_stock_42.csv", "categetab"),
    ],
)
def test_a_missing_required_column_is_named_and_the_others_are_listed(
    name: str, column: str, twin: Twin, read: Read, write: Write
) -> None:
    text = twin(name).read_text(encoding="utf-8")
    error = refused(
        read, write(name, text.replace(column, "autre chose", 1)), f"la colonne « {column} » manque"
    )
    assert error.place.column == column
    assert "« autre chose »" in error.hint


def test_a_missing_required_column_of_an_iris_table(twin: Twin, read: Read, write: Write) -> None:
    text = twin("iris_population_2022.csv").read_text(encoding="utf-8").replace("P22_POP;", "AUTRE;", 1)
    refused(read, write("pop.csv", text), "la colonne « PAA_POP » manque")


def test_a_duplicated_header_column(twin: Twin, read: Read, write: Write) -> None:
    text = twin("annuaire_56.txt").read_text(encoding="utf-8").replace("Libellé rôle", "Code rôle", 1)
    error = refused(read, write("a.txt", text), "« Code rôle » figure deux fois")
    assert (error.place.line, error.place.column) == (1, "Code rôle")


def test_utf16(twin: Twin, read: Read, write: Write) -> None:
    text = twin("annuaire_56.txt").read_text(encoding="utf-8")
    refused(read, write("a.txt", text.encode("utf-16")), "UTF-16")


def test_an_annuaire_in_latin1_names_line_and_column(twin: Twin, read: Read, write: Write) -> None:
    text = twin("annuaire_56.txt").read_text(encoding="utf-8").encode("latin-1")
    error = refused(read, write("a.txt", text), "0xE9 n'est pas de l'UTF-8")
    assert error.place.line == 1


@pytest.mark.parametrize("lines", [10, 20_000])
def test_a_byte_that_is_not_utf8_is_placed_by_line_and_column(
    lines: int, twin: Twin, read: Read, write: Write
) -> None:
    header, *rows = twin("annuaire_56.txt").read_bytes().splitlines()
    bad = rows[0].replace(b"DU MOLE", b"DU M\xd4LE")
    content = b"\n".join([header, *([rows[0]] * lines), bad, rows[1], b""])
    error = refused(read, write("a.txt", content), "0xD4 n'est pas de l'UTF-8")
    assert (error.place.line, error.place.column) == (lines + 2, "Libellé Voie (coord. structure)")


@pytest.mark.parametrize("lines", [10, 20_000])
def test_a_nul_byte_is_placed_by_its_line(lines: int, twin: Twin, read: Read, write: Write) -> None:
    header, *rows = twin("annuaire_56.txt").read_bytes().splitlines()
    bad = rows[0].replace(b"DU MOLE", b"DU\x00MOLE")
    content = b"\n".join([header, *([rows[0]] * lines), bad, b""])
    assert refused(read, write("a.txt", content), "octet nul").place.line == lines + 2


def test_a_header_of_ten_megabytes(read: Read, write: Write) -> None:
    error = refused(read, write("a.txt", b"x" * 10_000_000), "dépasse 1 Mo")
    assert error.place.line == 1


def test_a_line_of_ten_megabytes_after_good_ones(twin: Twin, read: Read, write: Write) -> None:
    content = twin("annuaire_56.txt").read_bytes() + b"|" * 10_000_000 + b"\n"
    assert refused(read, write("a.txt", content), "dépasse 1 Mo").place.line == 5


def test_swapped_longitude_and_latitude(twin: Twin, read: Read, write: Write) -> None:
    text = twin("ban_26.csv").read_text(encoding="utf-8").replace(";-3.3;46.4;", ";46.4;-3.3;")
    error = refused(read, write("ban.csv", text), "inversées")
    assert (error.place.line, error.place.column) == (2, "lon")


def test_metres_where_degrees_are_expected(twin: Twin, read: Read, write: Write) -> None:
    text = twin("ban_26.csv").read_text(encoding="utf-8").replace(";-3.3;46.4;", ";216500.0;6606300.0;")
    refused(read, write("ban.csv", text), r"sont en Lambert-93 \(EPSG:2154\) et non en WGS84")


def test_swapped_metres(twin: Twin, read: Read, write: Write) -> None:
    text = twin("finess_stock_42.csv").read_text(encoding="utf-8")
    swapped = text.replace("216600.5;6606400.5", "6606400.5;216600.5")
    refused(read, write("finess.csv", swapped), "inversées")


def test_a_file_wholly_outside_france(twin: Twin, read: Read, write: Write) -> None:
    text = twin("ban_26.csv").read_text(encoding="utf-8").replace(";-3.3;46.4;", ";13.4;52.5;")
    refused(read, write("ban.csv", text), "hors de France")


@pytest.mark.parametrize("cut", [100, 400, 700])
def test_a_truncated_geojson(cut: int, twin: Twin, read: Read, write: Write) -> None:
    text = twin("iris_2022.geojson").read_text(encoding="utf-8")
    refused(read, write("iris.geojson", text[:cut]), "JSON est coupé")


def test_a_truncated_json(twin: Twin, read: Read, write: Write) -> None:
    text = twin("finess_plus.json").read_text(encoding="utf-8")
    error = refused(read, write("plus.json", text[:-100]), "JSON est coupé")
    assert error.place.line is not None


def test_a_malformed_json_names_the_line(twin: Twin, read: Read, write: Write) -> None:
    text = twin("finess_plus.json").read_text(encoding="utf-8").replace('"siret":', '"siret"', 1)
    assert refused(read, write("plus.json", text), "JSON").place.line is not None


def test_a_json_nested_to_exhaust_the_stack(read: Read, write: Write) -> None:
    refused(read, write("a.json", "[" * 200_000), "JSON")


def test_a_json_of_no_register(read: Read, write: Write) -> None:
    error = refused(read, write("a.json", '[{"titre": 1}]'), "Aucun registre connu n'a cette forme JSON")
    assert "« titre »" in error.hint


def test_binary_noise(read: Read, write: Write) -> None:
    refused(read, write("a.csv", bytes(range(256)) * 40), "octet nul")
