"""Printable sheets: what a page holds, that it is tagged, and that it refuses what it cannot print."""

import ctypes
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app import cli
from app.api import sheets
from app.api.main import TYPEFACE
from app.cli import atlas as cli_atlas
from app.web.pages import STATIC

MM = 72 / 25.4


@contextmanager
def opened(body: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(body)
    try:
        yield document
    finally:
        document.close()


def words(body: bytes, page: int = 0) -> str:
    """Return the text of a page, spaces of every width as one."""
    with opened(body) as document:
        text = document[page].get_textpage().get_text_bounded()
    return re.sub(r"\s+", " ", text)


def _language(document: pypdfium2.PdfDocument) -> str:
    length = raw.FPDFCatalog_GetLanguage(document, None, 0)
    text = (ctypes.c_ushort * (length // 2))()
    raw.FPDFCatalog_GetLanguage(document, text, length)
    return bytes(text).decode("utf-16-le").rstrip("\0")


@pytest.fixture(scope="module")
def sheet(client: Any) -> bytes:
    """Return the sheet of the QPV, A4."""
    answer = client.get("/atlas/qpv/QN00001M.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert "fiche-qpv-QN00001M-2025-11-03.pdf" in answer.headers["content-disposition"]
    return answer.content


def test_a_sheet_is_one_tagged_page_of_a4_in_french(sheet: bytes) -> None:
    with opened(sheet) as document:
        assert len(document) == 1
        assert [round(side / MM) for side in document[0].get_size()] == [297, 210]
        assert document.is_tagged()
        assert "Médecins généralistes libéraux" in document.get_metadata_value("Title")
        assert _language(document) == "fr"


def test_a_sheet_says_where_how_many_how_sure_when_and_from_what(sheet: bytes, client: Any) -> None:
    told = words(sheet)
    density = client.get("/api/v1/densities?profession=medecin_generaliste&level=qpv").json()["items"][0]
    assert "Les Deux-Rives" in told
    assert "Alpha, Bêta" in told
    assert f"{density['density']:.0f}".replace(".", ",") in told.replace(" ", "")
    assert "avec 95 % de confiance" in told
    assert "Offre au 3 novembre 2025" in told
    assert "Licence Ouverte 2.0" in told
    release = client.get("/api/v1/releases").json()["items"][0]["id"]
    assert f"version {release}" in told
    assert "QUENOUILLARD" not in told


def test_its_link_opens_the_same_map(sheet: bytes) -> None:
    assert re.search(
        r"http://127\.0\.0\.1:8000/\?qui=medecin_generaliste&echelle=iris&dans=qpv:QN00001M",
        words(sheet).replace(" ", ""),
    )


def test_the_map_of_a_sheet_is_drawn_with_lines_not_pixels(sheet: bytes) -> None:
    with opened(sheet) as document:
        kinds = {found.type for found in document[0].get_objects(max_depth=8)}
    assert raw.FPDF_PAGEOBJ_PATH in kinds
    assert raw.FPDF_PAGEOBJ_IMAGE not in kinds


def test_an_a3_sheet_of_a_commune_is_a_sheet_of_a3(client: Any) -> None:
    body = client.get("/atlas/commune/00101.pdf?paper=A3&profession=pharmacie").content
    with opened(body) as document:
        assert [round(side / MM) for side in document[0].get_size()] == [420, 297]
    assert "Pharmacies pour 100 000 habitants, par IRIS" in words(body)


def test_a_sheet_that_the_client_holds_is_not_printed_again(client: Any) -> None:
    first = client.get("/atlas/iris/001010101.pdf")
    again = client.get("/atlas/iris/001010101.pdf", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_a_territory_without_people_says_that_its_density_is_unknown(client: Any) -> None:
    told = words(client.get("/atlas/iris/001010102.pdf").content)
    assert "n'est pas connue" in told
    assert "nan" not in told.lower()


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/atlas/qpv/QN99999M.pdf", 404, "code"),
        ("/atlas/carreau/c0.pdf", 422, "level"),
        ("/atlas/galaxie/1.pdf", 422, "level"),
        ("/atlas/qpv/QN00001M.pdf?profession=sorcier", 422, "profession"),
        ("/atlas/qpv/QN00001M.pdf?paper=A5", 422, "paper"),
        ("/atlas/qpv/QN00001M.pdf?release=999", 404, "release"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_french(
    client: Any, address: str, status: int, parameter: str
) -> None:
    answer = client.get(address)
    problem = answer.json()
    assert (answer.status_code, problem["parameter"]) == (status, parameter)
    assert problem["hint"]


def test_a_name_that_is_html_is_printed_as_it_is_written(
    published: tuple[str, object], open_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "name_of", lambda *_: "<script>x</script> & Cie")
    with open_client(published[0]) as client:
        told = words(client.get("/atlas/commune/00101.pdf").content)
    assert "<script>x</script> & Cie" in told


def test_a_sheet_is_set_in_the_typeface_of_the_pages_and_complains_of_nothing(
    published: tuple[str, object], open_client: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with open_client(published[0]) as client:
        client.app.state.fonts = STATIC / TYPEFACE
        body = client.get("/atlas/qpv/QN00001M.pdf").content
    with opened(body) as document:
        letters = next(
            found for found in document[0].get_objects(max_depth=8) if found.type == raw.FPDF_PAGEOBJ_TEXT
        )
        name = ctypes.create_string_buffer(100)
        raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(letters), name, len(name))
    assert b"Source-Sans" in name.value
    assert [record for record in caplog.records if record.name.startswith("weasyprint")] == []


def run(
    words: list[str], url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Run the command line on a published city; return its code and what it told a person."""
    monkeypatch.setenv("OBSERVATOIRE_DATABASE_URL", url)
    monkeypatch.setenv("OBSERVATOIRE_PUBLIC_URL", "https://sante.ville.exemple")
    monkeypatch.setattr(cli_atlas, "migrated_engine", lambda _: create_engine(url, poolclass=NullPool))
    monkeypatch.setattr(sys, "argv", ["observatoire", "atlas", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr()
    return int(end.value.code or 0), told.out + told.err


def test_an_atlas_has_its_contents_then_a_page_a_territory(
    published: tuple[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words_ = ["--level", "iris", "--within", "commune:00101", "--output", str(tmp_path / "atlas.pdf")]
    code, told = run(words_, published[0], monkeypatch, capsys)
    assert (code, told.splitlines()[-1]) == (0, f"2 fiches dans {tmp_path / 'atlas.pdf'}.")
    body = (tmp_path / "atlas.pdf").read_bytes()
    with opened(body) as document:
        assert len(document) == 3
        assert [entry.get_title() for entry in document.get_toc()][1:] == ["+Nord", "Zone d'activité"]
    contents = words(body)
    assert "Alpha : IRIS, au 3 novembre 2025" in contents
    assert "+Nord Zone d'activité" in contents
    assert contents.startswith("2 3 ")  # the numbers of their pages
    assert "https://sante.ville.exemple/?qui=" in words(body, 1).replace(" ", "")


def test_an_atlas_of_nothing_or_into_no_folder_is_refused_and_leaves_no_file(
    published: tuple[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    nothing = ["--level", "quartier", "--within", "commune:00101", "--output", str(tmp_path / "a.pdf")]
    assert run(nothing, published[0], monkeypatch, capsys)[0] == 1
    lost = ["--level", "qpv", "--output", str(tmp_path / "absent" / "a.pdf")]
    code, told = run(lost, published[0], monkeypatch, capsys)
    assert code == 1
    assert "n'a pas pu être écrit" in told
    assert list(tmp_path.iterdir()) == []


def test_the_release_of_a_sheet_tells_whether_it_is_out_of_date(client: Any, city: Any, sheet: bytes) -> None:
    new, old = (client.get(f"/api/v1/releases/{city.releases[name]}").json() for name in ("new", "old"))
    assert f"/api/v1/releases/{city.releases['new']}" in words(sheet).replace(" ", "")
    assert (new["current"], new["superseded_by"]) == (True, None)
    assert (old["current"], old["superseded_by"]["id"]) == (False, city.releases["new"])
    assert "à jour" in new["sentence"]
    assert "dépassée" in old["sentence"]


def test_a_sheet_is_compared_with_what_holds_its_territory_never_with_itself(client: Any) -> None:
    commune = words(client.get("/atlas/commune/00101.pdf").content)
    assert "Alpha" in commune
    header = re.search(r"entre … et … (.+?) Médecins généralistes", commune)
    assert header
    assert header[1] != "Alpha"
    departement = words(client.get("/atlas/departement/00.pdf").content)
    assert "–" not in departement.split("Profession Nombre")[1].split("Offre au")[0].replace(" – ", " ")
