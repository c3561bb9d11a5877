"""``observatoire atlas``: the sheets of every territory of a level, in one file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from sqlalchemy import Connection, select

from app.api import views
from app.api.lookup import find_territory, find_within
from app.api.main import TYPEFACE
from app.api.queries import limited_to
from app.api.sheet_supply import name_of
from app.api.sheets import (
    SHEET_LEVELS,
    Wished,
    in_sentence,
    overview_of,
    public_address,
    refuse_level,
    sheet_of,
)
from app.api.snapshot import Release, snapshot
from app.cli.asked import LevelOption, WithinOption
from app.cli.running import migrated_engine, say, settings_now
from app.errors import ParameterError, SetupError
from app.indicators.wording import LEVEL_NAMES, Level, french_date
from app.maps.paper import PAPERS
from app.maps.pdf import Printing, render
from app.web.pages import STATIC

MOST_SHEETS = 500

AtlasProfession = Annotated[str, typer.Option("--profession", help="Profession cartographiée.")]
PaperOption = Annotated[Literal["A4", "A3"], typer.Option("--paper", help="Format du papier, en largeur.")]
OutputOption = Annotated[
    Path, typer.Option("--output", metavar="FICHIER", help="Fichier PDF à écrire.", dir_okay=False)
]


def atlas(
    output: OutputOption,
    level: LevelOption = "quartier",
    within: WithinOption = None,
    profession: AtlasProfession = "medecin_generaliste",
    paper: PaperOption = "A4",
) -> None:
    """Atlas : une fiche imprimable par territoire, avec sa table des matières, en un seul fichier PDF."""
    refuse_level(level)
    settings = settings_now()
    with snapshot(migrated_engine(settings)) as (connection, release):
        codes = _codes(connection, level, within)
        wished = Wished(PAPERS[paper], profession, public_address(settings))
        territories = [find_territory(connection, "code", level, code) for code in codes]
        sheets = [sheet_of(connection, release, territory, wished) for territory in territories]
        title, overview = "", None
        if len(sheets) > 1:
            held = find_within(connection, within)
            title = _title(level, release, name_of(connection, held) if held else "")
            overview = overview_of(connection, held, territories, PAPERS[paper]) if held else None
    printing = Printing(PAPERS[paper], datetime.now(UTC).date(), STATIC / TYPEFACE, title, overview)
    _write(output, render(sheets, printing))
    say(f"{len(sheets)} fiche{'s' if len(sheets) > 1 else ''} dans {output}.")


def _codes(connection: Connection, level: Level, within: str | None) -> list[str]:
    t = views.territory.c
    limit = limited_to(level, find_within(connection, within))
    codes = list(connection.execute(select(t.code).where(limit).order_by(t.code)).scalars())
    if not codes:
        raise ParameterError(
            "level",
            f"Aucun territoire de niveau « {LEVEL_NAMES[level].label} » n'est publié ici.",
            hint=f"Niveaux possibles : {', '.join(SHEET_LEVELS)}.",
        )
    if len(codes) > MOST_SHEETS:
        raise ParameterError(
            "within",
            f"L'atlas aurait {len(codes)} fiches, plus de {MOST_SHEETS}.",
            hint="Limitez-le à un territoire, par exemple --within commune:00101.",
        )
    return codes


def _title(level: Level, release: Release, held: str) -> str:
    """Return what an atlas is called: « Rennes : quartiers, au 3 novembre 2025 »."""
    label = LEVEL_NAMES[level].label_plural
    day = french_date(release.vintage)
    return f"{held} : {in_sentence(label)}, au {day}" if held else f"Atlas : {label}, au {day}"


def _write(output: Path, content: bytes) -> None:
    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(output)
    except OSError as error:
        raise SetupError(
            f"Le fichier {output} n'a pas pu être écrit : {error.strerror}.",
            hint="Vérifiez le dossier, l'espace libre et les droits.",
        ) from error
