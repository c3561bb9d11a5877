"""What ``observatoire doctor`` says of rights: what the web's roles may read, and how they log in."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app.db.engines import web_login
from app.db.roles import READER_ROLE, WEB_ROLES
from app.db.sql import load
from app.jobs.found import Check
from app.settings import Settings

ABOUT = "Droits"
UPGRADE = "observatoire db upgrade"


def rights(connection: Connection, settings: Settings) -> Iterator[Check]:
    """Yield what the roles lack, else how the web logs in."""
    found = connection.execute(load("app.jobs", "checkup_rights"), {"roles": list(WEB_ROLES)}).all()
    lacking = [line.role for line in found if not line.reads]
    if lacking:
        todo = f"{UPGRADE}, avec un compte qui possède les schémas"
        yield Check("bad", ABOUT, f"il en manque à {_listed(lacking)}", todo)
        return
    own = settings.database_url is None or settings.web_password is not None
    if not own:
        yield from _borrowed([line.role for line in found if not line.may_be_taken])
        return
    refused = [role for role in WEB_ROLES if not _enters(settings, role)]
    if refused:
        todo = f"{UPGRADE}, après avoir vérifié OBSERVATOIRE_WEB_PASSWORD et pg_hba.conf"
        yield Check("bad", ABOUT, f"la base refuse d'ouvrir à {_listed(refused)}", todo)
    else:
        yield Check("good", ABOUT, f"le web entre sous ses propres comptes, et lit sous {READER_ROLE}")


def _borrowed(closed: Sequence[str]) -> Iterator[Check]:
    """Yield what to say where the web logs in under the account of the commands."""
    if closed:
        todo = "".join(f"GRANT {role} TO le compte d'OBSERVATOIRE_DATABASE_URL ; " for role in closed)
        yield Check("bad", ABOUT, f"le compte ne peut pas prendre le rôle {_listed(closed)}", todo.strip())
        return
    said = f"le web entre sous le compte des commandes, puis prend le rôle {READER_ROLE}"
    todo = "Donnez-lui ses propres comptes : OBSERVATOIRE_WEB_PASSWORD (guide, « Les comptes de la base »)."
    yield Check("look", ABOUT, said, todo)


def _enters(settings: Settings, role: str) -> bool:
    url, _ = web_login(settings, role)
    try:
        create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5}).connect().close()
    except OperationalError:
        return False
    return True


def _listed(roles: Sequence[str]) -> str:
    return ", ".join(roles)
