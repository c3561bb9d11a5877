"""``observatoire accessibility``: floating catchments by territory, as the API answers them."""

from typing import Annotated, Literal

import typer

from app.api.accessible import accessibility_list, preset_of
from app.api.asked_accessibility import AccessibilityQuery
from app.api.departing import travel_of
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
from app.cli.running import migrated_engine, settings_now
from app.indicators.asked_preset import DecayName, PresetName

PresetOption = Annotated[PresetName, typer.Option("--preset", help="Méthode.")]
DecayOption = Annotated[DecayName | None, typer.Option("--decay", help="Autre décroissance.")]
MinutesOption = Annotated[str | None, typer.Option("--minutes", help="Zones de temps, par exemple 10,15,20.")]
WeightsOption = Annotated[str | None, typer.Option("--weights", help="Leurs poids, par exemple 1,0.3,0.1.")]
CutoffOption = Annotated[float | None, typer.Option("--cutoff", help="Durée limite, en minutes.")]
WidthOption = Annotated[float | None, typer.Option("--width", help="Largeur de la pente (linear).")]
MedianOption = Annotated[float | None, typer.Option("--median", help="Milieu de la courbe (logistic).")]
DeviationOption = Annotated[float | None, typer.Option("--deviation", help="Écart type (logistic).")]
RateOption = Annotated[float | None, typer.Option("--rate", help="Taux par minute (exponential).")]
SpreadOption = Annotated[float | None, typer.Option("--spread", help="Diviseur de t² (gaussian).")]
AgesOption = Annotated[
    bool | None, typer.Option("--standardised/--no-standardised", help="Pondérer par les besoins de l'âge.")
]
FormOption = Annotated[Literal["json", "csv", "geojson"], typer.Option("--format", help="Forme.")]


def accessibility(  # noqa: PLR0917 - Typer reads the options off the signature
    profession: ProfessionOption,
    level: LevelOption,
    within: WithinOption = None,
    scope: ScopeOption = "liberal",
    mode: ModeOption = "walk",
    departure: DepartureOption = None,
    preset: PresetOption = "e2sfca",
    decay: DecayOption = None,
    minutes: MinutesOption = None,
    weights: WeightsOption = None,
    cutoff: CutoffOption = None,
    width: WidthOption = None,
    median: MedianOption = None,
    deviation: DeviationOption = None,
    rate: RateOption = None,
    spread: SpreadOption = None,
    standardised: AgesOption = None,
    form: FormOption = "json",
) -> None:
    """Ce que les habitants peuvent attendre de l'offre qu'ils peuvent rejoindre, par territoire."""
    query = checked(
        AccessibilityQuery,
        **{"profession": profession, "level": level, "within": within, "scope": scope, "mode": mode},
        departure=departure,
        **{"preset": preset, "decay": decay, "minutes": minutes, "weights": weights, "cutoff": cutoff},
        **{"width": width, "median": median, "deviation": deviation, "rate": rate, "spread": spread},
        standardised=standardised,
    )
    preset_of(query)  # refused before anything is looked up
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        travel = travel_of(connection, release, query, Searches(settings.home).on)
        shelf = PeopleShelf()
        listed = accessibility_list(connection, release, query, form=form, travel=travel, shelf=shelf)
        vintages = vintages_of(connection)
    write_list(listed, form, release, vintages, title="Accessibilité")
