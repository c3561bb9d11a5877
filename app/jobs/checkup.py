"""What ``observatoire doctor`` looks at: a deployment, from its settings to what it publishes."""

import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import httpx2
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from app.db import migrate
from app.db.cluster import Cluster
from app.db.engines import database_url, web_connections
from app.db.sql import load
from app.errors import ObservatoireError
from app.indicators.wording import french_date, french_integer
from app.jobs.checkup_rights import rights
from app.jobs.found import Check
from app.jobs.schedule import cadences
from app.settings import DEFAULT_SECRET, PROJECT, Settings
from app.travel.failures import GraphError
from app.travel.graph import open_graph

LEAST_POSTGRES, LEAST_POSTGIS = 15, (3, 3)
LOW_BYTES, FULL_BYTES = 5 << 30, 1 << 30
SILENT_SECONDS = 60
CLOCK_SECONDS = 5
# Sessions beside those of the web: a worker, its run, a person's command, a backup.
OTHER_SESSIONS = 12
ANSWER_SECONDS = 3.0
ASSET = Path("web", "static", "vendor", "leaflet", "leaflet.js")


def checks(settings: Settings) -> Iterator[Check]:
    """Yield everything that is looked at, in the order in which one would mend it."""
    yield from _settings(settings)
    yield _disk(settings)
    yield _assets()
    yield from _database(settings)
    yield _web(settings)


def _settings(settings: Settings) -> Iterator[Check]:
    served = settings.environment == "production"
    if served:
        yield Check("good", "Réglages", "mode de production")
    else:
        yield Check(
            "look",
            "Réglages",
            "mode de développement",
            "Sur un serveur : OBSERVATOIRE_ENVIRONMENT=production.",
        )
    if settings.hash_key.get_secret_value() == DEFAULT_SECRET:
        todo = "Avant de charger un annuaire réel : OBSERVATOIRE_HASH_KEY=$(openssl rand -hex 32)."
        yield Check("look", "Secrets", "clef d'empreinte de démonstration", todo)
    else:
        yield Check("good", "Secrets", "clef d'empreinte propre à ce déploiement")
    written = PROJECT / ".env"
    if written.exists() and written.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Check("bad", "Secrets", f"{written} est lisible par d'autres comptes", f"chmod 600 {written}")
    yield _address(settings, served=served)
    yield _proxies(settings)


def _address(settings: Settings, *, served: bool) -> Check:
    if settings.public_url is None:
        todo = "Donnez-la : OBSERVATOIRE_PUBLIC_URL=https://… ; les fiches imprimées y renvoient."
        return Check("look" if served else "good", "Adresse publique", "non indiquée", todo if served else "")
    if not settings.public_url.startswith("https://"):
        return Check(
            "bad" if served else "look",
            "Adresse publique",
            f"{settings.public_url} n'est pas chiffrée",
            "Mettez un certificat sur le serveur frontal, puis https:// (docs/production.md, § 2).",
        )
    return Check("good", "Adresse publique", settings.public_url)


def _proxies(settings: Settings) -> Check:
    about = "Serveur frontal"
    try:
        for one in settings.trusted_proxies.split(","):
            if one.strip():
                ip_network(one.strip(), strict=False)
    except ValueError:
        todo = "OBSERVATOIRE_TRUSTED_PROXIES attend des adresses ou des réseaux : 127.0.0.1,10.0.0.0/8."
        return Check("bad", about, f"« {one.strip()} » n'est pas une adresse", todo)
    try:
        exposed = not ip_address(settings.host).is_loopback
    except ValueError:
        exposed = settings.host != "localhost"
    if exposed and settings.public_url:
        todo = "Derrière un serveur frontal de la même machine : OBSERVATOIRE_HOST=127.0.0.1."
        return Check("look", about, f"le port {settings.port} répond aussi sans lui ({settings.host})", todo)
    return Check("good", about, f"cru de : {settings.trusted_proxies or 'personne'}")


def _disk(settings: Settings) -> Check:
    folder = settings.home if settings.home.is_dir() else settings.home.absolute().parent
    while not folder.is_dir():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    said = f"{free / (1 << 30):.1f} Go libres dans {folder}".replace(".", ",", 1)
    if free < LOW_BYTES:
        todo = "Libérez de la place, ou donnez un autre dossier : OBSERVATOIRE_HOME."
        return Check("bad" if free < FULL_BYTES else "look", "Disque", said, todo)
    return Check("good", "Disque", said)


def _assets() -> Check:
    if (PROJECT / "app" / ASSET).is_file():
        return Check("good", "Pages", "les bibliothèques du navigateur sont là")
    return Check("bad", "Pages", "les bibliothèques du navigateur manquent", "scripts/setup")


def _database(settings: Settings) -> Iterator[Check]:
    if settings.database_url is None and Cluster.from_settings(settings).status().state != "running":
        yield Check("bad", "Base", "la base privée ne tourne pas", "observatoire db up")
        return
    try:
        engine = create_engine(
            database_url(settings), poolclass=NullPool, connect_args={"connect_timeout": 5}
        )
        with engine.connect() as connection:
            yield from _connected(connection, engine, settings)
    except OperationalError:
        todo = "Vérifiez qu'elle tourne et OBSERVATOIRE_DATABASE_URL : nom, mot de passe, réseau, certificat."
        yield Check("bad", "Base", "elle ne répond pas", todo)
    except (DBAPIError, ObservatoireError) as error:
        said = error.message() if isinstance(error, ObservatoireError) else "une lecture a été refusée"
        yield Check("bad", "Base", said, "observatoire db upgrade, avec un compte qui possède les schémas")


def _connected(connection: Connection, engine: Engine, settings: Settings) -> Iterator[Check]:
    server = connection.execute(load("app.jobs", "checkup_server")).one()
    yield _versions(server.postgres, server.postgis, server.btree_gist)
    away = abs((datetime.now(UTC) - server.clock).total_seconds())
    if away > CLOCK_SECONDS:
        yield Check(
            "bad",
            "Horloge",
            f"{away:.0f} s d'écart avec celle de la base",
            "Réglez-les : timedatectl set-ntp true",
        )
    else:
        yield Check("good", "Horloge", "celle de la base")
    wanted = settings.web_workers * web_connections(settings) + OTHER_SESSIONS
    if server.max_connections < wanted:
        todo = "Réduisez OBSERVATOIRE_WEB_WORKERS ou OBSERVATOIRE_THREADS, ou augmentez max_connections."
        yield Check("bad", "Connexions", f"{server.max_connections}, il en faut {wanted}", todo)
    else:
        yield Check("good", "Connexions", f"{server.max_connections}, il en faut {wanted}")
    present, newest = migrate.versions(engine)
    if present != newest:
        said = f"version {present or 'absente'}, ce programme attend la {newest}"
        yield Check("bad", "Schéma", said, "observatoire db backup FICHIER, puis observatoire db upgrade")
        return
    yield Check("good", "Schéma", f"version {present}")
    yield from rights(connection, settings)
    yield from _published(connection, settings)


def _versions(postgres: int, postgis: str | None, btree_gist: bool) -> Check:
    said = f"PostgreSQL {postgres}, PostGIS {postgis or 'absent'}"
    if postgis is None or not btree_gist:
        todo = "CREATE EXTENSION postgis; CREATE EXTENSION btree_gist; (observatoire db upgrade le fait)"
        return Check("bad", "Base", said, todo)
    numbers = tuple(int(part) for part in postgis.split(".")[:2])
    if postgres < LEAST_POSTGRES or numbers < LEAST_POSTGIS:
        return Check("bad", "Base", said, f"Il faut PostgreSQL {LEAST_POSTGRES} et PostGIS 3.3 au moins.")
    return Check("good", "Base", said)


def _published(connection: Connection, settings: Settings) -> Iterator[Check]:
    found = connection.execute(load("app.jobs", "checkup_release")).one()
    if found.release is None:
        yield Check(
            "bad", "Publication", "rien n'est publié", "observatoire init, ou observatoire refresh --file …"
        )
    else:
        yield _age(found.release, found.vintage, settings)
        yield _graph(settings, found.graph)
    yield _worker(settings, found.silence)
    for title in found.problems:
        yield Check("look", "Alerte", title, "observatoire jobs list")


def _age(release: int, vintage: date, settings: Settings) -> Check:
    days = (datetime.now(UTC).date() - vintage).days
    said = f"version {release}, offre au {french_date(vintage)}"
    if days > settings.max_supply_age_days:
        todo = "observatoire source fetch annuaire, puis observatoire refresh ; ou lancez le travailleur."
        return Check("look", "Publication", f"{said}, il y a {french_integer(days)} jours", todo)
    return Check("good", "Publication", said)


def _graph(settings: Settings, fingerprint: str | None) -> Check:
    if fingerprint is None:
        todo = "observatoire graph build FICHIER.osm.pbf, puis observatoire graph times"
        return Check("look", "Trajets", "la version publiée n'a pas de temps de trajet", todo)
    try:
        open_graph(settings.home, fingerprint)
    except GraphError as error:
        return Check("bad", "Trajets", error.detail, error.hint)
    return Check("good", "Trajets", f"graphe {fingerprint[:12]} sur cette machine")


def _worker(settings: Settings, silence: float | None) -> Check:
    start = "systemctl start observatoire-worker, ou observatoire worker"
    if silence is not None and silence <= SILENT_SECONDS:
        return Check("good", "Travailleur", "en marche")
    if silence is not None:
        return Check("bad", "Travailleur", f"aucun signe depuis {french_integer(round(silence))} s", start)
    if cadences(settings):
        return Check(
            "look", "Travailleur", "aucun n'a été lancé : les sources ne sont pas prises seules", start
        )
    return Check("good", "Travailleur", "aucun, et aucune source à prendre")


def _reached(host: str) -> str:
    """Return where to ask a server that listens on ``host``, which may be everywhere."""
    try:
        everywhere = ip_address(host).is_unspecified
    except ValueError:  # a name
        return host
    return "127.0.0.1" if everywhere else host


def _web(settings: Settings) -> Check:
    address = f"http://{_reached(settings.host)}:{settings.port}"
    try:
        answer = httpx2.get(f"{address}/readyz", timeout=ANSWER_SECONDS, trust_env=False)
    except httpx2.HTTPError:
        return Check("look", "Serveur web", f"rien ne répond sur {address}", "observatoire serve")
    if answer.status_code != httpx2.codes.OK:
        return Check("bad", "Serveur web", f"{address} n'est pas prêt", f"curl {address}/readyz dit pourquoi")
    return Check("good", "Serveur web", f"prêt sur {address}")
