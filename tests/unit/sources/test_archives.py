"""7z archives: read like any other, refused when they are damaged, too large or name a path outside."""

import gc
import io
import os
from pathlib import Path

import numpy as np
import py7zr
import pyogrio
import pytest
import shapely

from app.errors import SourceError
from app.sources.recognise import recognise
from app.sources.rows import Rejects
from app.sources.seven_zip import unpack

MAX_BYTES = 1 << 30
CEDEX = b"cedex;libelle;insee\n" + b"".join(
    f"35{n:03d};VILLE {n * 7919 % 1000} CEDEX;35238\n".encode() for n in range(900)
)
FILTERS = [{"id": py7zr.FILTER_LZMA2, "preset": 1}]


def packed(folder: Path, members: dict[str, bytes], name: str = "a.7z") -> Path:
    """Write a 7z archive; the names are written as they are."""
    path = folder / name
    with py7zr.SevenZipFile(path, "w", filters=FILTERS) as archive:
        for member, body in members.items():
            archive.writef(io.BytesIO(body), member)
    return path


def contours(folder: Path) -> Path:
    """Write two IRIS in a GeoPackage, with the names of 2024."""
    path = folder / "iris.gpkg"
    boxes = shapely.box([351_000, 352_000], [6_789_000] * 2, [352_000, 353_000], [6_790_000] * 2)
    codes = ["352380101", "352380102"]
    columns = {
        "cleabs": ["IRIS____1", "IRIS____2"],
        "code_insee": ["35238"] * 2,
        "nom_commune": ["Rennes"] * 2,
        "iris": ["0101", "0102"],
        "code_iris": codes,
        "nom_iris": ["Nord", "Sud"],
        "type_iris": ["H"] * 2,
    }
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(boxes),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        geometry_type="Polygon",
        crs="EPSG:2154",
        driver="GPKG",
    )
    return path


def test_a_layer_in_a_7z_is_read_as_ign_packs_it(tmp_path: Path) -> None:
    stem = "CONTOURS-IRIS_3-0__GPKG_LAMB93_FXX_2024-01-01"
    body = contours(tmp_path).read_bytes()
    path = packed(
        tmp_path,
        {f"{stem}/lisez-moi.pdf": b"%PDF-1.7", f"{stem}/iris.gpkg.md5": b"0" * 32, f"{stem}/iris.gpkg": body},
        f"{stem}.7z",
    )
    found = recognise(path, max_bytes=MAX_BYTES)
    assert (found.register.name, found.member, found.srid) == ("iris", f"{stem}/iris.gpkg", 2154)
    assert found.vintage is not None
    assert found.vintage.year == 2024
    assert [row[0] for row in found.rows(Rejects())] == ["352380101", "352380102"]


def test_text_in_a_7z_is_read(tmp_path: Path) -> None:
    found = recognise(packed(tmp_path, {"dossier/cedex.csv": CEDEX}), max_bytes=MAX_BYTES)
    assert sum(1 for _ in found.rows(Rejects())) == 900


def test_what_was_unpacked_goes_with_the_last_reader(tmp_path: Path) -> None:
    unpacked, _ = unpack(packed(tmp_path, {"cedex.csv": CEDEX}), MAX_BYTES)
    folder = unpacked.folder
    assert (folder / "cedex.csv").read_bytes() == CEDEX
    del unpacked
    gc.collect()
    assert not folder.exists()


def replaced_name(folder: Path, name: str) -> Path:
    """Write an archive whose member got another name of the same length afterwards, header included."""
    path = folder / "a.7z"
    with py7zr.SevenZipFile(path, "w", filters=FILTERS) as archive:
        archive.set_encoded_header_mode(False)
        archive.writef(io.BytesIO(CEDEX), "x" * len(name))
    body = path.read_bytes()
    before, after = ("x" * len(name)).encode("utf-16-le"), name.encode("utf-16-le")
    assert before in body
    size, start = int.from_bytes(body[20:28], "little"), 32 + int.from_bytes(body[12:20], "little")
    body = body.replace(before, after)
    header = py7zr.helpers.calculate_crc32(body[start : start + size])
    body = body[:28] + header.to_bytes(4, "little") + body[32:]
    first = py7zr.helpers.calculate_crc32(body[12:32])
    path.write_bytes(body[:8] + first.to_bytes(4, "little") + body[12:])
    return path


@pytest.mark.parametrize("name", ["../cedex.csv", "a/../../b.csv", "/etc/passwd.csv", "C:\\cedex.csv"])
def test_a_path_that_leaves_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="sort de son dossier"):
        recognise(replaced_name(tmp_path, name), max_bytes=MAX_BYTES)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a.csv": b"0" * (64 << 20)})
    with pytest.raises(SourceError, match="par prudence"):
        recognise(path, max_bytes=MAX_BYTES)
    with pytest.raises(SourceError, match="taille permise"):
        recognise(path, max_bytes=1 << 20)


def test_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "cedex.csv").write_bytes(CEDEX)
    (tmp_path / "lien.csv").symlink_to("cedex.csv")
    path = tmp_path / "a.7z"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.write(tmp_path / "cedex.csv", "cedex.csv")
        archive.write(tmp_path / "lien.csv", "lien.csv")
    with pytest.raises(SourceError, match="des liens"):
        recognise(path, max_bytes=MAX_BYTES)


def test_a_password_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.7z"
    with py7zr.SevenZipFile(path, "w", password="secret") as archive:
        archive.writef(io.BytesIO(CEDEX), "cedex.csv")
    with pytest.raises(SourceError, match="mot de passe"):
        recognise(path, max_bytes=MAX_BYTES)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_archive_is_refused(tmp_path: Path, share: float) -> None:
    path = packed(tmp_path, {"cedex.csv": CEDEX, "bruit.bin": os.urandom(5000)})
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * share)])
    with pytest.raises(SourceError, match=r"coupé|abîmé"):
        recognise(path, max_bytes=MAX_BYTES)


def test_no_damaged_byte_does_more_than_refuse_the_file(tmp_path: Path) -> None:
    body = packed(tmp_path, {"cedex.csv": CEDEX[:600]}).read_bytes()
    path = tmp_path / "b.7z"
    outcomes = set()
    for place in range(6, len(body)):
        path.write_bytes(body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :])
        try:
            outcomes.add(sum(1 for _ in recognise(path, max_bytes=MAX_BYTES).rows(Rejects())))
        except SourceError:
            outcomes.add(-1)
    assert -1 in outcomes
    assert max(outcomes) <= 30
