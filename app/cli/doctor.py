"""``observatoire doctor``: what stands well in a deployment, and what to mend."""

import typer

from app.cli.running import say, settings_now
from app.jobs.checkup import checks
from app.jobs.found import State

MARKS: dict[State, str] = {"good": "bien       ", "look": "à voir     ", "bad": "à corriger "}


def doctor() -> None:
    """Vérifie le déploiement et dit quoi corriger, sans rien modifier ; code 1 s'il le faut."""
    found = []
    for check in checks(settings_now()):
        found.append(check)
        say(f"{MARKS[check.state]}{check.about} : {check.said}")
        if check.todo and check.state != "good":
            say(f"{'':11}→ {check.todo}")
    wrong = sum(check.state == "bad" for check in found)
    if wrong:
        say(f"{wrong} point{'s' * (wrong > 1)} à corriger.")
        raise typer.Exit(1)
    say("Rien à corriger.")
