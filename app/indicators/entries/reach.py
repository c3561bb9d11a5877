"""What people can reach: accessibility, times, coverage."""

from app.indicators.accessibility import FORMULAS
from app.indicators.entry import Indicator
from app.indicators.floating import per_demand
from app.indicators.wording import LEVELS

ENTRIES = (
    Indicator(
        slug="accessibility",
        label="Accessibilité",
        unit="praticiens accessibles pour 100 000 habitants, ou consultations par an et par habitant (APL)",
        definition=(
            "Offre que les habitants peuvent rejoindre à temps, partagée entre tous ceux qui la rejoignent. "
            "Chaque lieu d'exercice est rapporté aux habitants qui peuvent s'y rendre, puis chaque carreau "
            "additionne ce qu'offrent les lieux qu'il atteint ; un territoire est la moyenne de ses carreaux "
            "pondérée par leurs habitants. Ce qui compte encore après un temps de trajet dépend de la "
            "méthode : 2SFCA, E2SFCA, KD2SFCA, 3SFCA, M2SFCA ou APL."
        ),
        formula=f"Σ_i p_i A_i / Σ_i p_i sur les carreaux i du territoire ; {FORMULAS['2sfca']}",
        inputs=("accessible", "demand"),
        function=per_demand,
        levels=LEVELS,
        direction="more_is_better",
        sources=("annuaire", "finess", "iris_population", "filosofi", "osm"),
    ),
)
