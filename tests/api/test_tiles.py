"""Vector tiles of the base map."""

import math

import pytest

from app.maps.tiles import LAYERS, TileAddress, highest_rank


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
