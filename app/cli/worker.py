"""``observatoire worker``: the sources taken at their cadence, with nobody watching."""

import sys

from app.cli.running import migrated_engine, say, settings_now
from app.jobs.worker import run_worker

RUN = (sys.executable, "-m", "app.cli", "jobs", "run")


def worker() -> None:
    """Prend chaque source à sa cadence et publie, jusqu'à ce qu'on l'arrête."""
    settings = settings_now()
    migrated_engine(settings).dispose()
    say("Le travailleur est en marche ; « observatoire jobs due » dit ce qu'il attend.")
    run_worker(settings, RUN)
