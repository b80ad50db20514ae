"""LINE's webhook: signed deliveries of events.

https://developers.line.biz/en/reference/messaging-api/#signature-validation
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from connectors.json_text import parse_json
from connectors.protocol import Record
from daifuku.errors import AuthExpiredError, RecordError

EVENTS = "events"
_OF_ONE_DELIVERY = ("replyToken", "deliveryContext")
"""Parts of an event that differ between deliveries of the same event, or are worth stealing."""


def check_signature(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check `X-Line-Signature`: base64 of the HMAC-SHA256 of the raw body.

    Raises:
        AuthExpiredError: it is missing or wrong.
    """
    try:
        given = base64.b64decode(headers.get("x-line-signature", ""), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    expected = hmac.digest(secret.encode(), body, hashlib.sha256)
    if not hmac.compare_digest(given, expected):
        raise AuthExpiredError(
            "The signature of a LINE webhook does not fit its body.",
            hint="Check the channel secret; it changes when it is reissued.",
        )


def events_of(body: bytes) -> list[Record]:
    """The events of a delivery, by their own ids; none for LINE's test of the address.

    Raises:
        RecordError: the body is no delivery.
    """
    return [
        Record(
            EVENTS,
            _event_id(event),
            {key: value for key, value in event.items() if key not in _OF_ONE_DELIVERY},
        )
        for event in _events(body)
    ]


def delivery_key(body: bytes) -> str:
    """The same for a redelivery of the same events, in which LINE sets `isRedelivery`.

    Raises:
        RecordError: the body is no delivery.
    """
    ids = sorted(_event_id(event) for event in _events(body))
    return hashlib.blake2b(orjson.dumps(ids) if ids else body, digest_size=16).hexdigest()


def _events(body: bytes) -> Iterator[dict[str, Any]]:
    try:
        events = parse_json(body)["events"]
        if not all(isinstance(event, dict) for event in events):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise RecordError("A LINE webhook's body is not JSON with a list of events.") from None
    yield from events


def _event_id(event: Mapping[str, Any]) -> str:
    given = event.get("webhookEventId")
    if isinstance(given, str) and given:
        return given
    lasting = {key: value for key, value in event.items() if key not in _OF_ONE_DELIVERY}
    content = orjson.dumps(lasting, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(content, digest_size=16).hexdigest()
