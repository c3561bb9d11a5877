"""``observatoire accessibility``: floating catchments by territory, as the API answers them."""

import sys
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from app.api.accessible import accessibility_body, preset_of
from app.api.asked_accessibility import AccessibilityQuery
from app.api.served import PeopleShelf
from app.api.snapshot import snapshot
from app.cli.running import migrated_engine, settings_now
from app.errors import ParameterError
from app.indicators.asked_preset import DecayName, PresetName
from app.indicators.wording import Level, Scope
from app.travel.modes import Mode
from app.travel.routing import ground_of

ProfessionOption = Annotated[str, typer.Option("--profession", help="Profession.")]
LevelOption = Annotated[Level, typer.Option("--level", help="Niveau géographique.")]
WithinOption = Annotated[str | None, typer.Option("--within", help="Se limiter à niveau:code.")]
ScopeOption = Annotated[Scope, typer.Option("--scope", help="Exercices comptés.")]
ModeOption = Annotated[Mode, typer.Option("--mode", help="Mode : à pied, à vélo ou en voiture.")]
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
    query = _query(
        **{"profession": profession, "level": level, "within": within, "scope": scope, "mode": mode},
        **{"preset": preset, "decay": decay, "minutes": minutes, "weights": weights, "cutoff": cutoff},
        **{"width": width, "median": median, "deviation": deviation, "rate": rate, "spread": spread},
        standardised=standardised,
    )
    preset_of(query)  # refused before anything is looked up
    with snapshot(migrated_engine(settings_now())) as (connection, release):
        ground = ground_of(connection, release.id, mode)
        body = accessibility_body(connection, release, query, form=form, ground=ground, shelf=PeopleShelf())
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def _query(**values: Any) -> AccessibilityQuery:  # noqa: ANN401 - the options, as they were typed
    try:
        return AccessibilityQuery(**values)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise ParameterError(name, f"Le paramètre « {name} » n'a pas la forme attendue.") from error
