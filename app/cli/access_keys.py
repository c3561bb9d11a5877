"""``observatoire key`` and ``observatoire audit``: keys of the API, and who read or changed what."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from app.api.answers import to_csv, to_json
from app.cli.asked import write
from app.cli.running import migrated_engine, say, settings_now
from app.security.audit import ACTIONS, AuditLine, account_at_work, note, read_audit
from app.security.keys import KeyLine, create_key, list_keys, revoke_key
from app.security.roles import Role

key = typer.Typer(help="Les clefs de l'API : en donner, les voir, y mettre fin.", no_args_is_help=True)

RoleName = Literal["public", "agent", "admin"]
COLUMNS = ("at", "actor", "role", "action", "subject", "people")


@key.command("create")
def key_create(
    label: Annotated[str, typer.Argument(metavar="NOM", help="À qui est la clef, ou à quoi elle sert.")],
    role: Annotated[
        RoleName, typer.Option("--role", help="public : plus de demandes ; agent : les noms ; admin : tout.")
    ] = "public",
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Durée, en jours.")] = 365,
) -> None:
    """Fait une clef et la montre, une seule fois."""
    with migrated_engine(settings_now()).begin() as connection:
        made = create_key(connection, label, Role[role.upper()], days)
        note(connection, account_at_work(), "key.create", f"{_prefix(made)} {role} {label}")
    say(made)
    typer.echo(
        f"Notez-la : elle ne sera plus montrée. Elle vaut {days} jours ; pour y mettre fin : "
        f"observatoire key revoke {_prefix(made)}",
        err=True,
    )


@key.command("list")
def key_list() -> None:
    """Liste les clefs, sans elles-mêmes : début, rôle, échéance, dernière demande."""
    with migrated_engine(settings_now()).begin() as connection:
        lines = list_keys(connection)
    now = datetime.now(UTC)
    for line in lines:
        say(_told(line, now))
    if not lines:
        say("Aucune clef.")


@key.command("revoke")
def key_revoke(
    prefix: Annotated[str, typer.Argument(metavar="DÉBUT", help="Début de la clef, obs_ et 8 caractères.")],
) -> None:
    """Met fin à une clef, aussitôt."""
    with migrated_engine(settings_now()).begin() as connection:
        revoke_key(connection, prefix)
        note(connection, account_at_work(), "key.revoke", prefix)
    say(f"La clef {prefix} n'ouvre plus rien.")


def audit(
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="AAAA-MM-JJ", formats=["%Y-%m-%d"], help="Depuis ce jour."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="Nombre de lignes.")] = 100,
    form: Annotated[
        Literal["text", "csv", "json"], typer.Option("--format", help="Forme de la réponse.")
    ] = "text",
) -> None:
    """Dit qui a lu des noms et qui a changé quoi, le plus récent d'abord."""
    with migrated_engine(settings_now()).begin() as connection:
        lines = read_audit(connection, limit, since.replace(tzinfo=UTC) if since else None)
        note(connection, account_at_work(), "audit.read", f"{len(lines)} lignes")
    if form == "text":
        for line in lines:
            say(_audited(line))
        return
    items = [{name: getattr(line, name) for name in COLUMNS} for line in lines]
    write(to_csv(COLUMNS, items) if form == "csv" else to_json({"count": len(items), "items": items}))


def _prefix(made: str) -> str:
    return made[: made.index("_", 4)]


def _told(line: KeyLine, now: datetime) -> str:
    used = f"{line.last_used_at:%d/%m/%Y %H:%M}" if line.last_used_at else "jamais"
    return (
        f"{line.prefix}  {line.role:<6}  {line.state(now):<8}  jusqu'au {line.expires_at:%d/%m/%Y}  "
        f"dernière demande : {used}  {line.label}"
    )


def _audited(line: AuditLine) -> str:
    people = "" if line.people is None else f"  {line.people} personnes"
    what = ACTIONS.get(line.action, line.action)
    return f"{line.at:%d/%m/%Y %H:%M:%S}  {line.actor} ({line.role})  {what}  {line.subject}{people}"
