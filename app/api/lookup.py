"""Professions and territories that a request names, found or refused with the closest names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.api import views
from app.api.parameters import parse_within
from app.api.suggestions import did_you_mean
from app.errors import NotFoundError, ParameterError
from app.indicators.professions import KNOWN
from app.indicators.wording import INFRA_COMMUNAL, LEVEL_NAMES, Level, Scope, population_label

# How many names of a level are compared with a mistyped one: bounded, because a level may hold millions.
MOST_COMPARED = 2_000
PERSON = "person"
ESTABLISHMENT = "establishment"
# The register that says who practises, or which establishments there are.
REGISTERS = {PERSON: "annuaire", ESTABLISHMENT: "finess"}

# What to ask where a level has no territory.
_INSTEAD: dict[Level, str] = {
    "france": "La France entière n'est pas chargée : demandez level=region ou level=departement.",
    "perimetre": "Une zone dessinée se demande à POST /api/v1/territories/perimetre, avec son polygone.",
}


@dataclass(frozen=True, slots=True)
class Profession:
    """A profession, or a group of them, as published.

    ``members`` are the slugs that a group counts together; ``part_of`` is the profession that counts the same
    people among others; ``loaded`` says whether the register that counts it is in the release.
    """

    id: int
    slug: str
    label: str
    feminine: bool
    subject: str
    recourse: str | None
    population_age: str
    population_sex: str
    members: list[str] | None
    part_of: str | None
    loaded: bool

    @property
    def population_label(self) -> str:
        """Return the people it is compared with, in the plural."""
        return population_label(self.population_age, self.population_sex)

    @property
    def dated(self) -> bool:
        """Say whether its past is known: an authorised activity is known of one day."""
        return not any(slug in KNOWN and KNOWN[slug].authorised for slug in self.members or [self.slug])

    def scope(self, asked: Scope) -> Scope | None:
        """Return the scope that applies: none for establishments."""
        return None if self.subject == ESTABLISHMENT else asked

    def stored_scope(self, asked: Scope) -> str:
        """Return the scope under which its counts are kept."""
        return self.scope(asked) or ESTABLISHMENT


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory that a request is limited to."""

    id: int
    level: Level
    code: str
    parents: tuple[int, ...]

    @property
    def infra_communal(self) -> bool:
        """Say whether it is smaller than a commune, where only located practices count."""
        return self.level in INFRA_COMMUNAL


def loaded_subjects(connection: Connection) -> frozenset[str]:
    """Return the subjects whose register the published release was built on: nobody knows the others."""
    registers = set(connection.execute(select(views.source.c.register).distinct()).scalars())
    return frozenset(subject for subject, register in REGISTERS.items() if register in registers)


def professions(connection: Connection) -> list[Profession]:
    """Return every profession in the order of the menu."""
    c = views.profession.c
    loaded = loaded_subjects(connection)
    told = (
        *(c.id, c.slug, c.label, c.feminine, c.subject, c.recourse, c.population_age, c.population_sex),
        *(c.members, c.part_of),
    )
    rows = connection.execute(select(*told, c.subject.in_(loaded)).order_by(c.position, c.slug))
    return [Profession(*row) for row in rows]


def find_profession(connection: Connection, slug: str) -> Profession:
    """Return one profession; raise ParameterError with the closest slugs when there is none."""
    known = {profession.slug: profession for profession in professions(connection)}
    if slug not in known and slug in KNOWN:
        raise NotFoundError(
            "profession",
            f"« {KNOWN[slug].label} » : la version publiée ne les compte pas, aucun fichier ne les dit. Leur "
            "nombre est inconnu, il n'est pas nul.",
            hint="Le tableau des activités de soins autorisées les dit : le guide le décrit.",
        )
    if slug not in known:
        raise ParameterError(
            "profession",
            f"La profession « {slug} » n'existe pas.",
            hint=did_you_mean(slug, known) or "La liste est à l'adresse /api/v1/professions.",
        )
    return known[slug]


def refuse_undated(profession: Profession) -> None:
    """Raise NotFoundError for a profession whose past nothing tells."""
    if not profession.dated:
        raise NotFoundError(
            "profession",
            f"« {profession.label} » : les activités autorisées ne sont connues qu'au jour de leur fichier, "
            "leur évolution est inconnue.",
            hint="Leur nombre d'aujourd'hui est à l'adresse /api/v1/densities.",
        )


def find_territory(connection: Connection, parameter: str, level: Level, code: str) -> Territory:
    """Return one territory; raise NotFoundError with the closest codes when there is none."""
    c = views.territory.c
    row = connection.execute(
        select(c.id, c.parents).where(c.level == level, c.code == code).order_by(c.id).limit(1)
    ).one_or_none()
    if row is not None:
        return Territory(row.id, level, code, tuple(row.parents))
    codes = connection.execute(
        select(c.code).where(c.level == level).order_by(c.code).limit(MOST_COMPARED)
    ).scalars()
    raise NotFoundError(
        parameter,
        f"Aucun territoire publié de niveau « {LEVEL_NAMES[level].label} » ne porte le code « {code} ».",
        hint=did_you_mean(code, codes) or f"La liste est à l'adresse /api/v1/territories?level={level}.",
    )


def refuse_none(rows: Sequence[object], level: Level, within: Territory | None) -> None:
    """Raise NotFoundError for a level that nothing published has: an empty answer would not say so."""
    if rows or within is not None:
        return
    raise NotFoundError(
        "level",
        f"La version publiée n'a aucun territoire de niveau « {LEVEL_NAMES[level].label} ».",
        hint=_INSTEAD.get(level, "Choisissez un autre niveau : /api/v1/levels dit lesquels sont publiés."),
    )


def find_within(connection: Connection, within: str | None) -> Territory | None:
    """Return the territory that ``within`` names, or None when a request is not limited to one."""
    parsed = parse_within(within)
    return find_territory(connection, "within", *parsed) if parsed else None
