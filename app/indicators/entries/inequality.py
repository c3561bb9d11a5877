"""How unequal the territories inside one are."""

from app.indicators import inequality
from app.indicators.entry import Indicator
from app.indicators.portrait_unequal import read_unequal
from app.indicators.wording import Level

# Where a figure of its territories can be compared.
WHOLES: tuple[Level, ...] = ("quartier", "commune", "epci", "departement", "region", "france", "perimetre")
SOURCES = ("annuaire", "finess", "iris_population", "filosofi", "osm")
RANKED = (
    "Les territoires sont rangés du moins au plus aisé, par leur niveau de vie moyen (income) ou par leur "
    "part de ménages pauvres (poverty) ; au-dessus de 0, les plus aisés ont plus."
)

ENTRIES = (
    Indicator(
        slug="max_min",
        label="Rapport entre extrêmes",
        unit="fois",
        definition=(
            "Plus grande valeur des territoires habités rapportée à la plus petite. Sans intervalle : un "
            "tirage parmi les territoires ne dépasse jamais les extrêmes observés."
        ),
        formula="max x / min x",
        inputs=("values", "people"),
        function=inequality.max_min,
        levels=WHOLES,
        direction="less_is_better",
        sources=SOURCES,
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="quintile_ratio",
        label="Rapport entre cinquièmes",
        unit="fois",
        definition=(
            "Moyenne du cinquième des habitants dont les territoires ont le plus, rapportée à celle du "
            "cinquième dont les territoires ont le moins. Un territoire à cheval est partagé."
        ),
        formula="(Σ p x du dernier cinquième) / (Σ p x du premier), territoires par valeur croissante",
        inputs=("values", "people"),
        function=inequality.quintile_ratio,
        levels=WHOLES,
        direction="less_is_better",
        sources=SOURCES,
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="palma",
        label="Rapport de Palma",
        unit="fois",
        definition=(
            "Part du total que détient le dixième des habitants dont les territoires ont le plus, rapportée "
            "à celle des 40 % dont les territoires ont le moins ; 0,25 si tous ont autant."
        ),
        formula="(Σ p x des 10 % les mieux pourvus) / (Σ p x des 40 % les moins pourvus)",
        inputs=("values", "people"),
        function=inequality.palma,
        levels=WHOLES,
        direction="less_is_better",
        sources=SOURCES,
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="gini",
        label="Indice de Gini",
        unit="de 0 à 1",
        definition=(
            "Moitié de l'écart moyen entre deux habitants pris au hasard, rapportée à la moyenne, chacun "
            "ayant la valeur de son territoire ; 0 si tous ont autant."
        ),
        formula="Σ_i Σ_j p_i p_j |x_i − x_j| / (2 m P²) ; m moyenne, P population",
        inputs=("values", "people"),
        function=inequality.gini,
        levels=WHOLES,
        direction="less_is_better",
        sources=SOURCES,
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="theil",
        label="Indice de Theil",
        unit="de 0 (égalité) vers le haut",
        definition=(
            "Indice T de Theil, pondéré par les habitants : somme de ce qui est entre les QPV et le reste et "
            "de ce qui est à l'intérieur de chacun. Une valeur de 0 n'ajoute rien, mais compte dans la "
            "moyenne."
        ),
        formula="Σ (p/P)(x/m) ln(x/m)",
        inputs=("values", "people"),
        function=inequality.theil,
        levels=WHOLES,
        direction="less_is_better",
        sources=SOURCES,
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="theil_between",
        label="Indice de Theil, entre QPV et reste",
        unit="de 0 vers le haut",
        definition=(
            "Part de l'indice de Theil due à l'écart entre la moyenne des QPV et celle du reste. Un "
            "territoire est compté comme QPV si la moitié au moins de ses habitants vivent dans un QPV."
        ),
        formula="Σ_g (P_g/P)(m_g/m) ln(m_g/m) ; g : QPV, reste",
        inputs=("values", "people", "group"),
        function=inequality.theil_between,
        levels=WHOLES,
        direction="less_is_better",
        sources=(*SOURCES, "qpv"),
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="theil_within",
        label="Indice de Theil, à l'intérieur des QPV et du reste",
        unit="de 0 vers le haut",
        definition=(
            "Part de l'indice de Theil due aux écarts à l'intérieur des QPV et à l'intérieur du reste."
        ),
        formula="Σ_g (P_g/P)(m_g/m) T_g",
        inputs=("values", "people", "group"),
        function=inequality.theil_within,
        levels=WHOLES,
        direction="less_is_better",
        sources=(*SOURCES, "qpv"),
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="concentration",
        label="Indice de concentration",
        unit="de −1 à 1",
        definition=f"Inégalité selon l'aisance des territoires. {RANKED}",
        formula=(
            "2 Σ (r − 1/2)(x − m) p / (m P) ; r part des habitants moins aisés, la moitié des siens comprise"
        ),
        inputs=("values", "people", "rank_by"),
        function=inequality.concentration,
        levels=WHOLES,
        direction="neutral",
        sources=SOURCES,
        secrecy="households",
        whole=True,
        portrait=read_unequal,
    ),
    Indicator(
        slug="erreygers",
        label="Indice de concentration, corrigé (Erreygers)",
        unit="de −1 à 1",
        definition=(
            f"Le même, rapporté à l'étendue des valeurs et non à leur moyenne. {RANKED} L'étendue va de 0 à "
            "la plus grande valeur observée : une densité ou un temps n'a pas de maximum."
        ),
        formula="4 m C / (b − a) ; C indice de concentration, a = 0, b = max x",
        inputs=("values", "people", "rank_by", "low", "high"),
        function=inequality.erreygers,
        levels=WHOLES,
        direction="neutral",
        sources=SOURCES,
        secrecy="households",
        whole=True,
        portrait=read_unequal,
    ),
)
