"""Who may post to a form: browsers on the company's pages, and servers that sign."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from connectors.builtin.webform.config import Form
from daifuku.errors import AuthExpiredError

SIGNATURE = "x-daifuku-signature"
TOLERANCE = 300
"""Seconds that a signature's time may differ from ours: an older one may be a replay."""

_SIGNATURE = re.compile(r"t=(\d{1,12})((?:,\s*v1=[0-9a-f]{64}){1,5})")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def origin_allowed(form: Form, origin: str | None) -> bool:
    """Whether a browser's `Origin` is one of the form's; answer CORS with it only if so.

    An allowed `https://*.example.com` stands for every name below example.com.
    """
    if "*" in form.allowed_origins:
        return True
    if not origin:
        return False
    given = origin.strip().lower()
    scheme, _, _ = given.partition("://")
    given = given.removesuffix(_DEFAULT_PORTS.get(scheme, "/"))
    return any(_matches(given, allowed) for allowed in form.allowed_origins)


def _matches(given: str, allowed: str) -> bool:
    head, star, tail = allowed.partition("://*.")
    if not star:
        scheme, _, _ = allowed.partition("://")
        return given == allowed.removesuffix(_DEFAULT_PORTS.get(scheme, "/"))
    name = given.removeprefix(f"{head}://")
    return name != given and name.endswith(f".{tail}") and len(name) > len(tail) + 1


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The value of `X-Daifuku-Signature` for a post: HMAC-SHA256 over `<unix time>.<body>`."""
    moment = int(at.timestamp())
    return f"t={moment},v1={_digest(secret, moment, body)}"


def check_sender(form: Form, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Return if the post is signed, or comes from an allowed page and bears no signature.

    `headers` keys are lower case.

    Raises:
        AuthExpiredError: the signature is wrong or too old, or the origin is not allowed.
    """
    signature = headers.get(SIGNATURE)
    if signature is not None:
        _check_signature(form, signature, body, now)
    elif not origin_allowed(form, headers.get("origin")):
        raise AuthExpiredError(
            f"The form {form.id} does not take posts from there.",
            hint="Add the page's origin to its allowed_origins, or sign the post.",
        )


def _check_signature(form: Form, signature: str, body: bytes, now: datetime) -> None:
    match = _SIGNATURE.fullmatch(signature.strip())
    if form.secret is None or match is None:
        raise AuthExpiredError(
            f"The form {form.id} cannot check this signature.",
            hint=f"Give the form a secret and send {SIGNATURE}: t=<unix time>,v1=<hex>.",
        )
    moment = int(match[1])
    expected = _digest(form.secret.get_secret_value(), moment, body)
    given = re.findall(r"v1=([0-9a-f]{64})", match[2])
    # All are compared, so that the time taken does not tell which one was close.
    fits = [hmac.compare_digest(expected, each) for each in given]
    if not any(fits):
        raise AuthExpiredError(f"The signature of a post to the form {form.id} does not fit.")
    if abs(now.timestamp() - moment) > TOLERANCE:
        raise AuthExpiredError(
            f"The signature of a post to the form {form.id} is too old.",
            hint="Sign at the moment of sending, and set the sender's clock.",
        )


def _digest(secret: str, moment: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (moment, body), hashlib.sha256).hexdigest()
