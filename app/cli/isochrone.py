"""``observatoire isochrone``: what is within reach of a point or of many, as the API answers it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.api.asked_points import AskedPoint
from app.api.departing import travel_of
from app.api.parameters import IsochronesQuery
from app.api.reach import Asked, Shelf, isochrones_list
from app.api.searches import Searches
from app.api.snapshot import snapshot
from app.cli.asked import DepartureOption, ModeOption, ScopeOption, checked, write_list
from app.cli.points import PointsOption, read_points_file
from app.cli.running import migrated_engine, settings_now
from app.errors import ParameterError
from app.settings import Settings
from app.travel.engine import Engine, Journey
from app.travel.graph import open_graph
from app.travel.isochrones import Shape
from app.travel.modes import DRAWN
from app.travel.routing import Reacher, Reaches

LonOption = Annotated[float | None, typer.Option("--lon", help="Longitude du point, degrés WGS 84.")]
LatOption = Annotated[float | None, typer.Option("--lat", help="Latitude du point, degrés WGS 84.")]
MinutesOption = Annotated[str, typer.Option("--minutes", help="Durées, par exemple 5,10,15.")]
ShapeOption = Annotated[Shape, typer.Option("--shape", help="Tout ce qui est atteint, ou par tranche.")]
MergeOption = Annotated[bool, typer.Option("--merge", help="Réunit les surfaces des points.")]
ProfessionOption = Annotated[str | None, typer.Option("--profession", help="Profession à compter.")]
FormOption = Annotated[Literal["json", "geojson"], typer.Option("--format", help="Forme de la réponse.")]


def isochrone(  # noqa: PLR0917 - Typer reads the options off the signature
    lon: LonOption = None,
    lat: LatOption = None,
    points: PointsOption = None,
    mode: ModeOption = "walk",
    departure: DepartureOption = None,
    minutes: MinutesOption = "5,10,15",
    shape: ShapeOption = "disk",
    merge: MergeOption = False,
    profession: ProfessionOption = None,
    scope: ScopeOption = "liberal",
    form: FormOption = "json",
) -> None:
    """Ce qui est à moins de quelques minutes d'un point : surfaces, habitants, lieux d'exercice."""
    starts = _starts(lon, lat, points)
    query = checked(
        IsochronesQuery,
        mode=mode,
        departure=departure,
        minutes=minutes,
        shape=shape,
        merge=merge,
        profession=profession,
        scope=scope,
    )
    asked = Asked(query, starts, merge=merge, strict=points is None)
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        travel = travel_of(connection, release, query, Searches(settings.home).on)
        known = Shelf().read(connection, release, asked, travel)
    write_list(isochrones_list(asked, known, reacher(settings)), form, release)


def _starts(lon: float | None, lat: float | None, points: Path | None) -> list[AskedPoint]:
    if points is None:
        if lon is None or lat is None:
            raise ParameterError("lon", "Il faut --lon et --lat, ou --points FICHIER.")
        return [AskedPoint(0, None, lon, lat)]
    if lon is not None or lat is not None:
        raise ParameterError("points", "--points ne se donne pas avec --lon et --lat.")
    return read_points_file(points)


def reacher(settings: Settings) -> Reacher:
    """Return what answers journeys in this very process: it serves nobody else."""

    searches = Searches(settings.home)

    def reaches(fingerprint: str, journeys: Sequence[Journey]) -> Reaches:
        if journeys[0].mode in DRAWN:
            drawing = searches.drawing(fingerprint, journeys[0].mode)
            return [drawing.reach(one) for one in journeys]
        engine = Engine(open_graph(settings.home, fingerprint).actor_config())
        return [engine.reach(one) for one in journeys]

    return reaches
