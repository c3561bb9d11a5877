"""Vector tiles: the base map, contours and places; and how they are kept in front of the routes."""

import math
import os

import psycopg
import pytest
from small_city import FAMILY_NAME
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.db.loop_reader import LoopReader
from app.maps.prerender import prerender
from app.maps.tile_store import KeptTile, TileStore
from app.maps.tiles import LAYERS, TileAddress, draw_tile, highest_rank


def tile_at(zoom, lon=-3.305, lat=46.405):
    side = 1 << zoom
    x = int((lon + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)
    return f"{zoom}/{x}/{y}"


def address(city, where, release="new"):
    return f"/tiles/{city.releases[release]}/base/{where}.mvt"


def test_a_tile_holds_the_layers_that_are_there_and_never_expires(client, city):
    answer = client.get(address(city, tile_at(13)))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in answer.headers["cache-control"]
    for name in (b"road", b"water", b"place", b"Grande Rue"):
        assert name in answer.content
    assert b"railway" not in answer.content


def test_small_ways_wait_for_a_close_look(client, city):
    assert b"Sentier" not in client.get(address(city, tile_at(11))).content
    assert b"Sentier" in client.get(address(city, tile_at(14))).content


def test_a_tile_where_nothing_is_drawn_is_empty(client, city):
    answer = client.get(address(city, "13/0/0"))
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_tile_that_the_client_holds_is_not_sent_again(client, city):
    first = client.get(address(city, tile_at(13)))
    again = client.get(address(city, tile_at(13)), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in again.headers["cache-control"]


@pytest.mark.parametrize(
    ("where", "status", "parameter"),
    [
        ("3/8/0", 404, "x"),
        ("3/0/8", 404, "y"),
        ("25/0/0", 422, "z"),
        ("3/-1/0", 422, "x"),
        ("a/0/0", 422, "z"),
    ],
)
def test_a_square_outside_the_grid_is_a_problem(client, city, where, status, parameter):
    answer = client.get(address(city, where))
    assert answer.status_code == status
    assert answer.json()["parameter"] == parameter


def test_a_tile_of_another_release_is_not_found(client, city):
    answer = client.get(address(city, tile_at(13), "old"))
    assert answer.status_code == 404
    assert answer.json()["parameter"] == "release"


def test_an_unknown_layer_is_an_unknown_address(client, city):
    assert client.get(address(city, "3/0/0").replace("base", "other")).status_code == 404


def test_closer_looks_draw_more_ranks():
    ranks = [highest_rank(zoom) for zoom in range(20)]
    assert ranks == sorted(ranks)
    assert ranks[0] >= 1


def test_a_pixel_halves_at_each_zoom():
    assert TileAddress(0, 0, 0).pixel == pytest.approx(156_543.0339)
    assert TileAddress(1, 0, 0).pixel == pytest.approx(156_543.0339 / 2)
    assert len(set(LAYERS)) == 5


def test_contours_carry_code_and_name_and_no_value(client, city):
    tile = client.get(address(city, tile_at(13)).replace("base", "iris"))
    assert tile.status_code == 200
    assert b"001010101" in tile.content
    assert b"+Nord" in tile.content
    for value in (b"density", b"population", b"headcount"):
        assert value not in tile.content


@pytest.mark.parametrize("zoom", [4, 8, 11, 14])
def test_contours_are_there_at_every_zoom(client, city, zoom):
    assert b"00101" in client.get(address(city, tile_at(zoom)).replace("base", "commune")).content


def test_places_are_points_in_force_without_anybody_s_name(client, city):
    tile = client.get(address(city, tile_at(14)).replace("base", "lieux"))
    assert b"sites" in tile.content
    assert FAMILY_NAME.encode() not in tile.content
    # The town centre of a practice that is only known by its commune is no place.
    assert len(client.get(address(city, tile_at(9)).replace("base", "lieux")).content) > 0


def test_a_level_without_contours_is_no_layer(client, city):
    answer = client.get(address(city, tile_at(9)).replace("base", "carreau"))
    assert (answer.status_code, answer.json()["parameter"]) == (404, "layer")


@pytest.fixture
def keeping(published, open_client, tmp_path):
    """Open a client of a server that keeps its tiles."""
    with open_client(published[0], home=tmp_path, tile_cache_mb=8) as opened:
        yield opened


def kept_files(folder):
    return [file for file in (folder / "tiles").rglob("*") if file.is_file()]


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_a_kept_tile_is_the_drawn_one_in_every_coding(keeping, city, tmp_path, coding):
    headers = {"Accept-Encoding": coding}
    drawn = keeping.get(address(city, tile_at(13)), headers=headers)
    assert len(kept_files(tmp_path)) == 1
    kept = keeping.get(address(city, tile_at(13)), headers=headers)
    assert kept.content == drawn.content
    assert kept.headers.get("content-encoding", "identity") == coding
    # Its length is another: what is kept was compressed at leisure.
    for name in ("etag", "vary", "cache-control", "content-type", "referrer-policy"):
        assert kept.headers[name] == drawn.headers[name], name


@pytest.fixture
def drawings(monkeypatch):
    """Return what is asked from now on of the connections of tiles."""
    drawn = []
    one = LoopReader.one

    async def noted(reader, statement, values):
        drawn.append(values)
        return await one(reader, statement, values)

    monkeypatch.setattr(LoopReader, "one", noted)
    return drawn


def test_a_kept_tile_asks_neither_the_routes_nor_the_database(keeping, city, drawings):
    first = keeping.get(address(city, tile_at(13)))
    assert keeping.get(address(city, tile_at(13))).content == first.content
    held = keeping.get(address(city, tile_at(13)), headers={"If-None-Match": first.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
    assert [asked["z"] for asked in drawings if "z" in asked] == [13]
    keeping.get(address(city, tile_at(12)))
    assert [asked["z"] for asked in drawings if "z" in asked] == [13, 12]


def test_a_kept_tile_is_found_again_when_what_is_published_has_to_be_asked(
    published, open_client, city, tmp_path, drawings
):
    for _ in range(2):
        with open_client(published[0], home=tmp_path, tile_cache_mb=8) as client:
            assert client.get(address(city, tile_at(13))).status_code == 200
    assert ["z" in asked for asked in drawings] == [False, True, False]


@pytest.mark.parametrize("credential", ["Authorization", "Cookie", "X-API-Key"])
def test_whoever_brings_a_credential_is_answered_by_the_routes(keeping, city, drawings, credential):
    keeping.get(address(city, tile_at(13)))
    answer = keeping.get(address(city, tile_at(13)), headers={credential: "a=b"})
    # Drawn anew, or refused because nobody bears this credential.
    assert len([asked for asked in drawings if "z" in asked]) == 2 or answer.status_code == 401


ENDED = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%one vector tile%'"""


def test_a_connection_that_the_database_ended_costs_no_tile(published, open_client, city):
    made = create_engine(published[0], poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with open_client(published[0]) as client, made.connect() as connection:
        for headers in ({}, {"Cookie": "a=b"}):
            assert client.get(address(city, tile_at(13)), headers=headers).status_code == 200
            assert True in connection.execute(text(ENDED)).scalars().all()
            assert client.get(address(city, tile_at(13)), headers=headers).status_code == 200


def test_tiles_of_a_database_that_is_away_are_to_be_asked_again(published, open_client, city, monkeypatch):
    async def away(*_):
        raise psycopg.OperationalError

    with open_client(published[0]) as client:
        monkeypatch.setattr(LoopReader, "one", away)
        answer = client.get(address(city, tile_at(13)))
    assert (answer.status_code, answer.json()["title"]) == (503, "Base de données indisponible")
    assert int(answer.headers["retry-after"]) > 0


def test_a_drawn_tile_counts_in_the_limit_of_its_address_and_has_a_name(published, open_client, city):
    with open_client(published[0], limit_per_address=1) as client:
        answers = [client.get(address(city, tile_at(13))) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert all(answer.headers["x-request-id"] for answer in answers)


def test_only_tiles_are_ever_kept_in_front(keeping, city, tmp_path):
    keeping.get("/api/v1/practices?within=commune:00101&profession=medecin_generaliste")
    keeping.get("/tiles/..%2f..%2fetc/base/0/0/0.mvt")
    assert kept_files(tmp_path) == []


def test_a_full_store_keeps_nothing_more_and_still_answers(published, open_client, city, tmp_path):
    with open_client(published[0], home=tmp_path, tile_cache_mb=0) as full:
        assert full.get(address(city, tile_at(13))).status_code == 200
    assert kept_files(tmp_path) == []


def test_a_folder_that_cannot_be_written_costs_no_answer(published, open_client, city, tmp_path):
    (tmp_path / "tiles").write_text("", encoding="ascii")
    with open_client(published[0], home=tmp_path, tile_cache_mb=8) as hindered:
        for _ in range(2):
            assert hindered.get(address(city, tile_at(13))).status_code == 200


def test_a_new_release_is_never_answered_with_the_tiles_of_the_old(
    own_city, open_client, publish_release, tmp_path
):
    url, city = own_city
    with open_client(url, home=tmp_path, tile_cache_mb=8) as client:
        assert client.get(address(city, tile_at(13))).status_code == 200
        publish_release(url, city.releases["old"])
        fresh = client.get(address(city, tile_at(13), "old"))
        assert fresh.status_code == 200
        assert client.get(address(city, tile_at(13), "old")).headers["etag"] == fresh.headers["etag"]
        assert client.get(address(city, tile_at(13))).status_code == 404


def test_the_folders_of_other_releases_are_swept_once_they_rest(tmp_path):
    store = TileStore(tmp_path, 1 << 20)
    old, new = store.folder(1, "f" * 64), store.folder(2, "e" * 64)
    tile, kept = TileAddress(3, 1, 2), KeptTile.of(b"drawn")
    store.keep(old, "base", tile, kept)
    store.keep(new, "base", tile, kept)
    assert store.find(old, "base", "3/1/2") == kept
    os.utime(old, (0, 0))
    later = TileStore(tmp_path, 1 << 20)
    later.keep(new, "base", tile, kept)
    assert later.find(old, "base", "3/1/2") is None
    assert later.find(new, "base", "3/1/2") == kept


def test_the_store_never_grows_past_its_bound(tmp_path):
    store = TileStore(tmp_path, 10_000)
    folder = store.folder(1, "f" * 64)
    for x in range(64):
        store.keep(folder, "base", TileAddress(9, x, 0), KeptTile.of(os.urandom(300)))
    held = sum(file.stat().st_size for file in kept_files(tmp_path))
    assert 5_000 < held <= 10_000


def test_a_release_s_tiles_are_drawn_beforehand_from_afar_to_near(published, tmp_path):
    made = create_engine(published[0], poolclass=NullPool)
    store = TileStore(tmp_path, 1 << 22)
    with made.connect() as connection:
        assert prerender(connection, store, most=150) == 150
        drawn = draw_tile(connection, "iris", TileAddress(4, *_column_row(4)))
    folder = store.folder(drawn.release_id, drawn.fingerprint)
    kept = store.find(folder, "iris", tile_at(4))
    assert kept
    assert kept.body("identity") == drawn.mvt != b""
    assert len(kept_files(tmp_path)) == 150


def _column_row(zoom):
    return tuple(int(part) for part in tile_at(zoom).split("/")[1:])
