"""Settings of one deployment, from the environment (prefix ``OBSERVATOIRE_``) and an optional .env file."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SetupError

PROJECT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 16
DEFAULT_SECRET = "clef-de-demonstration"  # noqa: S105 - refused in production


def default_home() -> Path:
    """Return the data folder of this checkout: outside /root, because the server runs as another user."""
    mark = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]
    if os.geteuid() == 0:
        return Path("/var/lib/observatoire") / mark
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "observatoire" / mark


class Settings(BaseSettings):
    """Typed settings. Built by the command line or ``create_app``, never at import."""

    model_config = SettingsConfigDict(
        env_prefix="OBSERVATOIRE_", env_file=PROJECT / ".env", extra="ignore", frozen=True
    )

    environment: Literal["development", "production"] = "development"
    home: Path = Field(
        default_factory=default_home, description="Dossier des données : base privée, fichiers sources."
    )
    database_url: SecretStr | None = Field(
        default=None, description="Base PostGIS à utiliser ; sans elle, une base privée est créée."
    )
    web_password: SecretStr | None = Field(
        default=None,
        min_length=SECRET_LENGTH,
        description="Mot de passe sous lequel le web entre dans cette base, avec ses propres comptes ; sans "
        "lui, il y entre avec celui des commandes.",
    )
    hash_key: SecretStr = Field(
        default=SecretStr(DEFAULT_SECRET),
        description="Clef de l'empreinte des praticiens (continuité sans nom).",
    )
    within: str | None = Field(
        default=None, description="Périmètre montré à l'ouverture de la carte, par exemple commune:35238."
    )
    host: str = Field(default="127.0.0.1", description="Adresse d'écoute du serveur web.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port d'écoute du serveur web.")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]+$",
        description="Adresse du site telle que le public la connaît : les fiches imprimées y renvoient.",
    )
    plan_ign_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s\"';,]*\{z\}[^\s\"';,]*$",
        description="Adresse des tuiles du Plan IGN v2, avec {z}, {x} et {y} ; sans elle, aucun autre fond.",
    )
    publisher: str | None = Field(
        default=None, description="Éditeur du site, nommé dans les mentions, par exemple « Ville de Rennes »."
    )
    hosting: str | None = Field(default=None, description="Hébergeur du site, nommé dans les mentions.")
    contact: str | None = Field(
        default=None,
        pattern=r"^[^\s@<>\"]+@[^\s@<>\"]+$",
        description="Adresse électronique à qui écrire, pour une difficulté ou un droit.",
    )
    cors_origins: str | None = Field(
        default=None,
        pattern=r"^(\*|https?://[^\s,/]+(,\s*https?://[^\s,/]+)*)$",
        description="Sites dont les pages peuvent lire l'API (CORS), séparés par des virgules, ou * "
        "pour tous.",
    )
    web_workers: int = Field(default=1, ge=1, le=64, description="Nombre de processus web.")
    threads: int = Field(
        default=8, ge=1, le=64, description="Fils par processus web, et connexions de lecture."
    )
    routing_processes: int = Field(
        default=2, ge=1, le=64, description="Processus de calcul d'itinéraire, pour chaque processus web."
    )
    routing_timeout_s: float = Field(
        default=15.0, gt=0, le=600, description="Durée maximale du calcul d'un isochrone, en secondes."
    )
    tile_cache_mb: int = Field(
        default=1024,
        ge=0,
        description="Place prise au plus par les tuiles gardées, en Mo ; 0 n'en garde pas.",
    )
    statement_timeout_ms: int = Field(
        default=10_000, ge=100, description="Durée maximale d'une requête de lecture, en millisecondes."
    )
    max_file_bytes: int = Field(
        default=4_000_000_000,
        ge=1,
        description="Taille maximale d'un fichier source, décompressé, en octets.",
    )
    max_shrink: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Part des lignes, de 0 à 1, qu'un fichier peut perdre d'un millésime à l'autre.",
    )
    max_change: float = Field(
        default=0.1,
        ge=0,
        description="Part, de 0 à 1, dont les lignes d'un registre ou les praticiens d'une profession "
        "peuvent changer d'une version à la suivante.",
    )
    max_removed: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Part des exercices, de 0 à 1, qui peuvent disparaître d'une version à la suivante.",
    )
    max_moved: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Part des exercices, de 0 à 1, qui peuvent se déplacer de plus de 500 m.",
    )
    max_located_drop: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Baisse possible de la part des exercices localisés ; 0.05 vaut 5 points.",
    )
    canaries: Path | None = Field(
        default=None,
        description="Fichier CSV des repères de la ville : praticiens et totaux qu'une version doit montrer.",
    )
    departements: str | None = Field(
        default=None, description="Départements dont les fichiers sont pris, par exemple 35 ou 69,01."
    )
    border_communes: str | None = Field(
        default=None, description="Communes voisines, hors de ces départements, prises pour l'effet de bord."
    )
    quartier_columns: str | None = Field(
        default=None,
        description="Colonnes du code et du nom dans la couche des quartiers de la ville : SECTEUR,LIBELLE.",
    )
    offline: bool = Field(default=False, description="Ne rien télécharger : prendre les fichiers déjà là.")
    ca_bundle: Path | None = Field(
        default=None, description="Certificats d'autorité à ajouter, fichier PEM (IGC-Santé, mandataire)."
    )
    fetch_timeout_s: float = Field(
        default=60.0,
        gt=0,
        description="Temps sans réponse au bout duquel un téléchargement est repris, en secondes.",
    )
    fetch_retries: int = Field(
        default=6, ge=0, le=100, description="Nombre de reprises d'un téléchargement qui n'avance plus."
    )
    sources_url: str | None = Field(
        default=None, description="Miroir des sources : chaque adresse y est lue sous le nom de son serveur."
    )
    source_addresses: dict[str, str] = Field(
        default_factory=dict, description="Adresses qui remplacent celles du manifeste, par source, en JSON."
    )
    cadences: dict[str, str] = Field(
        default_factory=dict,
        description="Quand prendre une source, en JSON : expression cron, heure de Paris ; vide, jamais.",
    )
    geocoder_url: str | None = Field(
        default=None,
        description="Géocodeur en ligne des adresses que la BAN chargée ne place pas ; sinon, aucun appel.",
    )
    alert_webhook_url: SecretStr | None = Field(
        default=None,
        description="Adresse qui reçoit les alertes en JSON : un message par problème, un autre à sa fin.",
    )
    alert_mail_to: str | None = Field(
        default=None, description="Adresses qui reçoivent les alertes, séparées par des virgules."
    )
    alert_mail_from: str | None = Field(
        default=None, description="Expéditeur des alertes ; sans lui, leur premier destinataire."
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="Serveur d'envoi du courrier, smtp://utilisateur:motdepasse@serveur:587."
    )
    max_supply_age_days: int = Field(
        default=190, ge=1, description="Âge de l'offre publiée, en jours, au-delà duquel prévenir."
    )
    anchorage_metres: int = Field(
        default=300,
        ge=50,
        le=2000,
        description="Largeur, en mètres, des abords d'un QPV que ses habitants fréquentent.",
    )
    limit_per_address: int = Field(
        default=3_000, ge=0, description="Demandes par minute d'une adresse sans clef ; 0, sans limite."
    )
    limit_per_key: int = Field(
        default=12_000,
        ge=0,
        description="Demandes par minute d'une clef ou d'une personne connectée ; 0, sans limite.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1",
        description="Mandataires dont l'en-tête X-Forwarded-For est cru : adresses ou réseaux, "
        "séparés par des virgules.",
    )
    client_timeout_s: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Temps laissé à un client pour envoyer sa demande ou reprendre sa lecture, en secondes.",
    )
    max_body_bytes: int = Field(
        default=12_000_000, ge=1_000, description="Taille maximale du corps d'une demande, en octets."
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]+$",
        description="Fournisseur d'identité OpenID Connect des agents, par exemple ProConnect.",
    )
    oidc_client_id: str | None = Field(default=None, description="Identifiant donné par ce fournisseur.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Secret donné par ce fournisseur.")
    oidc_scopes: str = Field(
        default="openid email", description="Portées demandées au fournisseur d'identité."
    )
    oidc_acr_values: str | None = Field(
        default=None, description="Niveau d'authentification demandé au fournisseur, par exemple eidas1."
    )
    agents: str = Field(
        default="",
        description="Agents, qui voient les noms : adresses, domaines (@ville.fr) ou identifiants (sub:…), "
        "séparés par des virgules.",
    )
    admins: str = Field(default="", description="Administrateurs, dans la même forme que les agents.")
    session_key: SecretStr | None = Field(
        default=None, description="Secret qui signe l'aller et retour vers le fournisseur d'identité."
    )
    session_idle_minutes: int = Field(
        default=60, ge=1, le=1440, description="Minutes sans demande au bout desquelles une session finit."
    )
    session_hours: int = Field(
        default=10, ge=1, le=168, description="Heures au bout desquelles une session finit toujours."
    )
    audit_days: int = Field(
        default=365, ge=1, description="Jours pendant lesquels le journal d'accès est gardé."
    )
    otel_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]+$",
        description="Collecteur OpenTelemetry (OTLP sur HTTP) qui reçoit les traces, par exemple "
        "http://127.0.0.1:4318 ; sans lui, aucune trace.",
    )
    log_format: Literal["json", "text"] = Field(default="json", description="Forme des journaux.")

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> Self:
        lacking = [*self._lacking_for_production(), *self._lacking_for_sign_in()]
        if lacking:
            listed = "".join(f"\n  {name} : {why}" for name, why in lacking)
            raise SetupError(
                f"L'observatoire ne démarre pas ainsi. À donner dans le fichier .env :{listed}",
                hint="Un secret se fait avec « openssl rand -hex 32 ».",
            )
        return self

    def _lacking_for_production(self) -> Iterator[tuple[str, str]]:
        key = self.hash_key.get_secret_value()
        if self.environment == "production" and (key == DEFAULT_SECRET or len(key) < SECRET_LENGTH):
            yield (
                "OBSERVATOIRE_HASH_KEY",
                f"clef d'empreinte, {SECRET_LENGTH} caractères au moins, autre que celle de démonstration ; "
                "gardez-la, elle relie les millésimes",
            )

    def _lacking_for_sign_in(self) -> Iterator[tuple[str, str]]:
        if self.oidc_issuer is None:
            return
        session_key = self.session_key.get_secret_value() if self.session_key else ""
        secure = self.environment == "development" or (self.public_url or "").startswith("https://")
        wanted = (
            ("OIDC_CLIENT_ID", self.oidc_client_id, "identifiant donné par le fournisseur d'identité"),
            ("OIDC_CLIENT_SECRET", self.oidc_client_secret, "secret donné par le fournisseur d'identité"),
            ("PUBLIC_URL", self.public_url and secure, "adresse publique du site, en https://"),
            ("OIDC_ISSUER", self._issuer_is_safe(), "adresse en https://"),
            (
                "SESSION_KEY",
                len(session_key) >= SECRET_LENGTH and session_key != DEFAULT_SECRET,
                f"secret de {SECRET_LENGTH} caractères au moins",
            ),
        )
        yield from ((f"OBSERVATOIRE_{name}", why) for name, given, why in wanted if not given)

    def _issuer_is_safe(self) -> bool:
        return self.environment == "development" or str(self.oidc_issuer).startswith("https://")

    @model_validator(mode="after")
    def _refuse_mail_without_server(self) -> Self:
        address = self.smtp_url.get_secret_value() if self.smtp_url else ""
        if self.alert_mail_to and not address:
            raise SetupError(
                "Les alertes par courrier (OBSERVATOIRE_ALERT_MAIL_TO) demandent un serveur d'envoi.",
                hint="Donnez-le : OBSERVATOIRE_SMTP_URL=smtp://serveur:25",
            )
        if address and not address.startswith(("smtp://", "smtps://")):
            raise SetupError(
                "L'adresse du serveur d'envoi (OBSERVATOIRE_SMTP_URL) n'est pas lisible.",
                hint="Formes attendues : smtp://serveur:25, smtps://utilisateur:motdepasse@serveur:465",
            )
        return self

    @property
    def files(self) -> Path:
        """Folder of the immutable source files, named by their content."""
        return self.home / "files"

    def departement_codes(self) -> tuple[str, ...]:
        """Return the départements whose files are fetched, none when no place was chosen yet."""
        return _listed(self.departements)

    def cors_sites(self) -> list[str]:
        """Return the other sites whose pages may read the API."""
        return [site.strip() for site in (self.cors_origins or "").split(",") if site.strip()]

    def border_commune_codes(self) -> tuple[str, ...]:
        """Return the neighbouring communes outside those départements."""
        return _listed(self.border_communes)

    def quartier_column_names(self) -> tuple[str, ...]:
        """Return the columns of the code and of the name in a city's layer of quartiers, if any."""
        names = (name.strip() for name in (self.quartier_columns or "").split(","))
        return tuple(name for name in names if name)[:2]


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(code for code in (text or "").replace(",", " ").split() if code)
