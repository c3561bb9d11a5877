"""Areas of places, drawn once."""

from app.api.departing import Travel
from app.api.drawn import LEAST_BYTES, Drawn
from app.travel.engine import Reach
from app.travel.isochrones import Ground, Point

HERE, THERE, WATER = Point(1.0, 1.0), Point(2.0, 2.0), Point(3.0, 3.0)


class Engine:
    """What draws, and the places it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, fingerprint, journeys):
        self.asked += [(fingerprint, journey.lon, journey.minutes) for journey in journeys]
        return [
            "off_network" if one.lon == WATER.lon else Reach(one.lon, one.lat, 0.0, (b"x" * 100,))
            for one in journeys
        ]


def travel(fingerprint="a", mode="walk"):
    return Travel(Ground(fingerprint, "f", None), mode, None, None)


def test_a_place_is_drawn_once_a_graph_and_duration_and_refusals_are_remembered():
    drawn, engine = Drawn(), Engine()
    first = drawn.replies([HERE, WATER], (15,), travel(), engine)
    again = drawn.replies([WATER, THERE, HERE], (15,), travel(), engine)
    assert (again[0], again[1].lon, again[2]) == (first[1], THERE.lon, first[0])
    assert engine.asked == [("a", 1.0, (15,)), ("a", 3.0, (15,)), ("a", 2.0, (15,))]
    drawn.replies([HERE], (10,), travel(), engine)
    drawn.replies([HERE], (15,), travel("b"), engine)
    drawn.replies([HERE], (15,), travel(mode="bike"), engine)
    assert len(engine.asked) == 6
    assert drawn.replies([], (15,), travel(), engine) == []


def test_what_was_not_drawn_for_the_longest_time_goes_first():
    drawn, engine = Drawn(2 * (LEAST_BYTES + 100)), Engine()
    drawn.replies([HERE, THERE], (15,), travel(), engine)
    drawn.replies([HERE], (15,), travel(), engine)
    drawn.replies([Point(4.0, 4.0)], (15,), travel(), engine)
    drawn.replies([HERE], (15,), travel(), engine)
    assert len(engine.asked) == 3
    drawn.replies([THERE], (15,), travel(), engine)
    assert len(engine.asked) == 4
