"""What a portrait page is made of, read once: the API's portrait, who is looked at, how far care is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from app.api import views
from app.api.lookup import Profession, Territory, find_profession, find_territory, professions
from app.api.parameters import MAX_CODE
from app.api.portrait import PortraitShelf
from app.api.routes.territories import whole_portrait
from app.api.schemas.territories import Figure, NamedTerritory, Portrait
from app.api.snapshot import Release
from app.api.suggestions import did_you_mean
from app.errors import NotFoundError
from app.indicators.quality import Source, read_sources
from app.indicators.wording import LEVELS, Level, Scope, counted_label

FIRST = "medecin_generaliste"
SCOPE: Scope = "liberal"


@dataclass(frozen=True, slots=True)
class Beside:
    """The territories of the same level and holder that come just before and after, in the order of codes."""

    before: NamedTerritory | None
    after: NamedTerritory | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One page: the territory, its portrait, the profession it looks at, those it may look at."""

    release: Release
    territory: Territory
    portrait: Portrait
    profession: Profession
    professions: list[Profession]
    beside: Beside
    sources: tuple[Source, ...]

    @property
    def who(self) -> str:
        """Return who is counted, as a title says it: « Médecins généralistes libéraux »."""
        one = self.profession
        return counted_label(one.label, one.scope(SCOPE), "weight", feminine=one.feminine)

    @property
    def holder(self) -> NamedTerritory | None:
        """Return what the territory is compared with first: the commune, or the next larger one."""
        return next(iter(self.portrait.compared_with), None)

    def figures(self, indicator: str) -> list[Figure]:
        """Return the figures of an indicator, none where it makes no sense."""
        return next((one.figures for one in self.portrait.indicators if one.indicator == indicator), [])

    def figure(self, indicator: str, profession: str | None) -> Figure | None:
        """Return one figure of an indicator."""
        return next((one for one in self.figures(indicator) if one.profession == profession), None)


def read_asked(
    connection: Connection, release: Release, place: tuple[str, str], profession: str, shelf: PortraitShelf
) -> Asked:
    """Read what the page of a territory, given by its level and code, tells.

    Raises NotFoundError for a level or code that is not published, ParameterError for a profession that does
    not exist.
    """
    territory = find_territory(connection, "code", known_level(place[0]), place[1])
    mark = {"release": {"id": release.id, "vintage": release.vintage}}
    portrait = Portrait.model_validate({**mark, **whole_portrait(connection, territory, shelf.of(release))})
    return Asked(
        release=release,
        territory=territory,
        portrait=portrait,
        profession=find_profession(connection, profession),
        professions=professions(connection),
        beside=_beside(connection, portrait),
        sources=read_sources(connection),
    )


def known_level(asked: str) -> Level:
    """Return a level by its name; raise NotFoundError with the closest names."""
    for level in LEVELS:
        if level == asked:
            return level
    raise NotFoundError(
        "level",
        f"Il n'y a pas de niveau « {asked[:MAX_CODE]} ».",
        hint=did_you_mean(asked, LEVELS) or f"Niveaux possibles : {', '.join(LEVELS)}.",
    )


def _beside(connection: Connection, portrait: Portrait) -> Beside:
    """Return the neighbours in the order of codes inside what the territory is ranked in."""
    held = portrait.ranked_in
    if held is None:
        return Beside(None, None)
    t = views.territory.c
    level, code = split(held.territory)
    holder = find_territory(connection, "code", level, code)
    same = (t.level == portrait.level, t.parents.contains([holder.id]))
    told = select(t.level, t.code, t.name).where(*same)
    before = told.where(t.code < portrait.code).order_by(t.code.desc()).limit(1)
    after = told.where(t.code > portrait.code).order_by(t.code).limit(1)
    return Beside(_named(connection, before), _named(connection, after))


def split(named: str) -> tuple[Level, str]:
    """Return the level and the code of a territory written « level:code »."""
    level, _, code = named.partition(":")
    return known_level(level), code


def _named(connection: Connection, wanted: Select[Any]) -> NamedTerritory | None:
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    return NamedTerritory(territory=f"{row.level}:{row.code}", level=row.level, name=row.name)
