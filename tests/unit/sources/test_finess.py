"""FINESS: projections, commune codes and what spreadsheets and editions did to them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.errors import SourceError
from tests.unit.sources.conftest import Read, Write

Twin = Callable[[str], Path]


def test_overseas_establishments_have_their_own_projection_and_codes(twin: Twin, read: Read) -> None:
    rows = read(twin("finess_legacy.csv")).rows
    assert [(row["departement_code"], row["commune_code"], row["srid"]) for row in rows] == [
        ("00", "00101", "2154"),
        ("971", "97120", "5490"),
        ("973", "97307", "2972"),
        ("974", "97411", "2975"),
        ("976", "97608", "4471"),
        ("2A", "2A004", None),
    ]


def test_an_establishment_without_coordinates_is_kept_without_them(twin: Twin, read: Read) -> None:
    corsican = read(twin("finess_legacy.csv")).rows[-1]
    assert (corsican["x"], corsican["y"], corsican["srid"]) == (None, None, None)


def test_postcode_and_town_come_from_the_routing_line(twin: Twin, read: Read) -> None:
    rows = read(twin("finess_legacy.csv")).rows
    assert (rows[2]["postcode"], rows[2]["town"]) == ("97300", "RIVE FICTIVE CEDEX")


def test_latin1_is_converted_and_said(twin: Twin, read: Read) -> None:
    found = read(twin("finess_legacy.csv"))
    assert found.rows[1]["category_name"] == "Centre de Santé"
    assert "encodage latin-1, converti" in found.file.notes


def test_the_long_name_is_kept_with_its_quotes(twin: Twin, read: Read) -> None:
    assert read(twin("finess_legacy.csv")).rows[0]["name"] == 'PHARMACIE DU MOLE "LE PHARE"'


def test_what_a_spreadsheet_damaged_is_mended_or_left_empty(twin: Twin, read: Read) -> None:
    found = read(twin("finess_tableur.csv"))
    row = found.rows[0]
    assert (row["departement_code"], row["commune_code"], row["siret"]) == ("01", "01053", None)
    assert (row["x"], row["srid"], row["opened_on"]) == ("870000.0", "2154", "1979-02-13")
    assert found.rejects.remarks == {"SIRET abîmé par un tableur, laissé vide": 1}


def test_the_stock_with_42_columns_has_coordinates_and_that_with_36_has_none(twin: Twin, read: Read) -> None:
    located, unlocated = read(twin("finess_stock_42.csv")).rows
    assert (located["x"], located["srid"], unlocated["x"]) == ("216600.5", "2154", None)
    assert read(twin("finess_stock_36.csv")).rows[0]["x"] is None


def test_degrees_are_preferred_to_metres_in_a_regional_export(twin: Twin, read: Read) -> None:
    degrees, metres = read(twin("finess_regional.csv")).rows
    assert (degrees["x"], degrees["y"], degrees["srid"]) == ("-3.3", "46.4", "4326")
    assert (metres["x"], metres["y"], metres["srid"]) == ("216500.0", "6606300.0", "2154")


def test_quoted_separators_stay_in_their_field(twin: Twin, read: Read) -> None:
    row = read(twin("finess_regional.csv")).rows[0]
    assert (row["name"], row["street_name"]) == ('ACT "PAGE" FICTIVE', '"LES GENETS; NORD"')


def test_the_pairs_of_coordinates_of_both_editions_give_the_same_point(twin: Twin, read: Read) -> None:
    one, other, nowhere = read(twin("finess_plus.json")).rows
    assert (
        (one["x"], one["y"], one["srid"])
        == (other["x"], other["y"], other["srid"])
        == ("-3.3", "46.4", "4326")
    )
    assert nowhere["x"] is None


def test_metres_alone_are_put_in_order(twin: Twin, read: Read, write: Write) -> None:
    sites = json.loads(twin("finess_plus.json").read_text(encoding="utf-8"))
    pair = {"coordonneeX": "6606300.0", "coordonneeY": "216500.0"}
    sites[0]["adresse"][1]["coordonneesGeographique"] = pair
    row = read(write("plus.json", json.dumps(sites))).rows[0]
    assert (row["x"], row["y"], row["srid"]) == ("216500.0", "6606300.0", "2154")


def test_the_address_of_the_site_is_the_one_with_usage_03(twin: Twin, read: Read) -> None:
    row = read(twin("finess_plus.json")).rows[0]
    assert (row["postcode"], row["commune_code"], row["street_name"]) == ("00100", "00101", "DU MOLE")


def test_a_closed_site_says_so(twin: Twin, read: Read) -> None:
    assert [row["closed"] for row in read(twin("finess_plus.json")).rows] == ["f", "t", "f"]


def test_sites_inside_their_legal_entity_know_it(twin: Twin, read: Read) -> None:
    row = read(twin("finess_plus_wrapped.json")).rows[0]
    assert (row["finess"], row["finess_legal"], row["category_code"]) == ("000000051", "000900051", "603")


def test_the_schema_of_finess_plus_is_documentation(read: Read, write: Write) -> None:
    schema = {
        "$id": "https://finess.fr/structure.json",
        "$schema": "x",
        "title": "Structure",
        "type": "object",
    }
    found = read(write("schema.json", json.dumps(schema)))
    assert found.file.variant == "FINESS+, schéma JSON (documentation)"
    assert found.rows == []


def test_the_list_of_column_names_of_the_legacy_file_is_documentation(read: Read, write: Write) -> None:
    found = read(write("noms.txt", "geolocalisation;nofinesset;coordxet;coordyet;sourcecoordet;datemaj\n"))
    assert found.rows == []
    assert any("en-tête seul" in note for note in found.file.notes)


def test_a_legacy_file_cut_in_its_last_line_is_refused(twin: Twin, read: Read, write: Write) -> None:
    lines = twin("finess_legacy.csv").read_bytes().splitlines(keepends=True)[:4]
    with pytest.raises(SourceError, match="Le fichier est coupé") as caught:
        read(write("stock.csv", b"".join(lines)[:-60]))
    assert caught.value.place.line == 4


def test_an_unknown_sort_of_line_is_rejected(twin: Twin, read: Read, write: Write) -> None:
    text = twin("finess_legacy.csv").read_bytes() + b"equipement;000000011;1\n"
    found = read(write("stock.csv", text))
    assert found.rejects.examples == {"sorte de ligne inconnue": [(13, "equipement")]}
    assert len(found.rows) == 6


def test_coordinates_outside_france_are_left_out_and_counted(twin: Twin, read: Read, write: Write) -> None:
    text = twin("finess_legacy.csv").read_bytes().replace(b"216500.0;6606300.0", b"9216500.0;6606300.0")
    found = read(write("etalab-20251105.csv", text))
    assert found.rows[0]["x"] is None
    assert found.rejects.remarks == {"coordonnées hors de France, laissées vides": 1}
    assert found.file.vintage == date(2025, 11, 5)
