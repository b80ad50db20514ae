"""Sends the hub what nobody reads from it: form posts of browsers and servers, LINE's events."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx

from connectors.builtin.webform.senders import SIGNATURE, sign
from daifuku.errors import SystemFault
from demo.simulators.line import LineSimulator
from demo.world import World
from demo.world.documents import FORM, LINE, Document
from demo.world.sources.catalogue import WEBSITE
from demo.world.wire import form_request

_EVENTS_AT_ONCE = 50
_SECRET = "demo-form-secret"  # noqa: S105 - the demo's forms are made up

FORMS: Mapping[str, Any] = {
    "forms": [
        {"id": "contact", "allowed_origins": [WEBSITE], "honeypot": "homepage"},
        {"id": "catalog", "allowed_origins": [WEBSITE]},
        {"id": "newsletter", "allowed_origins": [WEBSITE]},
        {"id": "wholesale", "secret": _SECRET, "required": ["会社名"]},
    ]
}
"""The settings of the `webform` source: three forms for browsers, one that a server posts to."""


def deliver_all(world: World, line: LineSimulator, hub_url: str) -> None:
    """Send everything the world pushes to the hub at this URL.

    Raises:
        SystemFault: the hub refused something.
    """
    with httpx.Client(base_url=hub_url, trust_env=False, timeout=30) as client:
        for document in world.documents(FORM):
            _post_form(client, document)
    events = (d.body for d in world.documents(LINE) if d.kind == "events")
    while some := list(islice(events, _EVENTS_AT_ONCE)):
        _expect_ok(LINE, line.post_events(f"{hub_url}/webhooks/{LINE}", some))


def _post_form(client: httpx.Client, document: Document) -> None:
    content_type, body = form_request(document)
    headers = {"content-type": content_type, "idempotency-key": document.id}
    if document.kind == "wholesale":
        headers[SIGNATURE] = sign(_SECRET, body, datetime.now(UTC))
    else:
        headers |= {"origin": WEBSITE, "referer": f"{WEBSITE}/{document.kind}"}
    answer = client.post(f"/forms/{FORM}/{document.kind}", content=body, headers=headers)
    _expect_ok(FORM, answer.status_code)


def _expect_ok(source: str, status: int) -> None:
    if status >= 400:
        raise SystemFault(f"The hub refused a delivery of the demo's source {source} ({status}).")
