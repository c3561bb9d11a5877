"""How long the fastest way is, on the demo city's streets."""

import numpy as np
import pytest

from app.travel.modes import StreetMode
from app.travel.search import StreetSearch
from app.travel.streets import Streets

FOOT = 5.1 / 3.6  # metres a second


@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_the_way_goes_where_its_time_says(
    streets: Streets, searches: dict[StreetMode, StreetSearch], mode: StreetMode
) -> None:
    search, rng = searches[mode], np.random.default_rng(6)
    drawn = streets.junctions[rng.choice(len(streets.junctions), 25, replace=False)]
    origin, places = search.snap(drawn[:1] + 0.0002), search.snap(drawn[1:] + 0.0003)
    seconds = search.times(places, origin, 3_600).toarray()[:, 0]
    reached = np.flatnonzero(seconds)
    assert len(reached) > 10
    metres = search.metres(places.take(reached), origin, seconds[reached].tolist())
    crow = np.hypot(*(streets.metres(drawn[1:][reached]) - streets.metres(drawn[:1])).T)
    # Points stand some way from their street, which no time and no length counts.
    assert (metres >= crow * 0.98 - 150).all()
    if mode == "walk":
        np.testing.assert_allclose(metres, seconds[reached] * FOOT, atol=2)
    else:
        assert (metres / seconds[reached] < 36.1).all(), "nobody drives faster than any street allows"


def test_two_points_of_one_street_are_as_far_as_along_it(
    streets: Streets, searches: dict[StreetMode, StreetSearch]
) -> None:
    search = searches["walk"]
    long = int(np.argmax(streets.length * (np.diff(streets.offsets) == 2)))
    ends = streets.shape[streets.offsets[long] : streets.offsets[long + 1]]
    one, other = (search.snap(ends[:1] * (1 - part) + ends[1:] * part) for part in (0.3, 0.7))
    assert one.street[0] == other.street[0]
    assert search.metres(other, one, [600.0])[0] == pytest.approx(0.4 * streets.length[long], rel=0.02)


def test_a_place_that_no_way_leads_to_has_no_length(
    streets: Streets, searches: dict[StreetMode, StreetSearch]
) -> None:
    search = searches["walk"]
    far = streets.junctions[[0, int(np.argmax(np.abs(streets.junctions - streets.junctions[0]).sum(axis=1)))]]
    here, there = search.snap(far[:1]), search.snap(far[1:])
    assert np.isnan(search.metres(there, here, [5.0])[0])
