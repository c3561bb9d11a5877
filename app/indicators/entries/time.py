"""What moves: who came and left, how long one stays, who is expected to leave."""

from app.indicators.entry import Indicator
from app.indicators.portrait_ages import read_departures
from app.indicators.portrait_supply import read_supply
from app.indicators.projection import expected_departures
from app.indicators.trend import net_change, stay_years
from app.indicators.wording import LEVELS

ENTRIES = (
    Indicator(
        slug="change",
        label="Évolution du nombre de praticiens",
        unit="praticiens",
        definition=(
            "Arrivées moins départs depuis une date : qui exerce dans le territoire à un millésime et n'y "
            "exerçait pas au précédent y est arrivé, l'inverse en est parti ; changer de quartier compte "
            "dans les deux. Une évolution n'est dite établie que si le hasard l'explique mal : arrivées "
            "et départs étant également probables, leur partage suit une loi binomiale, exactement ; la "
            "part attendue d'évolutions dites établies à tort est tenue à 5 % (Benjamini-Hochberg) sur "
            "toutes celles que la réponse compare."
        ),
        formula="a − d ; p = min(1 ; 2 × P[B(a + d ; 1/2) ≤ min(a ; d)]), a arrivées et d départs",
        inputs=("entries", "exits"),
        function=net_change,
        levels=LEVELS,
        direction="more_is_better",
        sources=("annuaire", "finess"),
        portrait=read_supply,
    ),
    Indicator(
        slug="median_stay",
        label="Durée médiane d'exercice sur place",
        unit="ans",
        definition=(
            "Temps que la moitié des praticiens arrivés depuis le premier millésime restent au moins dans "
            "le territoire. Les séjours en cours comptent jusqu'au dernier millésime (Kaplan-Meier) ; "
            "ceux qui avaient commencé avant le premier ont un début inconnu et sont laissés de côté, "
            "leur nombre est dit. Une arrivée et un départ sont datés du millésime qui les montre. La "
            "médiane est inconnue tant que plus de la moitié des séjours durent."
        ),
        formula="plus petite durée t où S(t) = Π (1 − d_i / n_i) ≤ 1/2, d_i départs parmi n_i présents à t_i",
        inputs=("days",),
        function=stay_years,
        levels=LEVELS,
        direction="neutral",
        sources=("annuaire",),
        secrecy="practitioners",
        portrait=read_supply,
    ),
    Indicator(
        slug="departures",
        label="Départs attendus",
        unit="praticiens",
        definition=(
            "Praticiens qui auront atteint l'âge de la retraite (62, 65 ou 67 ans) dans un nombre "
            "d'années, d'après le tableau des âges que la ville apporte : pour un territoire, jamais pour "
            "une personne. Les âges sont répartis également dans chaque classe ; la dernière, sans "
            "limite, s'arrête à 74 ans. Chaque départ est remplacé avec la même probabilité. L'intervalle "
            "à 95 % est celui d'une somme de lois binomiales. Les classes sont d'abord élargies pour "
            "qu'aucune ne porte sur moins de 5 praticiens."
        ),
        formula="Σ_c n_c × q_c : n_c praticiens de la classe c, q_c part de ses âges à R − h ans ou plus",
        inputs=("headcount", "share"),
        function=expected_departures,
        levels=("commune", "epci", "departement", "region"),
        direction="less_is_better",
        sources=("ages",),
        secrecy="practitioners",
        portrait=read_departures,
    ),
)
