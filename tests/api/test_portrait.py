"""The portrait of a territory: every indicator that has one, compared, ranked, in words."""

from collections.abc import Iterable

import numpy as np
import pytest

from app.api.schemas.territories import Portrait
from app.indicators.density import poisson_interval
from app.indicators.entry import Indicator, counted
from app.indicators.portrait_values import Around, Measured
from app.indicators.registry import INDICATORS
from app.indicators.secrecy import too_few
from app.indicators.wording import LEVELS


def portrait(client, address):
    answer = client.get(f"/api/v1/territories/{address}")
    assert answer.status_code == 200, answer.text
    return Portrait.model_validate_json(answer.content)


def figure(body, indicator, profession=None):
    figures = next(one.figures for one in body.indicators if one.indicator == indicator)
    return next(one for one in figures if one.profession == profession)


@pytest.fixture(scope="module")
def north(client):
    return portrait(client, "iris/001010101")


def test_every_indicator_with_a_reader_is_there(north):
    expected = [one.slug for one in INDICATORS.values() if one.portrait and "iris" in one.levels]
    assert [one.indicator for one in north.indicators] == expected
    assert {"density", "headcount", "sites", "change", "median_stay"} <= set(expected)


def test_no_indicator_of_the_registry_is_left_out_of_portraits():
    assert [one.slug for one in INDICATORS.values() if one.portrait is None] == []


def test_a_figure_has_its_value_interval_rank_and_what_holds_the_territory(north):
    doctors = figure(north, "density", "medecin_generaliste")
    assert doctors.value == pytest.approx(100_000 * 2.5 / 1500)
    low, high = poisson_interval([3])
    assert doctors.ci_low == pytest.approx(low[0] * 2.5 / 3 / 0.015, abs=1e-5)
    assert doctors.ci_high == pytest.approx(high[0] * 2.5 / 3 / 0.015, abs=1e-5)
    # The other IRIS of the commune has no known population: nothing to be ranked with.
    assert (doctors.rank, doctors.ranked, doctors.status) == (None, 1, "known")
    assert north.ranked_in.territory == "commune:00101"
    assert [one.territory for one in doctors.compared] == ["commune:00101", "departement:00"]
    assert [one.value for one in doctors.compared] == pytest.approx([180.0, 6 / 0.035])
    assert [one.different for one in doctors.compared] == [False, False]


def test_a_headcount_is_ranked_among_the_iris_of_its_commune(north):
    doctors = figure(north, "headcount", "medecin_generaliste")
    assert (doctors.value, doctors.rank, doctors.tied, doctors.ranked) == (3, 1, 1, 2)
    pharmacies = figure(north, "headcount", "pharmacie")
    assert (pharmacies.value, pharmacies.rank, pharmacies.tied, pharmacies.ranked) == (1, 1, 2, 2)
    assert "rang" not in pharmacies.sentence


def test_the_sentence_says_the_figures_and_no_more(north):
    narrow = "\u202f"
    past = "depuis le 1er mai 2025, aucune arrivée et 1 départ, pas de changement établi"
    clauses = (
        f"Médecins généralistes libéraux : 167 pour 100{narrow}000 habitants (3 praticiens comptant pour "
        f"2,5, 1{narrow}500 habitants), entre 34,4 et 487 avec 95 % de confiance",
        "pas de différence établie avec la commune (180)",
        f"{past}.",
    )
    assert figure(north, "density", "medecin_generaliste").sentence == f"{narrow}; ".join(clauses)
    assert figure(north, "headcount", "medecin_generaliste").sentence == (
        f"Médecins généralistes libéraux : 3 praticiens{narrow}; 1er sur 2 IRIS, du plus au moins élevé"
        f"{narrow}; la commune : 5{narrow}; {past}."
    )


def test_the_past_is_told_with_the_number(north):
    trend = figure(north, "headcount", "medecin_generaliste").trend
    assert (str(trend.since), trend.before, trend.after) == ("2025-05-01", 4, 3)
    assert (trend.entries, trend.exits, trend.established) == (0, 1, False)
    assert figure(north, "change", "medecin_generaliste").value == -1


def test_an_unknown_population_makes_a_density_unknown_not_zero(client):
    zone = portrait(client, "iris/001010102")
    doctors = figure(zone, "density", "medecin_generaliste")
    assert (doctors.value, doctors.status, doctors.rank) == (None, "unknown", None)
    assert doctors.sentence == "Médecins généralistes libéraux : inconnu."


def test_nobody_is_zero_with_an_upper_bound(north):
    midwives = figure(north, "density", "sage_femme")
    assert (midwives.value, midwives.ci_low) == (0, 0)
    assert midwives.ci_high == pytest.approx(100_000 * poisson_interval([0])[1][0] / 750, abs=1e-5)
    assert "aucun praticien" in midwives.sentence


def test_a_commune_is_ranked_in_what_holds_it(client):
    commune = portrait(client, "commune/00101")
    assert commune.ranked_in.territory == "departement:00"
    doctors = figure(commune, "density", "medecin_generaliste")
    assert (doctors.rank, doctors.ranked) == (1, 2)


def test_what_nothing_holds_has_no_rank(client):
    alone = portrait(client, "departement/00")
    assert alone.ranked_in is None
    assert alone.compared_with == []
    assert figure(alone, "headcount", "medecin_generaliste").rank is None


def test_a_qpv_across_two_communes_is_compared_with_both(client):
    across = portrait(client, "qpv/QN00001M")
    assert [one.territory for one in across.compared_with] == [
        "commune:00101",
        "commune:00102",
        "departement:00",
    ]


def read_trial(_connection: object, around: Around) -> Iterable[Measured]:
    """Read an indicator over fewer and fewer people."""
    base = np.arange(len(around.ids), dtype=np.float64) + 4
    yield Measured("trial", "Âge moyen", "ans", base * 10, base=base, profession="pediatre")


TRIAL = Indicator(
    slug="trial",
    label="Essai",
    unit="ans",
    definition="Essai.",
    formula="x",
    inputs=("count",),
    function=counted,
    levels=LEVELS,
    direction="neutral",
    sources=("annuaire",),
    secrecy="practitioners",
    portrait=read_trial,
)


def test_an_indicator_added_to_the_registry_appears_with_its_secrecy_applied(client, city, monkeypatch):
    monkeypatch.setitem(INDICATORS, "trial", TRIAL)
    # Asked as no other test asks: answers of a release are kept.
    body = portrait(client, f"iris/001020101?release={city.releases['new']}")
    assert too_few([4], "practitioners").tolist() == [True]
    told = figure(body, "trial", "pediatre")
    assert (told.value, told.status, told.rank) == (None, "suppressed", None)
    assert told.sentence == "Âge moyen : non montré (NS) : trop peu de personnes seraient concernées."
    assert [one.value for one in told.compared] == [50, 60]


def test_no_number_of_a_portrait_is_nan_or_infinite(client):
    for address in ("iris/001010102", "quartier/99", "qpv/QN00001M", "departement/00"):
        text = client.get(f"/api/v1/territories/{address}").text
        assert "NaN" not in text
        assert "Infinity" not in text
