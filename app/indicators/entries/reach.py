"""What people can reach: accessibility, times, coverage."""

from app.indicators.access import mean_minutes, median_minutes
from app.indicators.accessibility import FORMULAS
from app.indicators.coverage import covered_share
from app.indicators.entry import Indicator
from app.indicators.floating import per_demand
from app.indicators.portrait_scores import read_reach
from app.indicators.wording import LEVELS

# Streets and people are known where a city loaded them, never over the whole country.
REACHED = tuple(level for level in LEVELS if level != "france")
SOURCES = ("annuaire", "finess", "iris_population", "filosofi", "osm")
WHO = (
    "Les habitants partent du milieu de leur carreau de 200 m (d'un point de leur IRIS là où il n'y a pas de "
    "carreau) et vont par les rues jusqu'aux lieux d'exercice localisés ; ceux qu'aucune rue n'approche à "
    "moins de 500 m ne sont pas comptés, leur temps est inconnu. "
)
AS_FAR = (
    "Les temps sont cherchés jusqu'à 30 minutes à pied et en voiture, 20 à vélo, 45 en transports en commun. "
)

ENTRIES = (
    Indicator(
        slug="coverage",
        label="Couverture",
        unit="part des habitants, de 0 à 1",
        definition=(
            "Part des habitants qui ont un lieu d'exercice de la profession (ou k lieux) à moins d'une "
            "durée, à pied, à vélo, en voiture ou en transports en commun. " + WHO + AS_FAR
        ).strip(),
        formula=(
            "Σ_i p_i [t_i ≤ d] / Σ_i p_i sur les carreaux i du territoire dont le temps est connu ; t_i "
            "temps au lieu le plus proche (au k-ième), d durée demandée"
        ),
        inputs=("covered", "known"),
        function=covered_share,
        levels=REACHED,
        direction="more_is_better",
        sources=SOURCES,
        portrait=read_reach,
    ),
    Indicator(
        slug="access_time",
        label="Temps d'accès moyen",
        unit="minutes",
        definition=(
            "Temps moyen des habitants jusqu'au lieu d'exercice le plus proche (ou au n-ième). "
            + WHO
            + AS_FAR
            + "Ceux qui n'ont aucun lieu dans cette durée sont comptés à part et ne sont pas dans la moyenne."
        ),
        formula="Σ_i p_i t_i / Σ_i p_i sur les carreaux i du territoire dont le temps est dans la limite",
        inputs=("person_minutes", "reaching"),
        function=mean_minutes,
        levels=REACHED,
        direction="less_is_better",
        sources=SOURCES,
        portrait=read_reach,
    ),
    Indicator(
        slug="access_time_median",
        label="Temps d'accès médian",
        unit="minutes",
        definition=(
            "Temps que la moitié des habitants ne dépasse pas, jusqu'au lieu d'exercice le plus proche (ou "
            "au n-ième). "
            + WHO
            + AS_FAR
            + "Ceux qui n'ont aucun lieu dans cette durée comptent ; s'ils sont la moitié, elle est inconnue."
        ),
        formula="plus petit t tel que Σ_i p_i [t_i ≤ t] ≥ ½ Σ_i p_i",
        inputs=("half_minutes",),
        function=median_minutes,
        levels=REACHED,
        direction="less_is_better",
        sources=SOURCES,
        portrait=read_reach,
    ),
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
        levels=REACHED,
        direction="more_is_better",
        sources=SOURCES,
        portrait=read_reach,
    ),
)
