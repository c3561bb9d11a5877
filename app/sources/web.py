"""The way to the outside: one HTTP client with its certificates, its time limits and its patience."""

import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx2

from app.errors import Place, SetupError, SourceError
from app.settings import Settings

AGENT = "observatoire/0.1"
WAIT_FIRST_S = 2.0
WAIT_MAX_S = 120.0
STEP = "téléchargement"


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a failed request is made again, and how long is waited before; the clock can be replaced."""

    retries: int
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = field(default=random.random)

    def wait(self, failures: int, asked: float | None = None) -> None:
        """Wait after the n-th failure in a row: twice as long each time, or as long as the server asks."""
        grown = min(WAIT_MAX_S, WAIT_FIRST_S * 2 ** (failures - 1))
        # Spread, so that many cities do not come back in the same second.
        spread = grown * (0.75 + 0.5 * self.chance())
        self.sleep(min(WAIT_MAX_S, max(asked or 0.0, spread)))


def open_client(settings: Settings) -> httpx2.Client:
    """Return a client that verifies every certificate. Raises SetupError for a bundle that cannot be read."""
    return httpx2.Client(
        verify=certificates(settings),
        timeout=httpx2.Timeout(settings.fetch_timeout_s),
        follow_redirects=True,
        max_redirects=8,
        # Lengths and ranges are those of the file only when nothing is compressed on the way.
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
    )


def certificates(settings: Settings) -> ssl.SSLContext:
    """Return what every certificate is verified with. Raises SetupError for a bundle that cannot be read."""
    context = httpx2.create_ssl_context()
    if settings.ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=settings.ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise SetupError(
                f"Le fichier de certificats {settings.ca_bundle} ne peut pas être lu. Rien n'a été modifié.",
                hint="OBSERVATOIRE_CA_BUNDLE attend un fichier PEM : les certificats d'autorité à ajouter.",
            ) from error
    return context


def mirrored(address: str, sources_url: str | None) -> str:
    """Return the address to ask: the public one, or the same under a mirror, by host and path.

    >>> mirrored("https://www.insee.fr/a.zip?x=1", "http://miroir/sources/")
    'http://miroir/sources/www.insee.fr/a.zip?x=1'
    """
    if sources_url is None:
        return address
    return f"{sources_url.rstrip('/')}/{address.split('://', 1)[-1]}"


def refuse_downgrade(response: httpx2.Response) -> None:
    """Raise when a redirect left a verified connection for one that anybody can change."""
    asked = [*(step.url for step in response.history), response.url]
    if asked[0].scheme == "https" and any(url.scheme != "https" for url in asked):
        raise fetch_refusal(str(asked[0]), "Le serveur renvoie vers une adresse sans chiffrement")


def refusal_of(error: Exception, address: str) -> SourceError | None:
    """Return the refusal of what no new attempt can mend (a certificate, an address); None for the rest."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return fetch_refusal(
                address,
                "Le certificat du serveur n'est signé par aucune autorité connue",
                "Donnez le certificat de son autorité dans OBSERVATOIRE_CA_BUNDLE (fichier PEM).",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.TooManyRedirects):
        return fetch_refusal(address, "Le serveur renvoie sans fin d'une adresse à l'autre")
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return fetch_refusal(address, "L'adresse n'est pas valable", MOVED)
    return None


MOVED = "Si l'adresse a changé, donnez la nouvelle dans OBSERVATOIRE_SOURCE_ADDRESSES."
LATER = "Recommencez plus tard, ou téléchargez-le à la main puis « observatoire refresh --file FICHIER »."


def fetch_refusal(
    address: str, what: str, hint: str = LATER, *, kept: str = "Le fichier déjà là est gardé."
) -> SourceError:
    """Return the error of a fetch: ``what`` happened at which address, what is kept, what to do."""
    return SourceError(f"{what.rstrip('.')}. Adresse : {address}. {kept}", place=Place(step=STEP), hint=hint)


def server_time(text: str | None) -> float | None:
    """Return a date of HTTP as seconds since 1970, None when it is absent or malformed."""
    if not text:
        return None
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
