"""Engines on the demo city's graph, alone and in processes that die, hang or outlive their parent."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import shapely
from anyio.from_thread import start_blocking_portal

from app.api.searches import Searches
from app.settings import PROJECT
from app.travel.engine import GRID, Engine, Failure, Journey, Reach, Reply
from app.travel.failures import GraphError, RoutingBusyError, RoutingError
from app.travel.graph import Graph
from app.travel.isochrones import journey, merged, parse_point, together
from app.travel.modes import STREET_MODES, StreetMode
from app.travel.pool import Pool
from app.travel.routing import Routing
from app.travel.search import StreetSearch
from app.travel.streets import Streets

CENTRE = parse_point(-3.2986, 46.4004)
WALK = journey("walk", CENTRE, (5, 10, 15))
WALK5 = journey("walk", CENTRE, (5,))
DRIVE = journey("car", CENTRE, (5,))


@pytest.fixture(scope="module")
def engine(graph: Graph) -> Engine:
    return Engine(graph.actor_config())


@pytest.fixture
def pool(graph: Graph) -> Iterator[Pool]:
    made = Pool(graph.actor_config(), 2, 10.0)
    yield made
    made.close()


def gone(pid: int, within_s: float = 10.0) -> bool:
    """Say whether a process has ended; a zombie has."""
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("mode", STREET_MODES)
def test_areas_are_valid_and_each_lies_within_the_next(engine: Engine, mode: StreetMode) -> None:
    reach = engine.reach(journey(mode, CENTRE, (3, 5, 10, 15)))
    assert isinstance(reach, Reach)
    areas = reach.areas
    assert all(shapely.is_valid(areas))
    assert {area.geom_type for area in areas} <= {"Polygon", "MultiPolygon"}
    for inner, outer in pairwise(areas):
        assert shapely.area(shapely.difference(inner, outer)) < GRID * shapely.length(inner)
        assert shapely.area(inner) < shapely.area(outer)


def test_the_street_one_leaves_from_is_told_with_its_distance(engine: Engine, streets: Streets) -> None:
    reach = engine.reach(WALK)
    assert isinstance(reach, Reach)
    there, here = streets.metres(np.array([(reach.lon, reach.lat), (CENTRE.lon, CENTRE.lat)]))
    assert 0 < reach.snap_m < 100
    assert np.hypot(*(there - here)) == pytest.approx(reach.snap_m, abs=1.0)


@pytest.mark.parametrize(
    ("mode", "longer"), [("walk", (5, 10, 15)), ("walk", (5, 30)), ("bike", (5, 20, 40))]
)
def test_an_area_is_the_same_whatever_is_asked_beside_it(
    engine: Engine, mode: StreetMode, longer: tuple[int, ...]
) -> None:
    alone, beside, last = (
        engine.reach(journey(mode, CENTRE, minutes)) for minutes in ((5,), longer, longer[-1:])
    )
    assert isinstance(alone, Reach)
    assert isinstance(beside, Reach)
    assert isinstance(last, Reach)
    assert alone.areas[0] == beside.areas[0]
    # The longest holds the others, which Valhalla's smoothing may have let out by a sliver.
    one, other = (shapely.area(reach.areas[-1]) for reach in (last, beside))
    assert one <= other <= one * 1.003


def test_the_same_journey_gives_the_same_bytes(engine: Engine) -> None:
    assert engine.reach(WALK) == engine.reach(WALK)


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 15), ("bike", 10)])
def test_who_is_inside_is_who_our_own_search_reaches(
    engine: Engine, streets: Streets, searches: dict[StreetMode, StreetSearch], mode: StreetMode, minutes: int
) -> None:
    rng = np.random.default_rng(7)
    people = streets.junctions[rng.integers(0, len(streets.junctions), 4_000)]
    starts = streets.junctions[rng.integers(0, len(streets.junctions), 8)]
    search = searches[mode]
    near = search.times(search.snap(starts), search.snap(people), minutes * 60).toarray() > 0
    inside = np.zeros_like(near)
    for rank, (lon, lat) in enumerate(starts):
        reach = engine.reach(journey(mode, parse_point(float(lon), float(lat)), (minutes,)))
        if isinstance(reach, Reach):
            inside[rank] = shapely.contains_xy(reach.areas[0], people[:, 0], people[:, 1])
        else:
            near[rank] = False
    assert inside.sum() == pytest.approx(near.sum(), rel=0.06)


def test_a_point_in_the_fields_or_outside_the_graph_is_off_the_network(engine: Engine) -> None:
    for lon, lat in ((2.35, 48.85), (-3.0, 46.0)):
        assert engine.reach(journey("walk", parse_point(lon, lat), (5,))) == "off_network"


def test_a_piece_that_leads_nowhere_is_refused(engine: Engine, streets: Streets) -> None:
    demanding = Journey("walk", CENTRE.lon, CENTRE.lat, (5,), 500.0, len(streets.junctions) * 2)
    assert engine.reach(demanding) in {"isolated", "off_network"}


@pytest.mark.parametrize(("mode", "minutes"), [("walk", 10), ("bike", 10), ("car", 5)])
def test_places_drawn_together_reach_what_each_of_them_does(
    engine: Engine, streets: Streets, mode: StreetMode, minutes: int
) -> None:
    rng = np.random.default_rng(8)
    places = [parse_point(*place) for place in streets.junctions[rng.integers(0, len(streets.junctions), 12)]]
    each = [engine.reach(journey(mode, place, (minutes,))) for place in places]
    led = [one for one in each if isinstance(one, Reach)]
    [[alone]] = [merged([one.areas for one in led])]
    both = engine.reach(together(mode, places, (minutes,)))
    assert isinstance(both, Reach)
    assert both.left_out == len(places) - len(led)
    [area] = both.areas
    assert shapely.is_valid(area)
    people = streets.junctions
    inside, expected = (shapely.contains_xy(one, people[:, 0], people[:, 1]) for one in (area, alone))
    assert (inside != expected).mean() < 0.02


def test_places_that_lead_nowhere_are_left_out_of_those_drawn_together(engine: Engine) -> None:
    far = parse_point(2.0, 48.0)
    [area] = cast(Reach, engine.reach(WALK5)).areas
    both = engine.reach(together("walk", [CENTRE, far], (5,)))
    assert isinstance(both, Reach)
    assert (both.left_out, both.areas) == (1, (area,))
    assert engine.reach(together("walk", [far, far], (5,))) == "off_network"


def test_processes_start_when_first_asked_and_answer_as_one_engine(pool: Pool, engine: Engine) -> None:
    assert pool.pids() == []
    assert pool.reply(WALK) == engine.reach(WALK)
    assert len(pool.pids()) == 1
    with ThreadPoolExecutor(4) as threads:
        replies = set(threads.map(pool.reply, [WALK] * 8))
    assert replies == {engine.reach(WALK)}
    assert len(pool.pids()) <= 2


def test_a_killed_process_is_replaced_and_its_journey_asked_again(pool: Pool, engine: Engine) -> None:
    pool.reply(WALK)
    (before,) = pool.pids()
    os.kill(before, signal.SIGKILL)
    assert pool.reply(WALK) == engine.reach(WALK)
    (after,) = pool.pids()
    assert after != before


def awaited(pool: Pool) -> Reply | None:
    """Return what a process at rest answers when no thread waits for it."""
    begun = pool.begin(WALK)
    assert begun is not None
    # The browser of other tests holds this thread's own loop.
    with start_blocking_portal() as loop:
        try:
            return loop.call(begun.reply)
        finally:
            begun.give_up()


def test_an_answer_that_no_thread_waits_for_is_the_same(pool: Pool, engine: Engine) -> None:
    assert pool.begin(WALK) is None, "no process is at rest yet"
    pool.reply(WALK)
    before = pool.pids()
    assert awaited(pool) == engine.reach(WALK)
    assert pool.pids() == before


def test_a_socket_that_uvloop_watched_is_read_whole_again(pool: Pool, engine: Engine) -> None:
    """Else its reads would not wait: a long answer, which comes in pieces, would be taken for a loss."""
    pool.reply(WALK)
    begun = pool.begin(WALK)
    assert begun is not None
    with start_blocking_portal(backend_options={"use_uvloop": True}) as loop:
        assert loop.call(begun.reply) == engine.reach(WALK)
    worker = pool._slots.get_nowait()
    assert worker is not None
    assert os.get_blocking(worker._link.fileno())
    pool._slots.put(worker)


def test_a_journey_that_is_given_up_has_its_answer_taken_for_nobody_s(pool: Pool, engine: Engine) -> None:
    pool.reply(WALK)
    (before,) = pool.pids()
    begun = pool.begin(journey("car", CENTRE, (5,)))
    assert begun is not None
    begun.give_up()
    assert gone(before)
    assert pool.reply(WALK) == engine.reach(WALK)


def test_a_process_lost_while_no_thread_waits_is_replaced(pool: Pool, engine: Engine) -> None:
    pool.reply(WALK)
    (before,) = pool.pids()
    os.kill(before, signal.SIGSTOP)
    begun = pool.begin(WALK)
    os.kill(before, signal.SIGKILL)
    assert begun is not None
    with start_blocking_portal() as loop:
        assert loop.call(begun.reply) is None
    assert pool.reply(WALK) == engine.reach(WALK)
    (after,) = pool.pids()
    assert after != before


def test_a_process_that_hangs_while_no_thread_waits_is_ended(
    graph: Graph, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.travel.pool.END_SECONDS", 0.1)
    hasty = Pool(graph.actor_config(), 1, 1.0)
    hasty.reply(WALK)
    (stuck,) = hasty.pids()
    os.kill(stuck, signal.SIGSTOP)
    assert awaited(hasty) is None
    assert gone(stuck)
    assert hasty.reply(WALK) == engine.reach(WALK)
    hasty.close()


def test_a_process_that_hangs_is_ended_and_replaced(graph: Graph, engine: Engine) -> None:
    hasty = Pool(graph.actor_config(), 1, 1.0)
    hasty.reply(WALK)
    (stuck,) = hasty.pids()
    os.kill(stuck, signal.SIGSTOP)
    assert hasty.reply(WALK) == engine.reach(WALK)
    assert gone(stuck)
    hasty.close()


def test_two_processes_lost_in_a_row_are_an_error_and_the_next_question_is_answered(graph: Graph) -> None:
    hasty = Pool(graph.actor_config(), 1, 1e-4)
    with pytest.raises(RoutingError):
        hasty.reply(WALK)
    with pytest.raises(RoutingError):
        hasty.reply(WALK)
    assert hasty.pids() == []
    hasty.close()


def test_tiles_that_cannot_be_opened_are_told_by_the_process(graph: Graph) -> None:
    config = graph.actor_config()
    del config["mjolnir"]
    broken = Pool(config, 1, 5.0)
    with pytest.raises(RoutingError):
        broken.reply(WALK)
    broken.close()


def test_closing_ends_every_process_and_answers_who_still_asks(graph: Graph) -> None:
    made = Pool(graph.actor_config(), 1, 10.0)
    made.reply(WALK)
    (pid,) = made.pids()
    made.close()
    assert gone(pid)
    with pytest.raises(RoutingError):
        made.reply(WALK)


def test_processes_end_with_a_parent_that_is_killed(graph: Graph) -> None:
    order = f"""
import time
from pathlib import Path
from app.travel.graph import tile_config
from app.travel.isochrones import journey, parse_point
from app.travel.pool import Pool
pool = Pool(tile_config(Path({str(graph.folder)!r})), 1, 10.0)
pool.reply(journey("walk", parse_point({CENTRE.lon}, {CENTRE.lat}), (5,)))
print(*pool.pids(), flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", order], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
        assert gone(child)


def routing(graph: Graph, room: int = 4, limit_s: float = 10.0) -> Routing:
    home = graph.folder.parent.parent
    return Routing(home, Searches(home), size=1, limit_s=limit_s, room=room)


def test_more_requests_than_there_is_room_for_are_turned_away_at_once(graph: Graph) -> None:
    small = routing(graph, room=1)
    small.reaches(graph.fingerprint, [DRIVE])
    (pid,) = small.pids()
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(small.reaches, graph.fingerprint, [DRIVE])
        time.sleep(0.3)
        with pytest.raises(RoutingBusyError):
            small.reaches(graph.fingerprint, [DRIVE])
        os.kill(pid, signal.SIGCONT)
        assert isinstance(waiting.result()[0], Reach)
    small.close()


def test_areas_drawn_here_wait_for_room_as_the_others_do(graph: Graph) -> None:
    asked = journey("walk", parse_point(CENTRE.lon, CENTRE.lat), (5,))
    assert isinstance(routing(graph, room=1).reaches(graph.fingerprint, [asked])[0], Reach)
    with pytest.raises(RoutingBusyError):
        routing(graph, room=0).reaches(graph.fingerprint, [asked])


def test_tiles_full_of_noise_are_an_error_and_a_sound_graph_still_answers(
    graph: Graph, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(graph.folder, home / "graphs" / graph.fingerprint)
    rng = np.random.default_rng(5)
    for tile in home.rglob("*.gph"):
        content = np.frombuffer(tile.read_bytes(), np.uint8).copy()
        content[rng.integers(300, len(content), 5_000)] = rng.integers(0, 256, 5_000)
        tile.write_bytes(content.tobytes())
    noisy = Routing(home, Searches(home), size=1, limit_s=5.0, room=4)
    with pytest.raises(RoutingError) as lost:
        noisy.reaches(graph.fingerprint, [DRIVE])
    assert "observatoire graph build" in lost.value.hint
    noisy.close()
    tile.write_bytes(content.tobytes()[:1_000])
    with pytest.raises(GraphError, match="abîmé"):
        Routing(home, Searches(home), size=1, limit_s=5.0, room=4).reaches(graph.fingerprint, [DRIVE])
    sound = routing(graph)
    assert isinstance(sound.reaches(graph.fingerprint, [DRIVE])[0], Reach)
    sound.close()


def test_many_journeys_come_back_in_their_order(graph: Graph, engine: Engine) -> None:
    asked = [journey("car", parse_point(-3.2986 + step / 500, 46.4004), (5,)) for step in range(6)]
    several = routing(graph)
    assert several.reaches(graph.fingerprint, asked) == [engine.reach(one) for one in asked]
    several.close()


def test_a_graph_that_is_not_there_is_told(graph: Graph) -> None:
    with pytest.raises(GraphError, match="n'est pas sur cette machine"):
        routing(graph).reaches("0" * 64, [DRIVE])


def test_what_valhalla_complains_of_is_a_failure_and_not_the_end_of_the_process(pool: Pool) -> None:
    odd = Journey("walk", CENTRE.lon, CENTRE.lat, (5,), float("nan"), 50)
    assert isinstance(pool.reply(odd), Failure | str)
    before = pool.pids()
    assert isinstance(pool.reply(WALK), Reach)
    assert pool.pids() == before
