"""Only pages of the company and servers that sign may post; one key is one submission."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from connectors import registry
from connectors.builtin.webform.config import Form
from connectors.builtin.webform.connector import RECEIVED_AT, WebformConnector
from connectors.builtin.webform.senders import SIGNATURE, origin_allowed, sign
from daifuku.errors import AuthExpiredError, ConfigError, NotFoundError, RecordError

SECRET = "planted-form-secret"
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BODY = urlencode({"お名前": "佐藤 花子", "email": "hanako@customer.example"}).encode()
PAGE = "https://www.daifuku.example"
FORMS: list[dict[str, Any]] = [
    {"id": "contact", "allowed_origins": [PAGE], "secret": SECRET, "honeypot": "hp"},
    {"id": "open", "allowed_origins": ["*"]},
]
BROWSER = {
    "content-type": "application/x-www-form-urlencoded",
    "origin": PAGE,
    "referer": f"{PAGE}/contact",
}


@pytest.fixture
def connector() -> WebformConnector:
    return cast(WebformConnector, registry.connect("webform", {"forms": FORMS}))


def signed(at: datetime, secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    return {"content-type": BROWSER["content-type"], SIGNATURE: sign(secret, body, at)}


def test_a_browsers_post_becomes_one_record(connector: WebformConnector) -> None:
    accepted = connector.accept("contact", BROWSER, BODY, now=NOW)
    assert accepted.origin == PAGE
    [record] = connector.parse_webhook(accepted.headers, BODY)
    assert record.stream == "submissions"
    assert record.external_id == accepted.delivery_id
    assert record.data == {
        "form": "contact",
        "received_at": "2026-11-02T01:00:00+00:00",
        "fields": {"お名前": "佐藤 花子", "email": "hanako@customer.example"},
        "files": [],
        "origin": PAGE,
        "page": f"{PAGE}/contact",
    }


def test_a_signed_post_needs_no_origin(connector: WebformConnector) -> None:
    accepted = connector.accept("contact", signed(NOW), BODY, now=NOW)
    assert len(connector.parse_webhook(accepted.headers, BODY)) == 1


def test_a_stored_post_is_judged_by_when_it_came(connector: WebformConnector) -> None:
    """The signature of a post that waited a day in the inbox is as good as it was."""
    accepted = connector.accept("contact", signed(NOW), BODY, now=NOW)
    assert accepted.headers[RECEIVED_AT] == str(int(NOW.timestamp()))
    assert connector.parse_webhook(accepted.headers, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": PAGE, SIGNATURE: "t=1,v1=" + "0" * 64},
        {SIGNATURE: ""},
        {SIGNATURE: "v1=abc"},
        {SIGNATURE: sign("another", BODY, NOW)},
        {SIGNATURE: sign(SECRET, BODY + b"&x=1", NOW)},
        {SIGNATURE: sign(SECRET, BODY, NOW - timedelta(seconds=301))},
        {SIGNATURE: sign(SECRET, BODY, NOW + timedelta(seconds=301))},
    ],
)
def test_who_may_not_post(connector: WebformConnector, headers: dict[str, str]) -> None:
    sent = {"content-type": BROWSER["content-type"], **headers}
    with pytest.raises(AuthExpiredError) as caught:
        connector.accept("contact", sent, BODY, now=NOW)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 299])
def test_clocks_may_differ_by_five_minutes(connector: WebformConnector, seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert connector.accept("contact", signed(at), BODY, now=NOW)


def test_during_a_change_of_secret_both_signatures_may_be_sent(connector: WebformConnector) -> None:
    old = sign("before", BODY, NOW)
    both = {**signed(NOW), SIGNATURE: f"{old},{sign(SECRET, BODY, NOW).partition(',')[2]}"}
    assert connector.accept("contact", both, BODY, now=NOW)


@pytest.mark.parametrize(
    ("allowed", "origin", "fits"),
    [
        (PAGE, PAGE, True),
        (PAGE, "HTTPS://WWW.Daifuku.example:443", True),
        (f"{PAGE}:443/", PAGE, True),
        (PAGE, "http://www.daifuku.example", False),
        (PAGE, "https://www.daifuku.example.evil.example", False),
        (PAGE, "https://www.daifuku.example:8443", False),
        ("https://*.daifuku.example", "https://shop.daifuku.example", True),
        ("https://*.daifuku.example", "https://daifuku.example", False),
        ("https://*.daifuku.example", "https://evildaifuku.example", False),
        ("https://*.daifuku.example", "http://shop.daifuku.example", False),
        ("*", "https://anything.example", True),
        ("*", None, True),
        (PAGE, None, False),
        (PAGE, "", False),
    ],
)
def test_origins(allowed: str, origin: str | None, *, fits: bool) -> None:
    assert origin_allowed(Form(id="f", allowed_origins=(allowed,)), origin) is fits


def test_one_idempotency_key_is_one_submission(connector: WebformConnector) -> None:
    headers = {**BROWSER, "idempotency-key": "order-17"}
    once = connector.accept("contact", headers, BODY, now=NOW)
    again = connector.accept("contact", headers, BODY, now=NOW + timedelta(hours=1))
    assert once.delivery_id == again.delivery_id == "contact/order-17"
    elsewhere = connector.accept("open", headers, BODY, now=NOW)
    assert elsewhere.delivery_id != once.delivery_id


def test_without_a_key_each_post_is_one(connector: WebformConnector) -> None:
    posts = {connector.accept("contact", BROWSER, BODY, now=NOW).delivery_id for _ in range(3)}
    assert len(posts) == 3


@pytest.mark.parametrize("key", ["x" * 10_000, "鍵", "a\x00b"])
def test_a_strange_key_is_kept_as_its_digest(connector: WebformConnector, key: str) -> None:
    headers = {**BROWSER, "idempotency-key": key}
    ids = {connector.accept("contact", headers, BODY, now=NOW).delivery_id for _ in range(2)}
    assert len(ids) == 1
    assert all(len(each) < 60 and each.isascii() for each in ids)


def test_a_robot_is_answered_and_forgotten(connector: WebformConnector) -> None:
    body = BODY + b"&hp=buy"
    accepted = connector.accept("contact", BROWSER, body, now=NOW)
    assert accepted.spam
    assert connector.parse_webhook(accepted.headers, body) == []


def test_a_client_cannot_set_the_hubs_own_headers(connector: WebformConnector) -> None:
    """Neither the time it came nor the id it is stored under."""
    forged = {**signed(NOW - timedelta(days=1)), RECEIVED_AT: str(int(NOW.timestamp()) - 86_400)}
    with pytest.raises(AuthExpiredError, match="too old"):
        connector.accept("contact", forged, BODY, now=NOW)
    named = {**BROWSER, "x-daifuku-submission": "forged"}
    assert "forged" not in connector.accept("contact", named, BODY, now=NOW).delivery_id


def test_a_form_that_does_not_exist(connector: WebformConnector) -> None:
    with pytest.raises(NotFoundError):
        connector.accept("nonesuch", BROWSER, BODY, now=NOW)
    with pytest.raises(RecordError, match="no known form"):
        connector.parse_webhook(BROWSER, BODY)


@pytest.mark.parametrize(
    ("forms", "says"),
    [
        ([], "forms"),
        ([{"id": "a"}, {"id": "a"}], "same id"),
        ([{"id": "A b"}], "id"),
        ([{"id": "a", "allowed_origins": ["www.example.com"]}], "origin"),
    ],
)
def test_settings_that_do_not_fit(forms: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        registry.connect("webform", {"forms": forms})


def test_a_form_that_nobody_can_post_to_is_said() -> None:
    result = registry.connect("webform", {"forms": [{"id": "closed"}]}).check()
    assert not result.ok
    assert "closed" in result.message
