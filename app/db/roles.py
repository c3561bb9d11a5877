"""The roles of the web: each has no more rights than it must, and logs in as itself where it can.

Who logs in as the owner of the store and then takes a role can leave it again (RESET ROLE).
"""

from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from app.errors import SetupError

READER_ROLE = "observatoire_reader"
AGENT_ROLE = "observatoire_agent"
CLERK_ROLE = "observatoire_clerk"
WEB_ROLES = (READER_ROLE, AGENT_ROLE, CLERK_ROLE)
# One at a time changes the roles, which are the whole server's.
LOCK = 7_205_002


def open_logins(engine: Engine, password: str, *, anew: bool = False) -> None:
    """Let the roles of the web log in with ``password``; ``anew`` also those that already may.

    Raises SetupError where the account may not change roles, with what whoever may has to execute.
    """
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            for role in WEB_ROLES if anew else _without_login(connection):
                _let_in(connection, role, password)
    except ProgrammingError as error:
        orders = " ; ".join(f"ALTER ROLE {role} LOGIN PASSWORD '…'" for role in WEB_ROLES)
        raise SetupError(
            "Le compte de la base ne peut pas ouvrir les comptes du web (OBSERVATOIRE_WEB_PASSWORD).",
            hint=f"Faites exécuter par qui tient le serveur, avec ce mot de passe : {orders}",
        ) from error


def _without_login(connection: Connection) -> set[str]:
    found = connection.execute(text("SELECT rolname FROM pg_roles WHERE rolcanlogin"))
    return set(WEB_ROLES) - set(found.scalars())


def _let_in(connection: Connection, role: str, password: str) -> None:
    link = connection.connection.driver_connection
    assert link is not None
    # Only its digest travels: statements may end in the server's log.
    digest = link.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    order = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), digest.decode())
    connection.exec_driver_sql(order.as_string())
