"""Ways to tell somebody of a problem: a webhook, an e-mail. Secrets stay out of what is raised and logged."""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import httpx2

from app.errors import SetupError
from app.settings import Settings
from app.sources.web import certificates, open_client

SECONDS = 10.0
SMTP_PORT, SMTPS_PORT = 25, 465

type Fields = Mapping[str, str | None]
type Send = Callable[[str, Fields], None]


class NotToldError(Exception):
    """A message did not get through; says why without naming an address or a password."""


def channels(settings: Settings) -> dict[str, Send]:
    """Return the ways that the settings open, by name; each takes a sentence and the fields behind it.

    They raise NotToldError, after ten seconds of silence at most.
    """
    found: dict[str, Send] = {}
    if settings.alert_webhook_url is not None:
        found["webhook"] = lambda text, fields: _post(settings, text, fields)
    if settings.alert_mail_to:
        found["mail"] = lambda text, fields: _mail(settings, text, fields)
    return found


def _post(settings: Settings, text: str, fields: Fields) -> None:
    """Post ``{"text": ...}``, which chat servers show as it is, with the fields for programs."""
    assert settings.alert_webhook_url is not None
    whole = "\n".join(part for part in (text, fields.get("detail")) if part)
    try:
        with open_client(settings) as client:
            answer = client.post(
                settings.alert_webhook_url.get_secret_value(),
                json={"text": whole, **fields},
                timeout=SECONDS,
                follow_redirects=False,
            )
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, SetupError) as error:
        raise NotToldError(type(error).__name__) from error
    if not answer.is_success:
        raise NotToldError(f"HTTP {answer.status_code}")


def _mail(settings: Settings, text: str, fields: Fields) -> None:
    assert settings.alert_mail_to is not None
    recipients = [one.strip() for one in settings.alert_mail_to.split(",") if one.strip()]
    try:
        message = EmailMessage()
        message["Subject"] = f"[Observatoire] {' '.join(text.split())}"
        message["From"] = settings.alert_mail_from or recipients[0]
        message["To"] = ", ".join(recipients)
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain="observatoire.invalid")
        message.set_content("\n\n".join(part for part in (text, fields.get("detail")) if part) + "\n")
        with _post_office(settings) as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError, IndexError, SetupError) as error:
        raise NotToldError(type(error).__name__) from error


def _post_office(settings: Settings) -> smtplib.SMTP:
    """Return an open session. A password is only ever sent over an encrypted one."""
    assert settings.smtp_url is not None
    url = urlsplit(settings.smtp_url.get_secret_value())
    host, context = url.hostname or "localhost", certificates(settings)
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or SMTPS_PORT, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, url.port or SMTP_PORT, timeout=SECONDS)
    try:
        _open(server, context, encrypted=url.scheme == "smtps", user=url.username, password=url.password)
    except (smtplib.SMTPException, OSError):
        server.close()
        raise
    return server


def _open(
    server: smtplib.SMTP, context: ssl.SSLContext, *, encrypted: bool, user: str | None, password: str | None
) -> None:
    server.ehlo()
    # Without a password it is the city's own relay, whose certificate nobody signed.
    if user and not encrypted:
        server.starttls(context=context)
        server.ehlo()
    if user:
        server.login(unquote(user), unquote(password or ""))
