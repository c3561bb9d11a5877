"""A city's own quartiers, in a layer of any form whose columns it names."""

import json
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pytest
from shapely.geometry import shape
from small_registers import GP, activity, annuaire, at, ban, communes, iris, iris_population, layer
from store import Store

from app.errors import CheckError, SourceError

DAY = date(2025, 1, 1)
SECTORS = {"S1": (0, 0, 400, 400), "S2": (400, 0, 800, 400)}


def drawn(folder: Path) -> Path:
    """Write sectors whose columns no register has."""
    rows = [({"SECTEUR": code, "Libelle": f"Secteur <{code}>"}, box) for code, box in SECTORS.items()]
    return layer(folder / "secteurs_2025.geojson", rows)


def choosing(store: Store, columns: str) -> Store:
    """Return the store of a city that named the columns of its quartiers."""
    return Store(store.engine, store.settings.model_copy(update={"quartier_columns": columns}), store.folder)


def layer_of_town(folder: Path) -> str:
    """Return the outline of the town, in degrees, as GeoJSON writes it."""
    written = json.loads(layer(folder / "contour.geojson", [({}, (0, 0, 800, 400))]).read_text())
    return json.dumps(written["features"][0]["geometry"])


def load_town(store: Store) -> None:
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 800, 400)}))
    store.load(iris(folder, {"001010101": (0, 0, 400, 400), "001010102": (400, 0, 800, 400)}))
    store.load(iris_population(folder, {"001010101": 1200, "001010102": 600}))
    store.load(ban(folder, [{"number": 1, "street": "Rue Haute", "place": (100, 100)}]))
    store.load(annuaire(folder, DAY, [activity("810000000001", GP, at("1", "HAUTE"), commune="00101")]))


@pytest.mark.parametrize("form", ["geojson", "gpkg", "shp.zip"])
def test_a_layer_of_any_form_becomes_a_level_like_the_others(store: Store, form: str) -> None:
    city = choosing(store, "secteur, LIBELLE")
    load_town(city)
    path = drawn(store.folder)
    if form != "geojson":
        frame = geopandas.read_file(path)
        path = store.folder / f"secteurs_2025.{form}"
        frame.to_file(path, driver="GPKG" if form == "gpkg" else "ESRI Shapefile")
    loaded = city.load(path)
    assert (loaded.register, loaded.rows_kept) == ("quartiers", 2)
    city.release()
    people = {code: row.value for (level, code), row in city.people().items() if level == "quartier"}
    assert people == pytest.approx({"S1": 1200, "S2": 600}, rel=1e-3)
    assert city.counts("medecin_generaliste")["quartier", "S1"].headcount == 1
    names = city.rows("SELECT name FROM published.territory WHERE level = 'quartier' ORDER BY code")
    assert [row.name for row in names] == ["Secteur <S1>", "Secteur <S2>"]


def test_without_a_name_the_code_names_a_quartier(store: Store) -> None:
    city = choosing(store, "SECTEUR")
    city.load(drawn(store.folder))
    city.release()
    names = city.rows("SELECT name FROM published.territory WHERE level = 'quartier' ORDER BY 1")
    assert [row.name for row in names] == ["S1", "S2"]


def test_a_layer_of_a_register_stays_that_register_whatever_columns_are_chosen(store: Store) -> None:
    city = choosing(store, "CODE_IRIS,NOM_IRIS")
    assert city.load(iris(store.folder, {"001010101": (0, 0, 400, 400)})).register == "iris"


def test_a_layer_without_the_chosen_code_is_refused_with_what_to_do(store: Store) -> None:
    with pytest.raises(SourceError, match="Rien n'a été modifié") as refused:
        choosing(store, "NUMERO,LIBELLE").load(drawn(store.folder))
    assert "« SECTEUR »" in refused.value.hint
    assert "OBSERVATOIRE_QUARTIER_COLUMNS" in refused.value.hint


def test_a_quartier_that_crosses_itself_is_repaired_and_told(store: Store) -> None:
    path = drawn(store.folder)
    read = json.loads(path.read_text())
    ring = read["features"][0]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    assert not shape(read["features"][0]["geometry"]).is_valid
    path.write_text(json.dumps(read))
    city = choosing(store, "SECTEUR,Libelle")
    told = city.load(path).told(path.name)
    assert told.endswith("2 lignes chargées, 0 refusées ; polygone non valide, réparé au chargement : 1 (S1)")
    city.release()
    repaired = "SELECT code FROM published.territory WHERE repaired AND ST_IsValid(geom)"
    assert [row.code for row in city.rows(repaired)] == ["S1"]
    assert any("non valide" in note for note in city.one("SELECT notes FROM ops.source_file"))


def test_quartiers_outside_france_are_refused(store: Store) -> None:
    box = {"type": "Polygon", "coordinates": [[[13.3, 52.5], [13.4, 52.5], [13.4, 52.6], [13.3, 52.5]]]}
    path = layer(store.folder / "berlin_2025.geojson", [({"code": "B1", "nom": "Mitte"}, box)])
    with pytest.raises((CheckError, SourceError), match="Rien n'a été modifié"):
        store.load(path)
    assert store.one("SELECT count(*) FROM territory.territory") == 0


@pytest.mark.slow
def test_a_quartier_of_a_hundred_thousand_vertices_is_loaded_and_counted(store: Store) -> None:
    load_town(store)
    turns = np.linspace(0, 2 * np.pi, 100_001)
    # A hundred waves around a circle, in degrees, as somebody would digitise a coast.
    reach = 1 + 0.05 * np.sin(100 * turns)
    west, south, east, north = shape(json.loads(layer_of_town(store.folder))).bounds
    ring = np.column_stack([
        (west + east) / 2 + (east - west) / 2.2 * reach * np.cos(turns),
        (south + north) / 2 + (north - south) / 2.2 * reach * np.sin(turns),
    ])  # fmt: skip
    ring[-1] = ring[0]
    polygon = {"type": "Polygon", "coordinates": [ring.tolist()]}
    store.load(layer(store.folder / "cote_2025.geojson", [({"code": "C1", "nom": "Côte"}, polygon)]))
    store.release()
    (drawn,) = store.rows("SELECT ST_NPoints(geom) AS points FROM published.territory WHERE code = 'C1'")
    assert drawn.points == 100_001
    assert 1200 < store.people()["quartier", "C1"].value < 1800
