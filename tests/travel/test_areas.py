"""Areas that nest, merge and split, on shapes small enough to be counted by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import ParameterError
from app.travel import isochrones
from app.travel.engine import GRID, polygonal
from app.travel.inhabitants import Inhabitants, Scattered
from app.travel.isochrones import Ground

DISKS = st.lists(
    st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 30)), min_size=1, max_size=5
)
FRANCE = Ground("f" * 64, "essai.osm.pbf", shapely.multipolygons([shapely.box(-3.4, 46.3, -3.2, 46.5)]))


def square(side: float) -> shapely.Geometry:
    return shapely.box(0, 0, side / 1000, side / 1000)


def around(disks: list[tuple[int, int, int]], wider: float = 0) -> list[shapely.Geometry]:
    return [shapely.Point(x / 1000, y / 1000).buffer((radius + wider) / 1000) for x, y, radius in disks]


@settings(max_examples=40, deadline=None)
@example(disks=[(0, 0, 1), (5, 0, 3), (0, 0, 1), (0, 15, 1), (5, 0, 1)], seed=0)
@given(disks=DISKS, seed=st.integers(0, 99))
def test_the_order_of_points_is_of_no_matter_to_their_union(disks, seed):
    groups = [[each, each.buffer(0.01)] for each in around(disks)]
    shuffled = [groups[rank] for rank in np.random.default_rng(seed).permutation(len(groups))]
    ours, theirs = ([shapely.to_wkb(area) for area in isochrones.merged(each)] for each in (groups, shuffled))
    assert ours == theirs


@settings(max_examples=40, deadline=None)
@given(disks=DISKS)
def test_rings_cover_what_the_disks_cover_and_never_overlap(disks):
    areas = isochrones.merged([[each, each.buffer(0.01), each.buffer(0.02)] for each in around(disks)])
    rings = isochrones.rings(areas)
    assert all(shapely.is_valid(rings))
    for rank, ring in enumerate(rings):
        for other in rings[:rank]:
            assert shapely.area(shapely.intersection(ring, other)) < GRID * shapely.length(other)
    gap = shapely.symmetric_difference(shapely.union_all(rings), areas[-1])
    assert shapely.area(gap) < GRID * sum(map(shapely.length, areas))


def test_people_of_the_rings_add_up_to_those_of_the_largest_disk():
    rng = np.random.default_rng(4)
    places = Scattered(rng.random(500) / 100, rng.random(500) / 100)
    people = Inhabitants(places, rng.random(500), np.ones((500, 10)), known=True)
    inside = places.within([square(side) for side in (2, 5, 9)])
    disks, rings = (isochrones.cumulative(inside, shape) for shape in ("disk", "ring"))
    assert sum(people.count(mask) for mask in rings) == pytest.approx(people.count(disks[-1]), abs=0.2)
    assert people.count(disks[0]) <= people.count(disks[1]) <= people.count(disks[2])


def test_people_whose_age_is_not_known_are_not_spread_over_the_ages():
    places = Scattered(np.array([0.001, 0.003]), np.array([0.001, 0.003]))
    ages = np.vstack([np.full(10, 1.0), np.full(10, np.nan)])
    people = Inhabitants(places, np.array([10.0, 4.0]), ages, known=True)
    assert people.by_age(places.within([square(2)])[0])["80+"] == 1.0
    assert people.count(places.within([square(5)])[0]) == 14.0
    assert people.by_age(places.within([square(5)])[0]) is None


def test_counting_near_an_area_gives_what_counting_everybody_gives():
    rng = np.random.default_rng(7)
    ages = rng.random((500, 10))
    places = Scattered(rng.random(500) / 100, rng.random(500) / 100)
    people = Inhabitants(places, ages.sum(axis=1), ages, known=True)
    near = people.near(square(6))
    assert 0 < len(near.people) < 500
    for side in (2, 5, 6):
        everybody, some = people.places.within([square(side)])[0], near.places.within([square(side)])[0]
        assert near.count(some) == people.count(everybody)
        assert near.by_age(some) == people.by_age(everybody)
    nowhere = shapely.box(8, 8, 9, 9)
    assert people.near(nowhere).count(people.near(nowhere).places.within([nowhere])[0]) == 0


def test_without_any_square_the_people_are_unknown_and_not_none_at_all():
    nobody = Inhabitants(Scattered(np.zeros(0), np.zeros(0)), np.zeros(0), np.zeros((0, 10)), known=False)
    mask = nobody.places.within([square(5)])[0]
    assert (nobody.count(mask), nobody.by_age(mask)) == (None, None)


def test_a_bow_tie_is_made_valid_and_its_lines_are_left():
    tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0, 3 0, 0 0))")
    mended = polygonal(tie)
    assert shapely.is_valid(mended)
    assert mended.geom_type in {"Polygon", "MultiPolygon"}


def test_an_empty_ring_has_no_surface():
    rings = isochrones.rings([square(2), square(2)])
    assert shapely.is_empty(rings[1])
    assert isochrones.areas_km2(rings)[1] == 0.0


def test_a_hole_is_not_counted_in_the_surface():
    whole, hole = shapely.box(0, 45, 0.02, 45.02), shapely.box(0.005, 45.005, 0.015, 45.015)
    all_of_it, inside, left = isochrones.areas_km2([whole, hole, shapely.difference(whole, hole)])
    assert left == pytest.approx(all_of_it - inside, abs=2e-4)


@pytest.mark.parametrize("written", ["", "0", "61", "5,", "5,x", "-5", "5.5", "1,2,3,4,5", "٣"])
def test_minutes_out_of_range_are_refused_by_name(written):
    with pytest.raises(ParameterError) as refused:
        isochrones.parse_minutes(written)
    assert refused.value.parameter == "minutes"


@pytest.mark.parametrize(
    ("lon", "lat", "parameter"),
    [(181, 0, "lon"), (0, -90.5, "lat"), ("2", 48, "lon"), (2, None, "lat"), (float("nan"), 0, "lon"),
     (True, 0, "lon"), (0, float("inf"), "lat")],
)  # fmt: skip
def test_what_is_no_place_on_earth_is_refused_by_name(lon, lat, parameter):
    with pytest.raises(ParameterError) as refused:
        isochrones.parse_point(lon, lat)
    assert refused.value.parameter == parameter


def test_a_point_written_backwards_is_told_so():
    with pytest.raises(ParameterError, match="échangées"):
        isochrones.check_covered(isochrones.parse_point(46.4, -3.3), FRANCE)
    with pytest.raises(ParameterError, match=r"hors de ce que couvre le graphe \(essai.osm.pbf\)"):
        isochrones.check_covered(isochrones.parse_point(2.35, 48.85), FRANCE)
    isochrones.check_covered(isochrones.parse_point(-3.3, 46.4), FRANCE)


def test_a_point_is_known_to_about_a_metre():
    assert isochrones.parse_point(-3.3000004, 46) == isochrones.parse_point(-3.2999996, 46.0)
