"""The counters of callers: the rate, the burst, several processes, a flood, a clock set back."""

import multiprocessing
import os
from pathlib import Path

import pytest

from app.security.limits import WAYS, Limits


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits("secret", clock=clock)


def passed(limits: Limits, times: int, caller: str = "a", cost: float = 1.0, per_minute: int = 60) -> int:
    return sum(limits.take(caller, cost, per_minute) == 0 for _ in range(times))


def test_a_minute_s_worth_passes_at_once_and_then_the_rate(limits: Limits, clock: Clock) -> None:
    assert passed(limits, 100) == 60
    clock.now += 10.01
    assert passed(limits, 100) == 10
    clock.now += 3600
    assert passed(limits, 100) == 60


def test_the_wait_is_what_makes_the_next_demand_pass(limits: Limits, clock: Clock) -> None:
    passed(limits, 60)
    wait = limits.take("a", 5, 60)
    assert wait == pytest.approx(5)
    clock.now += wait + 0.001
    assert limits.take("a", 5, 60) == 0


def test_a_refused_demand_counts_for_nothing(limits: Limits, clock: Clock) -> None:
    passed(limits, 1000)
    clock.now += 1.01
    assert passed(limits, 10) == 1


def test_a_dear_demand_counts_for_more(limits: Limits) -> None:
    assert passed(limits, 100, cost=10) == 6


def test_a_demand_dearer_than_a_minute_passes_when_nothing_else_was_asked(
    limits: Limits, clock: Clock
) -> None:
    assert passed(limits, 2, cost=90) == 1
    clock.now += 89
    assert passed(limits, 1, cost=90) == 0
    clock.now += 2
    assert passed(limits, 1, cost=90) == 1


def test_callers_are_apart_and_no_limit_is_none(limits: Limits) -> None:
    assert passed(limits, 100, "a") == 60
    assert passed(limits, 100, "b") == 60
    assert passed(limits, 100, "c", per_minute=0) == 100


def test_a_clock_set_back_locks_nobody_out(limits: Limits, clock: Clock) -> None:
    passed(limits, 60)
    clock.now -= 86_400
    assert passed(limits, 10) == 10


def test_a_flood_of_callers_takes_no_more_room_and_spares_who_asks_much(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.security.limits.SHELVES", 16)
    limits = Limits("secret", clock=clock)
    passed(limits, 60, "heavy")
    for number in range(10 * 16 * WAYS):
        limits.take(f"flood-{number}", 1, 60)
    assert passed(limits, 1, "heavy") == 0


def count_in_a_process(path: str, times: int) -> None:
    limits = Limits("secret", Path(path), clock=lambda: 1_000_000.0)
    here = passed(limits, times, per_minute=500)
    limits.close()
    os._exit(here // 10)


def test_processes_count_together_to_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "limits"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count_in_a_process, args=(str(path), 1000)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    after = Limits("secret", path, clock=lambda: 1_000_000.0)
    assert passed(after, 1, per_minute=500) == 0
    after.close()
    # Tens that passed in each: 500 in all, give or take the tens cut off.
    assert 49 <= sum(worker.exitcode or 0 for worker in workers) <= 50


def test_a_caller_is_not_written_down(tmp_path: Path) -> None:
    limits = Limits("secret", tmp_path / "limits")
    limits.take("192.0.2.77", 1, 60)
    limits.close()
    assert b"192.0.2" not in (tmp_path / "limits").read_bytes()
    assert (tmp_path / "limits").stat().st_mode & 0o077 == 0
