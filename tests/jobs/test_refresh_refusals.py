"""Bad input, through the command line: said where and why, nothing changed, the ledger knows."""

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from small_registers import (
    ANNUAIRE_COLUMNS,
    GP,
    activity,
    annuaire,
    at,
    ban,
    communes,
    iris,
    iris_population,
    layer,
    point,
    qpv,
)
from store import Outcome, Store, published_views, stored_rows

DAY, NEXT = date(2025, 1, 1), date(2025, 7, 1)
LINES = [activity(f"8{rank:011d}", GP, at(str(rank + 1), "DU MOLE"), commune="00101") for rank in range(30)]
SOURCES = Path(__file__).parents[1] / "fixtures" / "sources"

type Maker = Callable[[Path], Path]


@pytest.fixture(scope="module")
def city(module_store: Store) -> Store:
    """Return a store that publishes a small city."""
    store, folder = module_store, module_store.folder
    store.load(communes(folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(iris(folder, {"001010101": (0, 0, 1000, 1000)}))
    store.load(iris_population(folder, {"001010101": 1000}))
    store.load(annuaire(folder, DAY, LINES))
    store.release()
    return store


def texts(folder: Path, lines: list[str]) -> Path:
    """Write an annuaire from raw lines."""
    path = folder / "PS_LibreAcces_Personne_activite_202507010800.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def good(folder: Path) -> Path:
    return annuaire(folder, NEXT, LINES)


def empty(folder: Path) -> Path:
    return texts(folder, [])


def cut_zip(folder: Path) -> Path:
    path = folder / "PS_LibreAcces_202507010800.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(good(folder), "PS_LibreAcces_Personne_activite_202507010800.txt")
    path.write_bytes(path.read_bytes()[:-200])
    return path


def web_page(folder: Path) -> Path:
    return texts(
        folder, ["<!DOCTYPE html>", "<html><head><title>503 Service indisponible</title></head></html>"]
    )


def companion(folder: Path) -> Path:
    path = folder / "PS_LibreAcces_SavoirFaire_202507010800.txt"
    path.write_bytes((SOURCES / "annuaire_savoir_faire.txt").read_bytes())
    return path


def not_a_register(folder: Path) -> Path:
    path = folder / "menu_2025-07-01.csv"
    path.write_text("plat;prix\nsoupe;4\n", encoding="utf-8")
    return path


def latin1(folder: Path) -> Path:
    path = good(folder)
    head, *rest = path.read_text(encoding="utf-8").split("\n")
    path.write_bytes(head.encode() + b"\n" + "\n".join(rest).encode("latin-1"))
    return path


def without_column(folder: Path) -> Path:
    path = good(folder)
    where = ANNUAIRE_COLUMNS.index("Code profession")
    rows = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines()]
    return texts(folder, ["|".join(row[:where] + row[where + 1 :]) for row in rows] + [""])


def column_twice(folder: Path) -> Path:
    path = good(folder)
    text = path.read_text(encoding="utf-8").replace("Libellé profession", "Code profession", 1)
    return texts(folder, text.split("\n"))


def long_line(folder: Path) -> Path:
    path = good(folder)
    lines = path.read_text(encoding="utf-8").splitlines()
    return texts(folder, [*lines[:20], "x" * 10_000_000, *lines[20:], ""])


def cut_line(folder: Path) -> Path:
    path = good(folder)
    return texts(folder, path.read_text(encoding="utf-8")[:-80].split("\n"))


def nul_byte(folder: Path) -> Path:
    path = good(folder)
    path.write_bytes(path.read_bytes().replace(b"NOM800000000009", b"NOM\x0000000000009"))
    return path


def header_alone(folder: Path) -> Path:
    return texts(folder, ["|".join(ANNUAIRE_COLUMNS), ""])


def mostly_broken(folder: Path) -> Path:
    return annuaire(folder, NEXT, [*LINES[:10], *(activity("", GP) for _ in range(10))])


def swapped(folder: Path) -> Path:
    path = ban(folder, [{"number": n, "street": "Rue Haute", "place": (n, n)} for n in range(1, 9)])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(";lon;lat\n", ";lat;lon\n"), encoding="utf-8")
    return path


def wrong_projection(folder: Path) -> Path:
    square = [[650_000, 6_860_000], [651_000, 6_860_000], [651_000, 6_861_000], [650_000, 6_860_000]]
    shape = {"type": "Polygon", "coordinates": [square]}
    properties = {"CODE_IRIS": "001010102", "NOM_IRIS": "X", "INSEE_COM": "00101"}
    return layer(folder / "iris_2025-07.geojson", [(properties, shape)])


def empty_polygons(folder: Path) -> Path:
    shape = {"type": "Polygon", "coordinates": []}
    properties = {"CODE_IRIS": "001010102", "NOM_IRIS": "X", "INSEE_COM": "00101"}
    return layer(folder / "iris_2025-07.geojson", [(properties, shape), (properties, None)])


def points(folder: Path) -> Path:
    shape = {"type": "Point", "coordinates": list(point(1, 1))}
    properties = {"CODE_IRIS": "001010102", "NOM_IRIS": "X", "INSEE_COM": "00101"}
    return layer(folder / "iris_2025-07.geojson", [(properties, shape)] * 3)


def cut_layer(folder: Path) -> Path:
    path = iris(folder, {f"0010102{rank:02d}": (0, 0, 10, 10) for rank in range(20)}, year=2025)
    path.write_bytes(path.read_bytes()[:-300])
    return path


def same_date(folder: Path) -> Path:
    return annuaire(folder, DAY, LINES[:20])


def undated(folder: Path) -> Path:
    return communes(folder, {"00101": (0, 0, 1000, 1000)}).rename(folder / "communes.geojson")


def missing(folder: Path) -> Path:
    return folder / "nulle-part.csv"


CASES: list[tuple[Maker, tuple[str, ...]]] = [
    (empty, ("vide", "Téléchargez")),
    (cut_zip, ("compressé est coupé ou abîmé", "Téléchargez")),
    (web_page, ("page web", "503 Service indisponible")),
    (companion, ("fichier compagnon", "ne le charge pas", "source list")),
    (not_a_register, ("Aucun registre connu", "« plat », « prix »")),
    (latin1, ("UTF-8", "ligne 2", "Prénom d'exercice")),
    (without_column, ("« Code profession » manque", "Colonnes trouvées")),
    (column_twice, ("« Code profession » figure deux fois", "ligne 1", "colonne")),
    (long_line, ("ligne 21", "dépasse")),
    (cut_line, ("coupé", "ligne 31")),
    (nul_byte, ("octet nul", "ligne")),
    (header_alone, ("aucune ligne utilisable",)),
    (mostly_broken, ("10 lignes sur 20", "ligne 12", "Identification nationale PP")),
    (swapped, ("inversées", "ligne 2", "lon")),
    (wrong_projection, ("Lambert-93", "WGS84")),
    (empty_polygons, ("aucune ligne utilisable",)),
    (points, ("aucune ligne utilisable",)),
    (cut_layer, ("coupé",)),
    (same_date, ("porte déjà la date du 01/01/2025", "--force")),
    (undated, ("--vintage AAAA-MM-JJ",)),
    (missing, ("n'existe pas", "chemin")),
]


@pytest.mark.parametrize(("make", "told"), [pytest.param(*case, id=case[0].__name__) for case in CASES])
def test_bad_input_is_refused_with_a_reason_and_changes_nothing(
    city: Store, command: Callable[..., Outcome], tmp_path: Path, make: Maker, told: tuple[str, ...]
) -> None:
    path = make(tmp_path)
    shown, stored = published_views(city), stored_rows(city)
    outcome = command(city, "refresh", "--file", path)
    assert outcome.code == 1
    for words in (*told, path.name, "Rien n'a été modifié"):
        assert words in outcome.err
    assert "Traceback" not in outcome.err
    assert published_views(city) == shown
    assert stored_rows(city) == stored
    run = city.last_run()
    assert (run.task, run.status, run.file_name) == ("refresh", "refused", path.name)
    assert run.step
    assert run.finished_at is not None
    assert all(words in run.message for words in (*told, "Rien n'a été modifié"))
    assert "NOM8" not in run.message


def test_a_good_file_after_all_that_is_published(
    city: Store, command: Callable[..., Outcome], tmp_path: Path
) -> None:
    outcome = command(city, "refresh", "--file", good(tmp_path))
    assert (outcome.code, outcome.err) == (0, "")
    assert "30 lignes chargées, 0 refusées" in outcome.out
    assert city.one("SELECT vintage FROM published.release") == NEXT


def test_the_second_file_of_a_command_is_not_read_when_the_first_is_refused(
    store: Store, command: Callable[..., Outcome], tmp_path: Path
) -> None:
    outcome = command(store, "refresh", "--file", empty(tmp_path), "--file", good(tmp_path / ".."))
    assert outcome.code == 1
    assert store.one("SELECT count(*) FROM ops.source_file") == 0


def test_an_impossible_date_is_a_misuse(city: Store, command: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = command(city, "refresh", "--file", good(tmp_path), "--vintage", "2025-02-30")
    assert outcome.code == 2


def test_invalid_polygons_are_repaired_counted_and_told(store: Store) -> None:
    corners = [point(0, 0), point(400, 400), point(400, 0), point(0, 400), point(0, 0)]
    bow = {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}
    properties = {"code_qp": "QN00101M", "lib_qp": "Le Nœud", "insee_com": "00101"}
    sound = {"code_qp": "QN00102M", "lib_qp": "Le Carré", "insee_com": "00101"}
    store.load(layer(store.folder / "qpv_2024.geojson", [(properties, bow), (sound, (0, 0, 400, 400))]))
    found = store.rows(
        "SELECT code, repaired, ST_IsValid(geom) AS valid, area_km2 FROM territory.territory"
        " WHERE level = 'qpv' ORDER BY code"
    )
    assert [(row.code, row.repaired, row.valid) for row in found] == [
        ("QN00101M", True, True),
        ("QN00102M", False, True),
    ]
    # The two triangles of a bow-tie cover half of the square.
    assert found[0].area_km2 == pytest.approx(0.08, rel=0.01)
    assert any("non valide" in note for note in store.one("SELECT notes FROM ops.source_file"))


def test_some_empty_polygons_are_rejected_and_the_others_loaded(store: Store) -> None:
    path = qpv(store.folder, {f"QN0010{rank}M": ("00101", (0, 0, 100, 100)) for rank in range(9)})
    collection = json.loads(path.read_text())
    collection["features"][3]["geometry"] = None
    path.write_text(json.dumps(collection))
    loaded = store.load(path)
    assert (loaded.rows_kept, loaded.rows_rejected) == (8, 1)
    rejects = store.one("SELECT rejects FROM ops.source_file")
    assert rejects["polygone vide ou absent"]["examples"][0]["line"] == 4


def test_an_unreachable_database_is_said_in_french(
    store: Store, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pydantic import SecretStr

    from app.settings import Settings

    nowhere = Settings(
        home=tmp_path / "home",
        database_url=SecretStr("postgresql://nobody@localhost:1/nothing"),
        _env_file=None,
    )
    outcome = command(Store(store.engine, nowhere, tmp_path), "refresh", "--file", good(tmp_path))
    assert outcome.code == 1
    assert "base de données" in outcome.err
    assert "Traceback" not in outcome.err
