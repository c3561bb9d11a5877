"""``observatoire graph``: the routing graph, and the times computed on it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from app.cli.running import FileArgument, migrated_engine, say, settings_now
from app.jobs.graphs import build_streets, complete_mode
from app.settings import Settings
from app.sources.texts import french_count
from app.travel import store
from app.travel.coverage import communes_of, outside
from app.travel.graph import open_graph
from app.travel.modes import LABELS, MODES, Mode, preset_limit
from app.travel.times import Completed
from app.travel.timetable import refuse_outside

graph = typer.Typer(
    help="Le graphe de circulation : construire, voir, calculer les temps.", no_args_is_help=True
)
ModeOption = Annotated[Mode | None, typer.Option("--mode", help="Un seul mode.")]
FeedOption = Annotated[
    Path | None, typer.Option("--gtfs", metavar="FICHIER.zip", help="Horaires de transport à y mettre.")
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--day", metavar="AAAA-MM-JJ", formats=["%Y-%m-%d"], help="Jour où voyager en transport."),
]
SHOWN = 10
ORIGINS = {"carreau": "Carreaux", "iris": "IRIS"}


@graph.command("build")
def graph_build(file: FileArgument, gtfs: FeedOption = None) -> None:
    """Construit le graphe d'un extrait OpenStreetMap (.osm.pbf), sur le territoire et 20 km autour."""
    settings = settings_now()
    engine = migrated_engine(settings)
    built, fresh = build_streets(engine, settings, file, gtfs)
    say(f"Graphe {built.fingerprint[:12]} {'construit' if fresh else 'déjà construit'}.")
    with engine.connect() as connection:
        _tell(connection, settings, store.newest(connection), feed_day=None)


@graph.command("status")
def graph_status(day: DayOption = None) -> None:
    """Montre le graphe en service, ce qu'il couvre et les temps déjà calculés."""
    settings = settings_now()
    with migrated_engine(settings).connect() as connection:
        found = store.newest(connection)
        say(f"Graphe {found.fingerprint[:12]}, de {found.file_name}, fait le {found.made_at:%d/%m/%Y}.")
        _tell(connection, settings, found, feed_day=day.date() if day else None)
        for kept in store.kept(connection, found.id):
            minutes = preset_limit(kept.mode) // 60
            places, origins = (
                f"{french_count(count)}, dont loin de toute rue {french_count(off)}."
                for count, off in ((kept.places, kept.places_off), (kept.origins, kept.origins_off))
            )
            level = ORIGINS[kept.level]
            say(f"Temps {LABELS[kept.mode]}, {minutes} minutes. Lieux : {places} {level} : {origins}")
    open_graph(settings.home, found.fingerprint)


@graph.command("times")
def graph_times(mode: ModeOption = None) -> None:
    """Calcule les temps de trajet qui manquent à la version publiée."""
    settings = settings_now()
    engine = migrated_engine(settings)
    for one in (mode,) if mode else MODES:
        done = complete_mode(engine, settings, one)
        say(_told(done) if done else f"Le graphe ne va pas {LABELS[one]}.")


def _told(done: Completed) -> str:
    return (
        f"Temps {LABELS[done.mode]}. Lieux calculés : {french_count(done.fresh)} ; déjà connus : "
        f"{french_count(done.known)}. Loin de toute rue : {french_count(done.places_off)} des lieux "
        f"calculés, {french_count(done.origins_off)} des {french_count(done.origins)} points de départ."
    )


def _tell(
    connection: Connection, settings: Settings, found: store.StoredGraph, *, feed_day: date | None
) -> None:
    """Say what a graph serves and covers, and what it does not."""
    say(f"Modes : {', '.join(LABELS[mode] for mode in found.modes)}.")
    if found.feed_days:
        first, last = found.feed_days
        over = " Attention : ils sont périmés." if last < datetime.now(tz=UTC).date() else ""
        say(f"Horaires de transport du {first:%d/%m/%Y} au {last:%d/%m/%Y}.{over}")
        if feed_day:
            refuse_outside(found.feed_days, feed_day)
    communes = communes_of(connection, settings.within)
    left = outside(communes, found.coverage)
    if not communes:
        say("Aucune commune n'est chargée : ce que le graphe laisse de côté n'est pas connu.")
    elif left:
        names = ", ".join(f"{one.name} ({one.code})" for one in left[:SHOWN])
        more = f" et {len(left) - SHOWN} autres" if len(left) > SHOWN else ""
        say(f"Attention, communes non couvertes : {len(left)} sur {len(communes)}, {names}{more}.")
    else:
        say(f"Communes du territoire couvertes : {len(communes)} sur {len(communes)}.")
