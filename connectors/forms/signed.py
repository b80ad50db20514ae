"""Webhooks signed with HMAC-SHA256 over the raw body."""

import hashlib
import hmac
from typing import Any

from connectors.json_text import parse_json
from daifuku.errors import AuthExpiredError, RecordError


def check_signature(given: str, expected: str, source: str) -> None:
    """Return if the signature that came is the one expected; compared in constant time.

    Raises:
        AuthExpiredError: it is missing or wrong.
    """
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise AuthExpiredError(
            f"The signature of a {source} webhook does not fit its body.",
            hint="Check that the secret is the same on both sides.",
        )


def body_digest(secret: str, body: bytes) -> bytes:
    """The HMAC-SHA256 of the raw body."""
    return hmac.digest(secret.encode(), body, hashlib.sha256)


def json_object(body: bytes, source: str) -> dict[str, Any]:
    """A webhook's body as a JSON object.

    Raises:
        RecordError: it is something else.
    """
    try:
        found = parse_json(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RecordError(f"A {source} webhook's body is no JSON object.")
    return found
