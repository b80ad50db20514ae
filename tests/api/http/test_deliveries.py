"""Webhooks of the sources that push: each signs, and asks, in its own way."""

from typing import Any

import pytest

from daifuku.records import Receipt
from daifuku.secrets import load_box
from daifuku.settings import Settings
from sync.inbox import process_inbox
from sync.sources import add_source
from tests.api.http.conftest import Api
from tests.connectors.facebook_lead_ads.simulator import LeadAdsSimulator
from tests.connectors.typeform.simulator import TypeformSimulator

TYPEFORM = {"access_token": "t", "webhook_secret": "demo-secret"}
LEADS = {
    "page_id": "104000000000001",
    "page_access_token": "t",
    "app_secret": "demo-secret",
    "verify_token": "word",
}
DELIVERIES = {
    "typeform": (TYPEFORM, TypeformSimulator({}).delivery("contact", 7)),
    "facebook_lead_ads": (LEADS, LeadAdsSimulator({}).delivery(7)),
}


@pytest.fixture
def box(tmp_path: Any) -> Any:
    return load_box(Settings(home=tmp_path))


@pytest.mark.parametrize("connector", DELIVERIES)
def test_a_signed_delivery_is_stored_and_lands(api: Api, box: Any, connector: str) -> None:
    """What it is signed with is stored as well: it is checked again when it lands."""
    config, (headers, body) = DELIVERIES[connector]
    add_source(api.store, box, "pushed", connector, config)
    for _ in range(2):
        answer = api.anonymous.post("/webhooks/pushed", content=body, headers=headers)
        assert answer.status_code == 200
    assert process_inbox(api.store, box, "pushed") == Receipt(fetched=1, new=1)


@pytest.mark.parametrize("connector", DELIVERIES)
def test_a_delivery_that_is_signed_wrongly_is_refused(api: Api, box: Any, connector: str) -> None:
    config, (headers, body) = DELIVERIES[connector]
    add_source(api.store, box, "pushed", connector, config)
    answer = api.anonymous.post("/webhooks/pushed", content=body + b" ", headers=headers)
    assert answer.status_code == 401


def test_a_challenge_is_answered_as_plain_text(api: Api, box: Any) -> None:
    add_source(api.store, box, "ads", "facebook_lead_ads", LEADS)
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "word"}
    answer = api.anonymous.get("/webhooks/ads", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    wrong = api.anonymous.get("/webhooks/ads", params={**asked, "hub.verify_token": "x"})
    assert wrong.status_code == 401
    markup = api.anonymous.get("/webhooks/ads", params={**asked, "hub.challenge": "<b>"})
    assert markup.text == ""


def test_who_asks_a_source_that_is_not_asked_finds_nothing(api: Api, box: Any) -> None:
    add_source(api.store, box, "form", "typeform", TYPEFORM)
    assert api.anonymous.get("/webhooks/form").status_code == 404
    assert api.anonymous.get("/webhooks/nobody").status_code == 404
