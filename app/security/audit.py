"""The audit log: who read names, who changed what, who made or ended a key. Never what was read."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, text

from app.db.tables import audit
from app.security.callers import Caller
from app.security.roles import Role

# In the order of the guide; the French is what a person reads.
ACTIONS = {
    "names.read": "noms lus",
    "person.export": "fiche d'une personne exportée",
    "person.purge": "personne effacée à sa demande",
    "key.create": "clef créée",
    "key.revoke": "clef révoquée",
    "session.open": "connexion",
    "session.close": "déconnexion",
    "session.refuse": "connexion sans droit",
    "store.change": "chargement ou publication",
    "audit.read": "journal d'accès lu",
}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line: when, who, in which role, what, of what, how many people were named."""

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    people: int | None


def note(
    connection: Connection, caller: Caller, action: str, subject: str = "", people: int | None = None
) -> None:
    """Add a line; it stands or falls with the transaction, so that nothing is shown that was not noted."""
    connection.execute(
        insert(audit).values(
            actor=caller.actor, role=caller.role.label, action=action, subject=subject, people=people
        )
    )


def account_at_work() -> Caller:
    """Return who runs a command: the system's account. Whoever can run one can do anything."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        account = "?"
    return Caller(Role.ADMIN, f"command:{account}")


def read_audit(
    connection: Connection, limit: int, since: datetime | None = None, actions: Sequence[str] = ()
) -> list[AuditLine]:
    """Return the newest lines first."""
    c = audit.c
    statement = select(c.at, c.actor, c.role, c.action, c.subject, c.people)
    if since is not None:
        statement = statement.where(c.at >= since)
    if actions:
        statement = statement.where(c.action.in_(actions))
    return [AuditLine(*row) for row in connection.execute(statement.order_by(c.id.desc()).limit(limit))]


def expire_audit(connection: Connection, days: int) -> int:
    """Delete the lines older than ``days`` and return how many; only the store's owner may."""
    age = func.now() - text("make_interval(days => :days)").bindparams(days=days)
    return connection.execute(delete(audit).where(audit.c.at < age)).rowcount
