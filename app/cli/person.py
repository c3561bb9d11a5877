"""``observatoire person``: the rights of one person over what the store holds of them."""

from typing import Annotated

import typer

from app.api.answers import to_json
from app.cli.asked import write
from app.cli.running import migrated_engine, say, settings_now
from app.errors import SetupError
from app.security.audit import account_at_work, note
from app.supply.person import held_of, key_of, oppose

person = typer.Typer(help="Les droits d'une personne : accès, opposition, effacement.", no_args_is_help=True)
RegisterNumber = Annotated[
    str, typer.Argument(metavar="NUMÉRO", help="Numéro RPPS, 11 chiffres, ou identifiant national, 12.")
]
# Enough to find a line of the log again, too little to find anybody.
SHOWN_DIGITS = 8


@person.command("export")
def person_export(number: RegisterNumber) -> None:
    """Écrit tout ce que la base contient d'une personne (droit d'accès), en JSON."""
    settings = settings_now()
    with migrated_engine(settings).begin() as connection:
        key = key_of(connection, settings, number)
        held = held_of(connection, key)
        note(connection, account_at_work(), "person.export", key.hex()[:SHOWN_DIGITS], 1)
    write(to_json(held) + b"\n")


@person.command("purge")
def person_purge(
    number: RegisterNumber,
    yes: Annotated[bool, typer.Option("--yes", help="Confirme l'effacement.")] = False,
) -> None:
    """Efface une personne et ne la reprend plus (opposition) : noms, exercices, noms de ses lieux."""
    if not yes:
        raise SetupError("Cette personne serait effacée. Rien n'a été fait.", hint="Confirmez avec --yes.")
    settings = settings_now()
    with migrated_engine(settings).begin() as connection:
        key = key_of(connection, settings, number)
        oppose(connection, key)
        note(connection, account_at_work(), "person.purge", key.hex()[:SHOWN_DIGITS], 1)
    say(
        "Cette personne est effacée, et aucun annuaire à venir ne la ramènera. Les nombres publiés la "
        "comptent encore, sans rien dire d'elle, jusqu'au prochain annuaire chargé. Restent le fichier "
        "public d'origine (dossier « files ») et les sauvegardes : voir « Les personnes » dans le guide."
    )
