"""Meta's webhook for leads: signed notices that a lead came, without what it says.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-leadgen
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from connectors.forms.signed import body_digest, check_signature, json_object
from connectors.protocol import Record
from daifuku.errors import AuthExpiredError, RecordError

NOTICES = "notices"
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}")


def check_delivery(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check `X-Hub-Signature-256`: the HMAC-SHA256 of the raw body under the app's secret.

    Raises:
        AuthExpiredError: it is missing or wrong.
    """
    expected = f"sha256={body_digest(secret, body).hex()}"
    check_signature(headers.get("x-hub-signature-256", ""), expected, "Meta")


def notices(body: bytes, page_id: str) -> list[Record]:
    """The notices in a delivery that are of this page.

    Raises:
        RecordError: the body is no delivery.
    """
    return [
        Record(NOTICES, str(value["leadgen_id"]), dict(value))
        for value in _values(body)
        if str(value.get("page_id", "")) == page_id
    ]


def delivery_key(body: bytes) -> str:
    """The same for a redelivery of the same notices; raises as `notices`."""
    ids = sorted(str(value["leadgen_id"]) for value in _values(body))
    return hashlib.blake2b(orjson.dumps(ids) if ids else body, digest_size=16).hexdigest()


def challenge_answer(verify_token: str | None, query: Mapping[str, str]) -> str:
    """What to answer Meta that asks whether the address is ours.

    Raises:
        AuthExpiredError: it does not know our verify token, or there is none.
    """
    given = query.get("hub.verify_token", "")
    fits = verify_token is not None and hmac.compare_digest(given.encode(), verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not fits:
        raise AuthExpiredError(
            "The verify token of a Meta webhook does not fit.",
            hint="Enter the same verify_token in the source's settings and in the app's dashboard.",
        )
    challenge = query.get("hub.challenge", "")
    return challenge if _CHALLENGE.fullmatch(challenge) else ""


def _values(body: bytes) -> Iterator[Mapping[str, Any]]:
    """What each change in a delivery says, of those that are leads."""
    delivery = json_object(body, "Meta")
    try:
        found = [
            change["value"]
            for entry in delivery["entry"]
            for change in entry["changes"]
            if change["field"] == "leadgen"
        ]
        if not all(isinstance(value, dict) and value.get("leadgen_id") for value in found):
            raise TypeError
    except (KeyError, TypeError):
        raise RecordError("A Meta webhook's body is not a list of changes.") from None
    yield from found
