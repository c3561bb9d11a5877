"""What a place is made of: its départements, the communes beyond their border, and what is said of each."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from twin import Twin, running
from twin_city import twin_manifest

from app.errors import ParameterError, SourceError
from app.jobs.city import resolve
from app.jobs.place import composed, parsed, perimeter, read_communes
from app.settings import Settings
from app.sources.web import Patience

QUICK = Patience(0, sleep=lambda _seconds: None)
EPCI = "243500001"
# Squares of a tenth of a degree: columns 0-3 in département 35, 4-5 in département 53.
GRID = {
    f"{'35' if column < 4 else '53'}{column}{line:02d}": (column, line)
    for column in range(6)
    for line in range(4)
}


def commune(code: str, column: int, line: int) -> dict[str, object]:
    box = shapely.box(-2 + column / 10, 48 + line / 10, -1.9 + column / 10, 48.1 + line / 10)
    said = {
        "nom": f"Ville {code}",
        "code": code,
        "codesPostaux": [f"{code[:2]}{column}00"],
        "codeEpci": EPCI if code in {"35301", "53401"} else "000",
        "epci": {"code": EPCI, "nom": "Agglomération"},
        "codeDepartement": code[:2],
        "departement": {"code": code[:2], "nom": "Département"},
        "codeRegion": "53",
        "region": {"code": "53", "nom": "Région"},
        "population": 1000,
    }
    return {"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(box))}


@pytest.fixture
def twin() -> Iterator[Twin]:
    with running() as served:
        listed = twin_manifest()
        for code in ("35", "53", "22", "44", "49", "50", "56", "61", "72"):
            own = {name: at for name, at in GRID.items() if name.startswith(code)} or {f"{code}001": (90, 90)}
            features = [commune(name, *at) for name, at in own.items()]
            body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
            [delivery] = listed.deliveries("communes", [code])
            served.serve(delivery.address, body, modified=None)
        [delivery] = listed.deliveries("epci", [EPCI])
        members = [{"nom": "Ville", "code": code, "codeDepartement": code[:2]} for code in ("35301", "53401")]
        served.serve(delivery.address, json.dumps(members).encode(), modified=None)
        yield served


@pytest.fixture
def settings(twin: Twin, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, sources_url=twin.url, fetch_timeout_s=5, _env_file=None)


def found(settings: Settings, *within: str) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    place = resolve(settings, list(within), lambda _line: None, sources=twin_manifest(), patience=QUICK)
    return place.departements, place.border, place.opening


def test_a_commune_inside_its_departement_asks_for_no_other(settings: Settings, twin: Twin) -> None:
    assert found(settings, "commune:35101") == (("35",), (), "commune:35101")
    assert all("codeDepartement=35" in path for _, path, _ in twin.requests)


def test_a_commune_at_the_border_has_neighbours_beyond_it(settings: Settings) -> None:
    assert found(settings, "commune:35301")[1] == ("53400", "53401", "53402")


def test_an_epci_may_span_departements(settings: Settings) -> None:
    departements, border, opening = found(settings, f"epci:{EPCI}")
    assert departements == ("35", "53")
    assert border == ()
    assert opening == f"epci:{EPCI}"


def test_several_places_open_on_their_departement_when_they_share_one(settings: Settings) -> None:
    assert found(settings, "commune:35101,commune:35102") == (("35",), (), "departement:35")
    assert found(settings, "commune:35101", "commune:53501")[2] is None


def test_what_was_resolved_once_is_resolved_again_offline(settings: Settings) -> None:
    before = found(settings, "commune:35301")
    assert found(settings.model_copy(update={"offline": True}), "commune:35301") == before


def test_a_place_never_seen_cannot_be_resolved_offline(settings: Settings) -> None:
    with pytest.raises(SourceError):
        found(settings.model_copy(update={"offline": True}), "commune:35301")


@pytest.mark.parametrize("code", ["75112", "13208", "69385"])
def test_an_arrondissement_stands_for_its_city(code: str) -> None:
    assert parsed([f"commune:{code}"])[0][1] in {"75056", "13055", "69123"}


@pytest.mark.parametrize("text", ["Rennes", "commune:", "region:53", "commune:35238;drop", "commune:3500"])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ParameterError) as refused:
        parsed([text])
    assert "--within commune:35238" in refused.value.hint


def test_no_departement_is_drawn_from_its_border_communes_nor_a_region_from_one_departement(
    settings: Settings,
) -> None:
    found(settings, "commune:35301")
    chosen = settings.model_copy(
        update={"departements": "35", "border_communes": "53400,53401", "within": "commune:35301"}
    )
    paths = (settings.home / "fetched").glob("communes-*/communes-*.geojson")
    known = read_communes(paths)
    features = {one["properties"]["code"]: one for one in json.loads(composed(chosen, known))["features"]}
    assert set(features) == {code for code in GRID if code.startswith("35")} | {"53400", "53401"}
    assert {"departement", "epci"} <= set(features["35101"]["properties"])
    assert not {"region", "codeRegion"} & set(features["35101"]["properties"])
    assert not {"departement", "epci", "region"} & set(features["53400"]["properties"])
    place = perimeter(chosen, known)
    assert place.prefixes == ("35", "53400", "53401")
    assert place.postcodes == {"53400"}
    assert shapely.contains_xy(place.contours, -1.55, 48.05)
    assert not shapely.contains_xy(place.contours, -1.45, 48.05)
    assert place.box == pytest.approx((-1.95, 47.85, -1.35, 48.45))


def test_a_list_of_communes_in_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    path.write_text('{"features": [{"properties": {"nom": "x"}}]}')
    with pytest.raises(SourceError, match="forme attendue"):
        read_communes([path])
