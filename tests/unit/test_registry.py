"""The registry of indicators, and the sentences drawn from it."""

import inspect
from datetime import date

import numpy as np
import pytest

from app.indicators import wording
from app.indicators.entry import Indicator
from app.indicators.registry import INDICATORS
from app.indicators.wording import (
    LEVEL_NAMES,
    LEVELS,
    Measure,
    Scope,
    counted_label,
    density_title,
    density_unit,
    french_date,
    population_label,
)

NARROW = "\u202f"


def test_density_headcount_and_sites_are_registered() -> None:
    assert {"density", "headcount", "sites"} <= set(INDICATORS)


def test_what_can_be_reached_is_registered_at_the_levels_that_have_times() -> None:
    reached = {slug: INDICATORS[slug] for slug in ("coverage", "access_time", "access_time_median")}
    for indicator in (*reached.values(), INDICATORS["accessibility"]):
        assert set(LEVELS) - set(indicator.levels) == {"france"}
        assert "osm" in indicator.sources
    assert [one.direction for one in reached.values()] == [
        *("more_is_better", "less_is_better", "less_is_better")
    ]
    shares = reached["coverage"].function([50.0, 0.0], [200.0, 0.0])
    assert shares[0] == 0.25
    assert np.isnan(shares[1]), "nobody known is no share, and not zero"
    assert reached["access_time"].function([600.0], [100.0]).tolist() == [6.0]
    assert np.isnan(reached["access_time_median"].function([np.inf])).all()


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda indicator: indicator.slug)
def test_an_indicator_is_complete_and_its_function_takes_its_inputs(indicator: Indicator) -> None:
    assert INDICATORS[indicator.slug] is indicator
    assert all((indicator.label, indicator.unit, indicator.definition, indicator.formula, indicator.levels))
    assert tuple(inspect.signature(indicator.function).parameters) == indicator.inputs
    assert set(indicator.levels) <= set(LEVELS)


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda indicator: indicator.slug)
def test_an_indicator_of_arrays_has_their_shape(indicator: Indicator) -> None:
    arguments = [1000 if name == "per" else [1.0, 2.0, 3.0] for name in indicator.inputs]
    assert indicator.function(*arguments).shape == (() if indicator.whole else (3,))


def test_every_level_has_a_name_in_the_order_of_the_contract() -> None:
    assert tuple(LEVEL_NAMES) == LEVELS
    assert LEVELS[:4] == ("carreau", "iris", "quartier", "qpv")
    assert set(LEVELS[:4]) == wording.INFRA_COMMUNAL


def test_the_title_is_one_complete_french_sentence() -> None:
    who = counted_label("Médecins généralistes", "liberal", "weight")
    title = density_title(who, density_unit(100_000, "habitants"), "iris", date(2025, 11, 3))
    assert title == (
        f"Médecins généralistes libéraux pour 100{NARROW}000 habitants, par IRIS, au 3 novembre 2025"
    )


def test_a_title_of_the_whole_country_says_so_and_every_other_level_is_one_of_several() -> None:
    titles = {
        level: density_title("Pharmacies", "pour 1 000 habitants", level, date(2025, 11, 3))
        for level in LEVELS
    }
    whole = titles.pop("france")
    assert whole == "Pharmacies pour 1 000 habitants, France entière, au 3 novembre 2025"
    assert all(", par " in title for title in titles.values())


@pytest.mark.parametrize(
    ("scope", "measure", "feminine", "said"),
    [
        ("liberal", "weight", True, "Sages-femmes libérales"),
        (
            "ambulatory",
            "weight",
            True,
            "Sages-femmes libérales ou salariées d'un centre ou d'une maison de santé",
        ),
        ("liberal", "sites", True, "Lieux d'exercice de sages-femmes libérales"),
        ("liberal", "headcount", True, "Sages-femmes libérales (nombre de praticiens)"),
        (None, "sites", True, "Sages-femmes"),
    ],
)
def test_what_is_counted_agrees_with_scope_measure_and_gender(
    scope: Scope | None, measure: Measure, feminine: bool, said: str
) -> None:
    assert counted_label("Sages-femmes", scope, measure, feminine=feminine) == said


def test_a_vowel_elides_the_preposition() -> None:
    assert counted_label("Infirmiers", "liberal", "sites") == "Lieux d'exercice d'infirmiers libéraux"


@pytest.mark.parametrize(
    ("age", "sex", "said"),
    [
        ("all", "T", "habitants"),
        ("all", "F", "femmes"),
        ("0-14", "T", "enfants de moins de 15 ans"),
        ("15-49", "F", "femmes de 15 à 49 ans"),
        ("75+", "T", "personnes de 75 ans et plus"),
        ("0-14", "F", "filles de moins de 15 ans"),
    ],
)
def test_populations_are_named_as_people(age: str, sex: str, said: str) -> None:
    assert population_label(age, sex) == said


def test_the_first_of_the_month_is_an_ordinal() -> None:
    assert french_date(date(2026, 5, 1)) == "1er mai 2026"
