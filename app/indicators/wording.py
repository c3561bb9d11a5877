"""What indicators, levels, populations and dates are called in French sentences."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Level = Literal[
    "carreau",
    "iris",
    "quartier",
    "qpv",
    "commune",
    "epci",
    "departement",
    "region",
    "france",
    "perimetre",
]
Scope = Literal["liberal", "ambulatory"]
Measure = Literal["weight", "headcount", "sites"]

NO_BREAK = "\u00a0"
THIN_SPACE = "\u202f"  # never breaks a number at the end of a line
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True, slots=True)
class LevelName:
    """How one level is called: alone, several, and in a title, « par » included."""

    label: str
    label_plural: str
    by: str
    infra_communal: bool


LEVEL_NAMES: dict[Level, LevelName] = {
    "carreau": LevelName("Carreau de 200 m", "Carreaux de 200 m", "par carreau de 200 m", True),
    "iris": LevelName("IRIS", "IRIS", "par IRIS", True),
    "quartier": LevelName("Quartier", "Quartiers", "par quartier", True),
    "qpv": LevelName(
        "Quartier prioritaire (QPV)", "Quartiers prioritaires (QPV)", "par quartier prioritaire (QPV)", True
    ),
    "commune": LevelName("Commune", "Communes", "par commune", False),
    "epci": LevelName(
        "Intercommunalité (EPCI)", "Intercommunalités (EPCI)", "par intercommunalité (EPCI)", False
    ),
    "departement": LevelName("Département", "Départements", "par département", False),
    "region": LevelName("Région", "Régions", "par région", False),
    "france": LevelName("France", "France", "France entière", False),
    "perimetre": LevelName(
        "Périmètre de l'observatoire", "Périmètres de l'observatoire", "par périmètre d'observation", False
    ),
}
LEVELS: tuple[Level, ...] = get_args(Level)
INFRA_COMMUNAL = frozenset(level for level, name in LEVEL_NAMES.items() if name.infra_communal)

_SUFFIXES: dict[Scope, tuple[str, str]] = {
    "liberal": ("libéraux", "libérales"),
    "ambulatory": (
        "libéraux ou salariés d'un centre ou d'une maison de santé",
        "libérales ou salariées d'un centre ou d'une maison de santé",
    ),
}


def french_date(day: date) -> str:
    """Return a date as one says it.

    >>> french_date(date(2025, 11, 3)), french_date(date(2025, 5, 1))
    ('3 novembre 2025', '1er mai 2025')
    """
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def french_age(then: date, today: date) -> str:
    """Return how long ago a day was, in the unit one would say; « aujourd'hui » for a day to come as well.

    >>> [french_age(date(2025, 11, day), date(2025, 11, 15)) for day in (15, 14, 3)]
    ["aujourd'hui", 'hier', 'il y a 12 jours']
    >>> [french_age(date(2025, *day), date(2025, 11, 3)) for day in ((10, 13), (9, 5), (5, 1))]
    ['il y a 3 semaines', 'il y a 8 semaines', 'il y a 6 mois']
    >>> [french_age(date(*day), date(2025, 11, 3)) for day in ((2024, 10, 9), (2024, 1, 1), (2022, 11, 3))]
    ['il y a un an', 'il y a 22 mois', 'il y a 3 ans']
    """
    days = (today - then).days
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    if days < 2:
        return "hier" if days == 1 else "aujourd'hui"
    if days < 21:
        return f"il y a {days} jours"
    if months < 2:
        return f"il y a {days // 7} semaines"
    if months == 12:
        return "il y a un an"
    return f"il y a {months} mois" if months < 24 else f"il y a {months // 12} ans"


def french_integer(value: int) -> str:
    """Return a whole number with its thousands apart.

    >>> french_integer(100_000) == "100\u202f000"
    True
    """
    return f"{value:,}".replace(",", THIN_SPACE)


def french_number(value: float) -> str:
    """Return a measured number with as many decimals as one reads: none from 100 on, two below 1.

    >>> [french_number(number) for number in (1234.5, 134.24, 80.0, 6.04, 0.375, 3.0)]
    ['1\u202f234', '134', '80,0', '6,0', '0,38', '3,0']
    """
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 or value == 0 else 2
    return f"{value:,.{decimals}f}".replace(",", THIN_SPACE).replace(".", ",").replace("-", "−")


def percent(share: float) -> str:
    """Return a share from 0 to 1 as one reads it.

    >>> percent(0.2336), percent(1.0)
    ('23,4\u202f%', '100\u202f%')
    """
    return f"{french_number(100 * share)}{THIN_SPACE}%"


def share_unit(whole: str) -> str:
    """Return the unit of a share.

    >>> share_unit("ménages")
    'part des ménages, de 0 à 1'
    """
    return f"part des {whole}, de 0 à 1"


def population_label(age: str, sex: str) -> str:
    """Return who the people of an age class and a sex are, in the plural.

    >>> [population_label(*c) for c in (("all", "T"), ("0-14", "T"), ("15-49", "F"), ("75+", "H"))]
    ['habitants', 'enfants de moins de 15 ans', 'femmes de 15 à 49 ans', 'hommes de 75 ans et plus']
    """
    who = {"F": "femmes", "H": "hommes"}.get(sex)
    if age == "all":
        return who or "habitants"
    youngest, _, oldest = age.rstrip("+").partition("-")
    if not oldest:
        return f"{who or 'personnes'} de {youngest} ans et plus"
    if youngest == "0":
        under = {"femmes": "filles", "hommes": "garçons"}.get(who or "", "enfants")
        return f"{under} de moins de {int(oldest) + 1} ans"
    return f"{who or 'personnes'} de {youngest} à {oldest} ans"


def density_unit(per: int, population: str) -> str:
    """Return the unit of a density, for example « pour 100 000 habitants »."""
    return f"pour {french_integer(per)} {population}"


def counted_label(label: str, scope: Scope | None, measure: Measure, *, feminine: bool = False) -> str:
    """Return what is counted: the profession, those of it that the scope keeps, and how.

    ``scope`` is None for establishments, which are neither self-employed nor salaried.

    >>> counted_label("Sages-femmes", "liberal", "weight", feminine=True)
    'Sages-femmes libérales'
    >>> counted_label("Pédiatres", "liberal", "sites")
    "Lieux d'exercice de pédiatres libéraux"
    """
    who = f"{label} {_SUFFIXES[scope][feminine]}" if scope else label
    if measure == "sites" and scope:
        link = "d'" if who[0].lower() in "aeéèiouy" else "de "
        return f"Lieux d'exercice {link}{who[0].lower()}{who[1:]}"
    return f"{who} (nombre de praticiens)" if measure == "headcount" and scope else who


def density_title(counted: str, unit: str, level: Level, day: date) -> str:
    """Return the sentence that a density map answers, always complete.

    >>> density_title("Pharmacies", "pour 1 000 habitants", "iris", date(2025, 11, 3))
    'Pharmacies pour 1 000 habitants, par IRIS, au 3 novembre 2025'
    """
    return f"{counted} {unit}, {LEVEL_NAMES[level].by}, au {french_date(day)}"


def tied(text: str) -> str:
    """Return a French text whose colons, semicolons, guillemets and hundredths never begin a line.

    >>> tied("12 % : « peu »") == "12\u00a0% : «\u00a0peu\u00a0»".replace(" :", "\u00a0:")
    True
    """
    for sign in ":;?!%»":
        text = text.replace(f" {sign}", f"{NO_BREAK}{sign}")
    return text.replace("« ", f"«{NO_BREAK}")
