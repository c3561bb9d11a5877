"""``observatoire coverage``, ``access-times`` and ``nearest``, with the answers of the API."""

from typing import Annotated, Literal

import typer

from app.api.access import access_list
from app.api.asked_access import AccessQuery, CoverageQuery, NearestQuery, WithinReachQuery
from app.api.asked_points import AskedPoint
from app.api.coverage import coverage_list, covering
from app.api.covered_area import area_list
from app.api.departing import travel_of
from app.api.nearest import carers_of, nearest_list
from app.api.project import look_up, project_list, searched
from app.api.queries import vintages_of
from app.api.searches import Searches
from app.api.served import PeopleShelf
from app.api.snapshot import snapshot
from app.cli.asked import (
    DepartureOption,
    LevelOption,
    ModeOption,
    ProfessionOption,
    ScopeOption,
    WithinOption,
    checked,
    write_list,
)
from app.cli.isochrone import reacher
from app.cli.points import PointsOption, read_points_file
from app.cli.running import migrated_engine, settings_now
from app.errors import ParameterError

RankOption = Annotated[int, typer.Option("--n", help="Rang du lieu : 1 pour le plus proche.")]
LonOption = Annotated[float, typer.Option("--lon", help="Longitude du point, degrés WGS 84.")]
LatOption = Annotated[float, typer.Option("--lat", help="Latitude du point, degrés WGS 84.")]
CountOption = Annotated[int, typer.Option("--n", help="Nombre de lieux demandés.")]
PlaceFormOption = Annotated[Literal["json", "geojson"], typer.Option("--format", help="Forme de la réponse.")]
MinutesOption = Annotated[int, typer.Option("--minutes", help="Durée du trajet, en minutes.")]
SitesOption = Annotated[int, typer.Option("--k", help="Nombre de lieux d'exercice à atteindre.")]
SomeProfessionOption = Annotated[str | None, typer.Option("--profession", help="Profession à chercher.")]
DrawOption = Annotated[
    Literal["union", "territories", "cells"],
    typer.Option("--draw", help="En geojson : surface couverte, territoires, ou carreaux non couverts."),
]
FormOption = Annotated[
    Literal["json", "geojson", "csv"], typer.Option("--format", help="Forme de la réponse.")
]


def access_times(  # noqa: PLR0917 - Typer reads the options off the signature
    profession: ProfessionOption,
    level: LevelOption = "iris",
    mode: ModeOption = "walk",
    departure: DepartureOption = None,
    scope: ScopeOption = "liberal",
    within: WithinOption = None,
    n: RankOption = 1,
    form: FormOption = "json",
) -> None:
    """Temps jusqu'aux lieux d'exercice les plus proches, par territoire."""
    query = checked(
        AccessQuery,
        profession=profession,
        level=level,
        mode=mode,
        departure=departure,
        scope=scope,
        within=within,
        n=n,
    )
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        travel = travel_of(connection, release, query, Searches(settings.home).on)
        listed = access_list(connection, release, query, form, shelf=PeopleShelf(), travel=travel)
        vintages = vintages_of(connection)
    write_list(listed, form, release, vintages)


def coverage(  # noqa: PLR0917 - Typer reads the options off the signature
    profession: SomeProfessionOption = None,
    points: PointsOption = None,
    minutes: MinutesOption = 15,
    level: LevelOption = "iris",
    mode: ModeOption = "walk",
    departure: DepartureOption = None,
    scope: ScopeOption = "liberal",
    within: WithinOption = None,
    k: SitesOption = 1,
    draw: DrawOption = "union",
    form: FormOption = "json",
) -> None:
    """Habitants qui ont à portée un lieu d'exercice (ou un point d'un projet), et ceux qui n'en ont pas."""
    if (profession is None) == (points is None):
        raise ParameterError("profession", "Il faut --profession, ou --points FICHIER, et pas les deux.")
    shared = {"minutes": minutes, "level": level, "mode": mode, "departure": departure, "within": within}
    shared |= {"k": k, "draw": draw}
    if points is not None:
        _of_points(checked(WithinReachQuery, **shared), read_points_file(points), form)
    else:
        query = checked(CoverageQuery, profession=profession, scope=scope, **shared)
        _of_profession(query, form)


def _of_profession(query: CoverageQuery, form: str) -> None:
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        travel = travel_of(connection, release, query, Searches(settings.home).on)
        if form != "geojson" or query.draw != "union":
            listed = coverage_list(connection, release, query, form, shelf=PeopleShelf(), travel=travel)
            write_list(listed, form, release, vintages_of(connection))
            return
        asked = covering(connection, release, query, PeopleShelf(), travel)
    write_list(area_list(asked, reacher(settings)), form, release)


def _of_points(query: WithinReachQuery, points: list[AskedPoint], form: str) -> None:
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        travel = travel_of(connection, release, query, Searches(settings.home).on)
        asked = look_up(connection, release, query, points, PeopleShelf())
        found = searched(asked, travel)
        if form != "geojson" or query.draw != "union":
            listed = project_list(connection, asked, form, found)
            write_list(listed, form, release, vintages_of(connection))
            return
    write_list(area_list(found, reacher(settings)), form, release)


def nearest(  # noqa: PLR0917 - Typer reads the options off the signature
    profession: ProfessionOption,
    lon: LonOption,
    lat: LatOption,
    mode: ModeOption = "walk",
    departure: DepartureOption = None,
    scope: ScopeOption = "liberal",
    n: CountOption = 3,
    form: PlaceFormOption = "json",
) -> None:
    """Lieux d'exercice les plus proches d'un point, en temps."""
    query = checked(
        NearestQuery,
        profession=profession,
        lon=lon,
        lat=lat,
        mode=mode,
        departure=departure,
        scope=scope,
        n=n,
    )
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        travel = travel_of(connection, release, query, Searches(settings.home).on)
        carers = carers_of(connection, release, query)
    write_list(nearest_list(query, carers=carers, travel=travel), form, release)
