"""QPV against the rest of their communes."""

from app.indicators.entry import Indicator
from app.indicators.portrait_gaps import read_gaps
from app.indicators.ratio import parity, rate_difference, rate_ratio

SOURCES = ("annuaire", "finess", "qpv", "iris_population", "filosofi")

ENTRIES = (
    Indicator(
        slug="qpv_gap",
        label="Rapport entre un QPV et le reste de sa commune",
        unit="fois la densité du reste",
        definition=(
            "Densité d'un quartier prioritaire rapportée à celle du reste des communes où il se trouve, sur "
            "les praticiens localisés ; aussi pour tous les QPV d'une commune ensemble, et pour un QPV avec "
            "ses abords (300 m, ou la largeur réglée par la ville). L'intervalle à 95 % est celui des "
            "nombres de praticiens : logarithmique, exact (binomiale conditionnelle) si l'un d'eux est 0. "
            "S'il contient 1, aucune différence n'est établie."
        ),
        formula="RR = (a / Pa) / (b / Pb) ; bornes : RR × exp(± 1,96 × √(1/a + 1/b))",
        inputs=("count_in", "people_in", "count_out", "people_out"),
        function=rate_ratio,
        levels=("qpv", "commune"),
        direction="more_is_better",
        sources=SOURCES,
        portrait=read_gaps,
    ),
    Indicator(
        slug="qpv_difference",
        label="Différence entre un QPV et le reste de sa commune",
        unit="pour 100 000 habitants",
        definition="Densité du QPV moins celle du reste des communes où il se trouve.",
        formula="k × (a / Pa − b / Pb)",
        inputs=("count_in", "people_in", "count_out", "people_out", "per"),
        function=rate_difference,
        levels=("qpv", "commune"),
        direction="more_is_better",
        sources=SOURCES,
        portrait=read_gaps,
    ),
    Indicator(
        slug="qpv_parity",
        label="Praticiens pour la parité",
        unit="praticiens",
        definition=(
            "Praticiens qu'il faudrait de plus dans le QPV pour que sa densité soit celle du reste des "
            "communes où il se trouve ; négatif s'il y en a déjà plus."
        ),
        formula="b / Pb × Pa − a",
        inputs=("count_in", "people_in", "count_out", "people_out"),
        function=parity,
        levels=("qpv", "commune"),
        direction="less_is_better",
        sources=SOURCES,
        portrait=read_gaps,
    ),
)
