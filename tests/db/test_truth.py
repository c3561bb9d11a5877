"""The truth set of the demo city: how many of the addresses people type are placed where they are."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from app.db.engines import job_engine
from app.settings import Settings
from geodata.demo.written import ERRORS
from tests.bench.truth import Score, measure


@pytest.fixture(scope="module")
def measured(
    clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, Score]]:
    """Return a function that places a truth set in a store of its own; scores by kind of error, and "all"."""

    def run(hidden: int = 0) -> dict[str, Score]:
        folder = tmp_path_factory.mktemp("truth")
        settings = Settings(
            home=folder / "home",
            database_url=SecretStr(clone_database()),
            log_format="text",
            _env_file=None,
        )
        engine = job_engine(settings)
        try:
            return {score.error: score for score in measure(engine, settings, folder, hidden=hidden)}
        finally:
            engine.dispose()

    return run


@pytest.fixture(scope="module")
def scores(measured: Callable[..., dict[str, Score]]) -> dict[str, Score]:
    """Return the scores of the demo city."""
    return measured()


def test_the_truth_set_holds_hundreds_of_addresses_and_eight_kinds_of_errors(
    scores: dict[str, Score],
) -> None:
    assert set(scores) == {*ERRORS, "none", "all"}
    assert scores["all"].rows > 800


def test_at_least_97_in_100_addresses_are_placed_at_their_number(scores: dict[str, Score]) -> None:
    assert scores["all"].right_share >= 0.97


def test_at_most_one_address_in_200_is_placed_more_than_300_m_away(scores: dict[str, Score]) -> None:
    assert scores["all"].wrong_share <= 0.005


@pytest.mark.parametrize("error", ERRORS)
def test_no_kind_of_error_defeats_the_placing(scores: dict[str, Score], error: str) -> None:
    assert scores[error].right_share >= 0.9


def test_a_street_that_the_ban_lacks_is_seldom_taken_for_another(
    measured: Callable[..., dict[str, Score]],
) -> None:
    hidden = measured(hidden=4)["all"]
    assert hidden.rows > 150
    assert hidden.right == 0
    assert hidden.wrong_share <= 0.06
