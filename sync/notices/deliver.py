"""Sends notices: by mail, or to a webhook.

A webhook gets JSON with the notice as `text`, which Slack, Mattermost and the like show as it
is, and the incident as data. With a secret it is signed as https://www.standardwebhooks.com has
it: `webhook-id`, `webhook-timestamp` and `webhook-signature`.
"""

import base64
import hashlib
import hmac
import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import asdict
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import orjson

from connectors.http import HttpSource, Limits
from connectors.outgoing import Outgoing
from daifuku.errors import ConfigError, NotFoundError, SettingsError, TransientError
from daifuku.secrets import SecretBox
from daifuku.settings import Settings
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import notices, runs
from daifuku.storage.repositories.notices import Incident, Target
from sync.advice import Advice, Language, advice_of_run
from sync.notices.targets import opened
from sync.notices.words import Notice, notice_of, test_notice

SECONDS = 30.0


def deliver(
    store: Store, box: SecretBox, settings: Settings, target: str, incident: int, *, over: bool
) -> None:
    """Send what is to be said of an incident to a target; if the target is gone, nothing.

    Raises:
        SourceError: it could not be sent; a TransientError may be tried again.
        SettingsError: no mail server is set.
    """
    with store.read() as tx:
        about = notices.get_incident(tx, incident)
        try:
            to = notices.get_target(tx, target)
        except NotFoundError:
            return
        advice = None if over else _advice(tx, about, to.language)
    said = notice_of(about, to.language, over=over, advice=advice)
    send(box, settings, to, said, data=_data(about, advice, over=over))


def send_test(box: SecretBox, settings: Settings, target: Target) -> None:
    """Try a target out; raises as `deliver` does."""
    send(box, settings, target, test_notice(target.language), data={"type": "test"})


def send(
    box: SecretBox,
    settings: Settings,
    target: Target,
    notice: Notice,
    *,
    data: Mapping[str, object],
) -> None:
    """Send a notice to a target; raises as `deliver` does."""
    config = opened(box, target)
    if target.kind == "email":
        _mail(settings, config["address"], notice)
    else:
        body = orjson.dumps({"text": f"{notice.subject}\n{notice.text}", **data})
        _post(config["address"], body, config.get("secret"), target.allow_private)


def _advice(tx: Transaction, incident: Incident, language: Language) -> Advice | None:
    """What to do about the run that began the incident."""
    if incident.run_id is None:
        return None
    try:
        return advice_of_run(tx, runs.get(tx, incident.run_id), language)
    except NotFoundError:
        return None


def _data(incident: Incident, advice: Advice | None, *, over: bool) -> dict[str, object]:
    return {
        "type": f"source.{incident.kind}.{'over' if over else 'open'}",
        "id": f"incident-{incident.id}-{'over' if over else 'open'}",
        "source": incident.source,
        "run": incident.run_id,
        "message": incident.message,
        "advice": asdict(advice) if advice else None,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
    }


def _post(url: str, body: bytes, secret: str | None, allow_private: bool) -> None:
    parts = urlsplit(url)
    headers = {"content-type": "application/json"}
    if secret is not None:
        headers |= _signature(secret, body)
    origin = f"{parts.scheme}://{parts.netloc}"
    outgoing = Outgoing(allow_private=allow_private)
    with HttpSource(origin, outgoing=outgoing, limits=Limits(read=SECONDS)) as http:
        http.send("POST", url, headers=headers, content=body)


def _signature(secret: str, body: bytes) -> dict[str, str]:
    """The headers that prove who sent the body, and when."""
    message, moment = f"msg_{hashlib.sha256(body).hexdigest()[:32]}", str(int(time.time()))
    key = _key(secret)
    signed = hmac.digest(key, b".".join((message.encode(), moment.encode(), body)), "sha256")
    return {
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def _key(secret: str) -> bytes:
    """The bytes to sign with; after `whsec_` they are in base64."""
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"))
    return secret.encode()


def _mail(settings: Settings, address: str, notice: Notice) -> None:
    if settings.smtp_url is None or settings.mail_from is None:
        raise SettingsError(
            "No mail server is set to send notices by.",
            hint="Set DAIFUKU_SMTP_URL, like smtp://user:password@mail.example.jp:587, and "
            "DAIFUKU_MAIL_FROM.",
        )
    message = EmailMessage()
    message["Subject"] = notice.subject
    message["From"] = settings.mail_from
    message["To"] = address
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="daifuku.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers from absent people
    message.set_content(notice.text)
    try:
        with _server(settings.smtp_url.get_secret_value()) as server:
            server.send_message(message)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPRecipientsRefused):
        raise ConfigError(
            "The mail server refuses the sign-in or the address.",
            hint="Check DAIFUKU_SMTP_URL and the target's address.",
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise TransientError(
            f"The mail server could not be used ({type(error).__name__}).",
            hint="Check DAIFUKU_SMTP_URL if it happens again.",
        ) from None


def _server(url: str) -> smtplib.SMTP:
    """A signed-in session; a password goes over TLS alone."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError("DAIFUKU_SMTP_URL is no address like smtp://mail.example.jp:587.")
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            parts.hostname, parts.port or 465, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=SECONDS)
        server.ehlo_or_helo_if_needed()
        if parts.username or server.has_extn("starttls"):
            server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
