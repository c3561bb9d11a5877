"""What is asked for and what is offered: ages, activity, and the presets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from app.errors import ParameterError
from app.indicators.accessibility import (
    PRESETS,
    Activity,
    accessibility,
    at_sites,
)
from app.indicators.catchment import times_of
from app.indicators.decay import Step
from app.indicators.demand import COARSE, FIVE_YEARS, AgeWeights, standardised
from app.indicators.wording import french_date
from geodata.apl import apl_thresholds

CELL_CLASSES = (0, 4, 6, 11, 18, 25, 40, 55, 65, 80)  # of the 200 m cells
nan = np.nan


def test_classes_of_the_table_keep_its_weights() -> None:
    assert_allclose(COARSE.of_classes(COARSE.first_ages), COARSE.weights)
    assert_allclose(FIVE_YEARS.of_classes(FIVE_YEARS.first_ages), FIVE_YEARS.weights)


def test_a_class_across_two_of_the_table_has_the_mean_of_its_years() -> None:
    expected = [*(0.759,) * 4, 0.785, 0.915, 1.05, (5 * 1.05 + 5 * 1.4) / 10, (10 * 1.4 + 5 * 1.3) / 15, 1.3]
    assert_allclose(COARSE.of_classes(CELL_CLASSES), expected)
    assert_allclose(FIVE_YEARS.of_classes((0, 4, 6))[:2], [1.27, (1.27 + 0.65) / 2])


def test_everybody_in_one_class_asks_for_the_mean_of_all_years() -> None:
    assert_allclose(FIVE_YEARS.of_classes((0,)), [np.mean(FIVE_YEARS.weights)])


def test_older_people_ask_for_more_and_unknown_ages_for_the_mean() -> None:
    ages = [[10, 0, 0], [0, 0, 10], [nan, nan, nan], [0, 0, 0], [5, 0, 5]]
    found = standardised([100] * 5, ages, COARSE.of_classes((0, 18, 75)))
    assert_allclose(found, [75.9, 130, 100, 100, (75.9 + 130) / 2])


@given(
    st.lists(st.floats(min_value=1, max_value=500), min_size=3, max_size=3),
    st.floats(min_value=0.1, max_value=10),
)
def test_only_the_shares_of_ages_matter(ages: list[float], scale: float) -> None:
    weights = [0.759, 1.05, 1.3]
    once = standardised([200], [ages], weights)
    assert_allclose(standardised([200], [[scale * age for age in ages]], weights), once)
    assert once[0] * (1 + 1e-12) >= 0.759 * 200
    assert once[0] <= 1.3 * 200 * (1 + 1e-12)


def test_unknown_people_stay_unknown() -> None:
    assert np.isnan(standardised([nan], [[1, 1]], [1, 2])).all()


def test_negative_ages_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        standardised([1], [[1, -1]], [1, 2])


@pytest.mark.parametrize(
    ("build", "parameter"),
    [
        (lambda: AgeWeights((0, 18), (1.0,)), "age_weights"),
        (lambda: AgeWeights((0, 18), (1.0, 0.0)), "age_weights"),
        (lambda: AgeWeights((0, 18), (1.0, nan)), "age_weights"),
        (lambda: AgeWeights((), ()), "age_classes"),
        (lambda: AgeWeights((5, 18), (1.0, 1.0)), "age_classes"),
        (lambda: AgeWeights((0, 18, 18), (1.0, 1.0, 1.0)), "age_classes"),
        (lambda: AgeWeights((0, 95), (1.0, 1.0)), "age_classes"),
        (lambda: COARSE.of_classes((0, 40, 25)), "age_classes"),
        (lambda: Activity(least=6000, most=3600), "activity"),
        (lambda: Activity(full_time=7000), "activity"),
        (lambda: Activity(least=0), "activity"),
        (lambda: Activity(most=nan), "activity"),
        (lambda: Activity(oldest=nan), "oldest"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_by_name(build, parameter: str) -> None:
    with pytest.raises(ParameterError) as refused:
        build()
    assert refused.value.parameter == parameter


def test_activity_is_held_between_its_bounds_and_a_full_time_where_unknown() -> None:
    acts = Activity().acts([1, 1, 1, 1], [nan, 100, 4800, 20_000], [nan] * 4)
    assert acts.tolist() == [5400, 3600, 4800, 6000]


def test_people_past_the_age_offer_nothing_and_those_of_unknown_age_do() -> None:
    assert Activity().acts([1, 1, 1], [nan] * 3, [65, 66, nan]).tolist() == [5400, 0, 5400]


def test_a_person_of_two_places_offers_half_in_each() -> None:
    assert Activity().acts([0.5, 0.5], [4000, 4000], [50, 50]).tolist() == [2000, 2000]


def test_a_site_offers_what_its_practices_do() -> None:
    site = np.array([2, 0, 2])
    assert at_sites(site, [0.5, 1, 0.25], 4).tolist() == [1, 0, 0.75, 0]
    assert at_sites(np.array([], dtype=int), [], 2).tolist() == [0, 0]


@pytest.mark.parametrize("site", [-1, 4])
def test_a_practice_at_no_site_is_refused(site: int) -> None:
    with pytest.raises(ValueError, match="not there"):
        at_sites(np.array([0, site]), [1, 1], 4)


def test_one_general_practitioner_for_1350_people_of_mean_age_gives_4_consultations_each() -> None:
    times = times_of([np.array([0])], [np.array([300])], np.array([0]), 1200)
    acts = at_sites(np.array([0]), Activity().acts([1], [nan], [nan]), 1)
    found = accessibility(PRESETS["apl"], times, acts, standardised([1350], [[nan]], [1.0]))
    assert_allclose(found.accessibility, [4])
    assert_allclose(found.ratio, [4])


def test_the_edition_of_2012_counts_five_minutes_less() -> None:
    now, then = PRESETS["apl"].decay, PRESETS["apl_2012"].decay
    assert_allclose(now(np.arange(5, 30)), then(np.arange(0, 25)))


@pytest.mark.parametrize("slug", PRESETS)
def test_a_preset_is_complete(slug: str) -> None:
    preset = PRESETS[slug]
    assert preset.slug == slug
    assert all((preset.label, preset.unit, preset.definition))
    assert preset.decay.formula in preset.formula
    assert (preset.activity is None) == (preset.ages is None)


def test_what_is_said_of_a_preset_follows_its_numbers() -> None:
    apl = PRESETS["apl"]
    assert apl.unit == "consultations accessibles par an et par habitant standardisé"
    assert PRESETS["2sfca"].unit == "praticiens accessibles pour 100\u202f000 habitants"
    changed = replace(apl, per=1000, activity=Activity(oldest=67, least=3000), decay=Step((25,)))
    assert changed.unit == "consultations accessibles par an pour 1\u202f000 habitants standardisés"
    assert "d'au plus 67 ans" in changed.definition
    assert "entre 3\u202f000 et 6\u202f000 actes" in changed.definition
    assert "Au-delà de 25 minutes" in changed.definition
    assert changed.formula.endswith("w = 1 si t ≤ 25, 0 au-delà (t en minutes)")


def test_presets_of_the_contract_are_there_and_stay_within_the_stored_times() -> None:
    assert {"2sfca", "e2sfca", "kd2sfca", "3sfca", "m2sfca", "apl"} <= set(PRESETS)
    assert max(preset.decay.reach for preset in PRESETS.values()) == 30


def test_thresholds_of_the_apl_are_dated_and_sourced() -> None:
    official = apl_thresholds()
    assert (official.very_low, official.low) == (2.5, 4)
    assert french_date(official.since) in official.source
