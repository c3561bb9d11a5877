"""How much supply there is: densities, practitioners, places."""

from app.indicators.density import density
from app.indicators.entry import Indicator, counted
from app.indicators.portrait_supply import read_supply
from app.indicators.wording import LEVELS

ENTRIES = (
    Indicator(
        slug="density",
        label="Densité",
        unit="pour 100 000 habitants",
        definition=(
            "Praticiens rapportés à la population du territoire. Un praticien qui exerce en plusieurs lieux "
            "compte pour une part égale dans chacun. La population est celle à qui la profession s'adresse : "
            "les enfants de moins de 15 ans pour les pédiatres, les femmes de 15 à 49 ans pour les "
            "gynécologues, les femmes pour les sages-femmes, tous les habitants sinon. L'intervalle à 95 % "
            "est celui du nombre de praticiens (loi de Poisson, exact au-dessous de 10, Byar dès 10), ramené "
            "à leur part comptée ici : la valeur et ses bornes mesurent la même chose."
        ),
        formula=(
            "k × w / P : w praticiens partagés entre leurs lieux ; P population ; k = 1 000, 10 000 "
            "ou 100 000. Bornes : k × (w / n) × [bas(n) ; haut(n)] / P, où n est le nombre de praticiens et "
            "[bas(n) ; haut(n)] son intervalle de Poisson ; w / n vaut 1 si n = 0"
        ),
        inputs=("headcount", "population", "per"),
        function=density,
        levels=LEVELS,
        direction="more_is_better",
        sources=("annuaire", "finess", "iris_population", "filosofi"),
        portrait=read_supply,
    ),
    Indicator(
        slug="headcount",
        label="Nombre de praticiens",
        unit="praticiens",
        definition=(
            "Praticiens distincts ayant au moins un lieu d'exercice dans le territoire ; pour une profession "
            "qui désigne des établissements, nombre d'établissements."
        ),
        formula="nombre de praticiens distincts",
        inputs=("count",),
        function=counted,
        levels=LEVELS,
        direction="more_is_better",
        sources=("annuaire", "finess"),
        portrait=read_supply,
    ),
    Indicator(
        slug="sites",
        label="Lieux d'exercice",
        unit="lieux",
        definition="Adresses distinctes du territoire où au moins un praticien de la profession exerce.",
        formula="nombre de lieux d'exercice distincts",
        inputs=("count",),
        function=counted,
        levels=LEVELS,
        direction="more_is_better",
        sources=("annuaire", "finess"),
        portrait=read_supply,
    ),
)
