"""Who lives there, and what they are likely to need beside what there is."""

from app.indicators.entry import Indicator
from app.indicators.needs import need, priority, share
from app.indicators.portrait_needs import read_needs
from app.indicators.wording import LEVELS

# A square says too little of its few households.
TERRITORIES = tuple(level for level in LEVELS if level != "carreau")
HOUSEHOLDS = (
    "Les ménages des carreaux de 200 m, coupés par les IRIS et ramenés à leur population ; rien n'est dit de "
    "10 ménages ou moins, ni de ce qui les ferait retrouver par différence."
)

ENTRIES = (
    Indicator(
        slug="poverty",
        label="Ménages pauvres",
        unit="part des ménages, de 0 à 1",
        definition=f"Part des ménages au-dessous du seuil de pauvreté. {HOUSEHOLDS}",
        formula="ménages pauvres / ménages",
        inputs=("part", "whole"),
        function=share,
        levels=TERRITORIES,
        direction="less_is_better",
        sources=("filosofi", "iris_population"),
        secrecy="households",
        portrait=read_needs,
    ),
    Indicator(
        slug="single_parent",
        label="Familles monoparentales",
        unit="part des ménages, de 0 à 1",
        definition=f"Part des ménages d'un parent avec enfants. {HOUSEHOLDS}",
        formula="ménages monoparentaux / ménages",
        inputs=("part", "whole"),
        function=share,
        levels=TERRITORIES,
        direction="neutral",
        sources=("filosofi", "iris_population"),
        secrecy="households",
        portrait=read_needs,
    ),
    Indicator(
        slug="alone",
        label="Personnes seules",
        unit="part des ménages, de 0 à 1",
        definition=f"Part des ménages d'une seule personne. {HOUSEHOLDS}",
        formula="ménages d'une personne / ménages",
        inputs=("part", "whole"),
        function=share,
        levels=TERRITORIES,
        direction="neutral",
        sources=("filosofi", "iris_population"),
        secrecy="households",
        portrait=read_needs,
    ),
    Indicator(
        slug="elderly",
        label="Habitants de 75 ans et plus",
        unit="part des habitants, de 0 à 1",
        definition="Part des habitants de 75 ans et plus, d'après les IRIS.",
        formula="habitants de 75 ans et plus / habitants",
        inputs=("part", "whole"),
        function=share,
        levels=TERRITORIES,
        direction="neutral",
        sources=("iris_population", "filosofi"),
        portrait=read_needs,
    ),
    Indicator(
        slug="children",
        label="Habitants de moins de 15 ans",
        unit="part des habitants, de 0 à 1",
        definition="Part des habitants de moins de 15 ans, d'après les IRIS.",
        formula="habitants de moins de 15 ans / habitants",
        inputs=("part", "whole"),
        function=share,
        levels=TERRITORIES,
        direction="neutral",
        sources=("iris_population", "filosofi"),
        portrait=read_needs,
    ),
    Indicator(
        slug="need",
        label="Besoin de soins probable",
        unit="de 0 à 100",
        definition=(
            "Moyenne des rangs du territoire pour la pauvreté, les 75 ans et plus, les moins de 15 ans, les "
            "familles monoparentales et les personnes seules. Un rang est la part des habitants comparés qui "
            "vivent là où il y en a moins. Les poids sont égaux, sauf demande contraire : personne n'a "
            "mesuré ce qui compte le plus."
        ),
        formula="Σ w_k r_k / Σ w_k ; r_k rang de 0 à 100, w_k poids (1)",
        inputs=("poverty", "elderly", "children", "single_parent", "alone", "people"),
        function=need,
        levels=TERRITORIES,
        direction="neutral",
        sources=("filosofi", "iris_population"),
        secrecy="households",
        portrait=read_needs,
    ),
    Indicator(
        slug="priority",
        label="Besoin élevé, offre faible",
        unit="de 0 à 100",
        definition=(
            "Combien le besoin est élevé et l'offre faible à la fois : moyenne pondérée du besoin et du "
            "manque d'offre, qui est 100 moins le rang de l'offre. Le poids de l'offre est la moitié, sauf "
            "demande contraire."
        ),
        formula="(1 − w) × besoin + w × (100 − rang de l'offre) ; w = 0,5",
        inputs=("need", "supply", "supply_weight"),
        function=priority,
        levels=TERRITORIES,
        direction="less_is_better",
        sources=("annuaire", "finess", "filosofi", "iris_population", "osm"),
        secrecy="households",
        portrait=read_needs,
    ),
)
