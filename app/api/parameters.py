"""Query parameters of the API: their types, bounds, French descriptions and examples."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, get_args

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.api.formats.known import MapForm, PlaceForm, TableForm
from app.api.suggestions import did_you_mean
from app.errors import ParameterError
from app.indicators.wording import LEVELS, Level, Measure, Scope
from app.maps.paper import PaperName
from app.supply.convention import Convention
from app.travel.isochrones import Shape
from app.travel.modes import Mode

Detail = Literal["full", "medium", "low"]
BANDS: dict[str, int] = {"full": 0, "medium": 1, "low": 2}

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NO_CONTROL = r"^[^\x00-\x1f\x7f]+$"
MAX_CODE = 64
# The IRIS of the whole country fit in one answer; its 200 m squares do not.
MAX_ROWS = 60_000
# A file is written as it is read: as many lines as a spreadsheet holds, at most.
MAX_FILE_ROWS = 1_000_000
PAGE_ROWS = 20_000

LevelPath = Annotated[Level, Path(description="Niveau géographique.", examples=["iris"])]
CodePath = Annotated[
    str,
    Path(
        description="Code officiel du territoire à ce niveau.",
        min_length=1,
        max_length=MAX_CODE,
        pattern=NO_CONTROL,
        examples=["00101"],
    ),
]


def read_whole(value: object) -> object:
    """Read digits as a number: an address only carries text, and a Literal converts nothing."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def read_day(value: object) -> object:
    """Read a day as it is written in ISO 8601, and nothing else that could pass for one."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise PydanticCustomError("day", "day")
    return value


AskedProfession = Annotated[
    str,
    Field(
        max_length=MAX_CODE,
        pattern=NO_CONTROL,
        description="Profession (voir /api/v1/professions).",
        examples=["medecin_generaliste"],
    ),
]
AnyProfession = Annotated[
    str | None,
    Field(
        max_length=MAX_CODE,
        pattern=NO_CONTROL,
        description="Profession (voir /api/v1/professions) ; sans elle, toutes.",
        examples=["medecin_generaliste"],
    ),
]
AskedWithin = Annotated[
    str | None,
    Field(
        max_length=MAX_CODE + 16,
        pattern=NO_CONTROL,
        description="Territoire auquel se limiter, sous la forme niveau:code.",
        examples=["commune:00101"],
    ),
]
AskedScope = Annotated[
    Scope,
    Field(description="Exercice libéral ; ambulatory y ajoute les salariés des centres et maisons de santé."),
]

AskedPer = Annotated[
    Literal[100000, 10000, 1000],
    BeforeValidator(read_whole),
    Field(description="Nombre d'habitants auquel la densité se rapporte."),
]


AskedMode = Annotated[
    Mode,
    Field(description="Mode : à pied, à vélo, en voiture ou en transports en commun.", examples=["walk"]),
]
AskedDeparture = Annotated[
    str | None,
    Field(
        max_length=16,
        pattern=NO_CONTROL,
        description="Départ en transports en commun : un jour (médiane des départs de 8 h à 9 h) ou un "
        "instant ; sans lui, un jour ordinaire des horaires, que la réponse nomme.",
        examples=["2025-11-12T08:05"],
    ),
]


AskedDecimal = Annotated[
    Literal["point", "virgule"],
    Field(
        description="Au csv, « virgule » écrit 2,5 et sépare les colonnes par des points-virgules, comme les "
        "tableurs français ; « point » écrit 2.5 et sépare par des virgules.",
        examples=["virgule"],
    ),
]

FORM: Any = Field(
    default=None,
    description="Forme de la réponse ; sans elle, l'en-tête Accept décide, puis json.",
    examples=["json"],
)


class ReleaseQuery(BaseModel):
    """The parameter every list takes; a parameter nobody knows is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    release: int | None = Field(
        default=None,
        ge=1,
        le=2_147_483_647,
        description="Version attendue ; refusée (404) si ce n'est pas la version publiée.",
        examples=[4],
    )


class PagedQuery(ReleaseQuery):
    """A list: page by page, with decimal points or commas in its csv."""

    cuts_itself: ClassVar[bool] = False
    decimal: AskedDecimal = "point"
    limit: int | None = Field(
        default=None,
        ge=1,
        le=MAX_ROWS,
        description="Nombre d'éléments d'une page ; sans lui, toute la liste. L'en-tête Link mène à la page "
        "suivante (rel=next).",
        examples=[500],
    )
    cursor: str | None = Field(
        default=None,
        max_length=24,
        pattern=NO_CONTROL,
        description="Page suivante, telle que l'en-tête Link la donne ; ne vaut que dans sa version.",
        examples=["4-500"],
    )


class TableQuery(PagedQuery):
    """A list without outlines."""

    format: TableForm | None = FORM


class DrawnQuery(ReleaseQuery):
    """What is drawn around a point: short, never cut into pages."""

    format: MapForm | None = FORM
    decimal: AskedDecimal = "point"


class PlaceQuery(ReleaseQuery):
    """One territory."""

    format: PlaceForm | None = FORM


class SheetQuery(ReleaseQuery):
    """The printed sheet of one territory."""

    profession: AskedProfession = "medecin_generaliste"
    paper: PaperName = Field(default="A4", description="Format du papier, en largeur.", examples=["A3"])


class OutlinedQuery(PagedQuery):
    """A list whose lines are somewhere."""

    format: MapForm | None = FORM


class MapQuery(OutlinedQuery):
    """A list that can be drawn, of a territory."""

    within: AskedWithin = None


class TerritoriesQuery(MapQuery):
    """Territories of one level."""

    level: Level = Field(description="Niveau géographique des territoires.", examples=["iris"])
    detail: Detail = Field(
        default="full",
        description="Finesse du tracé (geojson) : full, medium (zooms 10 à 12) ou low (au-dessous de 10).",
    )


class DensitiesQuery(TerritoriesQuery):
    """Densities of one profession by territory."""

    profession: AskedProfession
    scope: AskedScope = "liberal"
    per: AskedPer = 100000
    measure: Measure = Field(
        default="weight",
        description=(
            "Ce qui est rapporté à la population : weight (un praticien se partage entre ses lieux "
            "d'exercice), headcount (praticiens distincts) ou sites (lieux d'exercice)."
        ),
    )


class AreasQuery(ReleaseQuery):
    """Drawn areas."""

    scope: AskedScope = "liberal"
    per: AskedPer = 100000


class PlacesQuery(MapQuery):
    """Places, of practices or of people."""

    profession: AnyProfession = None
    scope: AskedScope = "liberal"
    bbox: str | None = Field(
        default=None,
        max_length=120,
        pattern=NO_CONTROL,
        description="Cadre en degrés (WGS 84) : lon. min., lat. min., lon. max., lat. max.",
        examples=["-1.8,48.0,-1.5,48.2"],
    )
    cuts_itself: ClassVar[bool] = True
    limit: int | None = Field(
        default=None,
        ge=1,
        le=MAX_ROWS,
        description="Nombre de lignes d'une page ; sans lui, 20 000 en json et geojson, et tous dans un "
        "fichier. L'en-tête Link mène à la page suivante (rel=next).",
        examples=[500],
    )


class PeopleQuery(PlacesQuery):
    """Practitioners by name."""


class PracticesQuery(PlacesQuery):
    """Places of practice."""

    at: Annotated[date, BeforeValidator(read_day)] | None = Field(
        default=None,
        description="Jour de l'offre, AAAA-MM-JJ ; sans lui, celui de la version publiée.",
        examples=["2025-11-03"],
    )
    convention: Convention | None = Field(
        default=None,
        description=(
            "Praticiens de ce seul secteur conventionnel, d'après l'Assurance maladie ; ceux dont le secteur "
            "est inconnu ne sont d'aucun."
        ),
        examples=["secteur_1"],
    )


class ChangesQuery(ReleaseQuery):
    """What changed between two releases."""

    format: TableForm | None = FORM
    decimal: AskedDecimal = "point"
    level: Level | None = Field(
        default=None,
        description="Niveau géographique auquel compter ; sans lui, en tout.",
        examples=["iris"],
    )
    within: AskedWithin = None
    profession: AnyProfession = None
    scope: Scope = Field(
        default="liberal",
        description=(
            "Exercice libéral, avant ou après ; ambulatory y ajoute les salariés des centres et maisons "
            "de santé."
        ),
    )
    detail: bool = Field(default=False, description="Donner aussi la liste des exercices, sans nom.")
    limit: int = Field(
        default=20_000,
        ge=1,
        le=MAX_ROWS,
        description="Nombre maximal d'exercices listés.",
        examples=[20_000],
    )


class ReachQuery(DrawnQuery):
    """How far one goes: the mode, the minutes, and who is counted there."""

    mode: AskedMode
    departure: AskedDeparture = None
    minutes: str = Field(
        max_length=32,
        description="Durées en minutes, de 1 à 60, au plus quatre, séparées par des virgules.",
        examples=["5,10,15"],
    )
    shape: Shape = Field(
        default="disk",
        description="Pour chaque durée, tout ce qui est atteint (disk), ou ce qu'elle ajoute à la précédente "
        "(ring).",
    )
    profession: str | None = Field(
        default=None,
        max_length=MAX_CODE,
        pattern=NO_CONTROL,
        description="Profession à compter dans chaque surface (voir /api/v1/professions).",
        examples=["medecin_generaliste"],
    )
    scope: AskedScope = "liberal"


class IsochroneQuery(ReachQuery):
    """What is within reach of one point."""

    lon: float = Field(
        ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrés WGS 84.", examples=[-1.68]
    )
    lat: float = Field(
        ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrés WGS 84.", examples=[48.11]
    )


class IsochronesQuery(ReachQuery):
    """What is within reach of many points."""

    merge: bool = Field(
        default=False,
        description="Réunir les surfaces des points : chaque habitant n'est alors compté qu'une fois.",
    )


def parse_within(value: str | None) -> tuple[Level, str] | None:
    """Split « level:code »; raise ParameterError when it has another form or names an unknown level."""
    if value is None:
        return None
    level, colon, code = value.partition(":")
    if not colon or not code:
        raise ParameterError(
            "within",
            f"« {value} » n'a pas la forme niveau:code.",
            hint="Exemple : within=commune:00101.",
        )
    if level not in LEVELS:
        raise ParameterError(
            "within",
            f"Le niveau « {level} » n'existe pas.",
            hint=did_you_mean(level, LEVELS) or f"Niveaux : {', '.join(get_args(Level))}.",
        )
    return level, code
