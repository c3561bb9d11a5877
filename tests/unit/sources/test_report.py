"""What « source check » says, in French."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import SourceError
from app.sources.report import check
from tests.unit.sources.conftest import MAX_BYTES, Write

Twin = Callable[[str], Path]
THIN = "\u202f"


def test_the_report_names_register_variant_encoding_date_and_columns(twin: Twin, write: Write) -> None:
    path = write("PS_LibreAcces_202511030800.txt", twin("annuaire_56.txt").read_bytes())
    lines = check(path, MAX_BYTES).splitlines()
    assert "Source : Annuaire santé, personnes et activités (RPPS) (annuaire)" in lines
    assert "Variante : 56 colonnes, avec rôle et genre d'activité" in lines
    assert "Date : 3 novembre 2025" in lines
    assert "Encodage : utf-8" in lines
    assert "Lignes : 3 lues, 3 gardées, 0 rejetées" in lines
    assert any(line.startswith("Colonnes trouvées (56) : « Type d'identifiant PP »") for line in lines)


def test_an_unknown_date_says_how_to_give_it(twin: Twin) -> None:
    assert "Date : inconnue : donnez-la avec --vintage AAAA-MM-JJ" in check(twin("ban_26.csv"), MAX_BYTES)


def test_rejected_lines_are_counted_with_reasons_and_examples(twin: Twin) -> None:
    report = check(twin("qpv_table.csv"), MAX_BYTES)
    assert f"Lignes : 2 lues, 1 gardées, 1 rejetées (50,0{THIN}%)" in report
    assert "  - population absente ou non diffusée : 1 (ligne 3 : QP000002)" in report


def test_rejected_objects_of_a_map_are_numbered_as_objects(twin: Twin) -> None:
    assert "(objet n° " in check(twin("extrait.osm"), MAX_BYTES)


def test_thousands_are_spaced(twin: Twin, write: Write) -> None:
    text = "cedex;libelle;insee\n" + "00112;AUBRELLE;00101\n" * 1234
    assert f"Lignes : 1{THIN}234 lues" in check(write("cedex.csv", text), MAX_BYTES)


def test_projection_part_and_remarks_are_told(twin: Twin) -> None:
    report = check(twin("ban_resaved.csv"), MAX_BYTES)
    assert "Partie : 01" in report
    assert "Coordonnées : WGS84 (EPSG:4326)" in report
    mended = check(twin("iris_population_2019_tableur.csv"), MAX_BYTES)
    assert "  - code IRIS complété d'un zéro perdu à gauche : 1" in mended


def test_missing_optional_columns_are_listed(write: Write) -> None:
    report = check(write("cedex.csv", "cedex;insee\n00112;00101\n"), MAX_BYTES)
    assert "Colonnes facultatives absentes : « libelle »" in report


def test_a_companion_file_is_said_not_to_be_loaded(twin: Twin) -> None:
    report = check(twin("annuaire_savoir_faire.txt"), MAX_BYTES)
    assert "Variante : savoir-faire (fichier compagnon, non chargé)" in report
    assert "Ce fichier est reconnu, mais l'observatoire ne le charge pas." in report


def test_the_insurance_directory_is_recognised_in_any_order(twin: Twin, write: Write) -> None:
    lines = [line.split(";") for line in twin("ameli.csv").read_text(encoding="utf-8-sig").splitlines()]
    turned = "\n".join(";".join(reversed(line)) for line in lines)
    assert "(ameli)" in check(write("liste.csv", turned), MAX_BYTES)


def test_a_refused_file_raises(write: Write) -> None:
    with pytest.raises(SourceError, match="vide"):
        check(write("vide.csv", ""), MAX_BYTES)
