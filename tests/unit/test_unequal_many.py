"""The indices of many professions at once are those of each alone."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.indicators import inequality
from app.indicators.unequal import Territories, indices
from app.indicators.unequal_many import indices_of_many


@settings(max_examples=8, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.integers(5, 14), st.integers(1, 5), st.sampled_from(("all", "some", "none"))
)
def test_every_index_and_interval_is_that_of_the_profession_alone(
    seed: int, territories: int, professions: int, known: str
) -> None:
    rng = np.random.default_rng(seed)
    # Many have nothing, some draws hold nobody who has anything.
    values = rng.gamma(1, 30, (territories, professions)) * (rng.random((territories, professions)) > 0.6)
    values[0] = np.maximum(values[0], 1.0)
    people = rng.integers(1, 3000, territories).astype(np.float64)
    priority = None if known == "none" else rng.random(territories) > 0.5
    missing = {"all": 0.0, "some": 0.4, "none": 1.0}[known]
    rank_by = np.where(rng.random(territories) < missing, np.nan, rng.integers(1, 4, territories))
    found = indices_of_many(values, people, priority, rank_by)
    for at, own in enumerate(values.T):
        alone = Territories(own, people, priority, rank_by, (0.0, own.max()))
        for index in indices(alone):
            told = found.get(index.slug)
            for name in ("value", "low", "high"):
                wanted, got = getattr(index, name), np.nan if told is None else getattr(told, name)[at]
                if wanted is None:
                    assert not np.isfinite(got), (index.slug, name)
                else:
                    assert got == pytest.approx(wanted, rel=1e-9, abs=1e-9), (index.slug, name)


def test_the_examples_hold() -> None:
    assert doctest.testmod(inequality).failed == 0
