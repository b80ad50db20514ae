"""What is particular to lead ads: errors by code, cursors that expire, test leads, notices."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from connectors import registry
from connectors.builtin.facebook_lead_ads.config import FacebookLeadAdsConfig
from connectors.builtin.facebook_lead_ads.connector import FacebookLeadAdsConnector
from connectors.protocol import StreamState, StreamStatus
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    RecordError,
    SourceError,
    TransientError,
)
from demo.simulators.faults import status
from tests.connectors.facebook_lead_ads.simulator import LeadAdsSimulator, error, lead
from tests.contract.mapped import rejections
from tests.contract.reading import StreamReading, read_all

USAGE = orjson.dumps({"1": [{"type": "leadgen", "estimated_time_to_regain_access": 12}]}).decode()


@pytest.fixture
def page() -> Iterator[LeadAdsSimulator]:
    with LeadAdsSimulator({"501": [lead(n) for n in range(35)]}) as running:
        yield running


def source(page: LeadAdsSimulator, **more: Any) -> FacebookLeadAdsConnector:
    settings = page.config(page_size=10, lookback_minutes=0, **more)
    return FacebookLeadAdsConnector(FacebookLeadAdsConfig.model_validate(settings))


def read(page: LeadAdsSimulator, state: StreamState | None = None, **more: Any) -> StreamReading:
    return read_all(source(page, **more), ["leads"], {"leads": state} if state else {})["leads"]


def test_a_record_holds_answers_by_label_and_by_meaning(page: LeadAdsSimulator) -> None:
    data = next(r for r in read(page).records if r.external_id == "9000003").data
    assert data["form"] == {"id": "501", "name": "資料請求 501"}
    assert data["fields"]["ご興味のある製品"] == ["茶", "菓子"]
    assert data["means"] == {
        "name": ["見本 花子3"],
        "email": ["hanako3@example.com"],
        "phone": ["+819000000000"],
        "company": ["株式会社見本"],
    }
    assert "ad_name" not in data


def test_names_of_ads_are_asked_for_only_if_wanted(page: LeadAdsSimulator) -> None:
    assert read(page, ad_details=True).records[0].data["ad_name"] == "春の新茶"


def test_a_pass_begins_at_the_newest_lead(page: LeadAdsSimulator) -> None:
    first = read(page)
    assert first.state == {"forms": {"501": {"newest": "2026-03-01T00:00:34+0000"}}}
    page.leads["501"].append(lead(90))
    assert read(page, first.state).ids == ["9000090", "9000034"]


def test_a_cursor_that_expired_begins_the_pass_again(page: LeadAdsSimulator) -> None:
    middle = read(page).checkpoints[0]
    page.expire_cursors()
    assert len(read(page, middle.state).ids) == 35


def test_a_test_lead_is_nobody(page: LeadAdsSimulator) -> None:
    made_up = lead(90)
    made_up["field_data"][0]["values"] = ["<test lead: dummy data for full_name>"]
    page.leads["501"] = [made_up]
    (record,) = read(page).records
    assert record.data["test"] is True
    assert not rejections("facebook_lead_ads", "leads", [record])


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (190, AuthExpiredError),
        (102, AuthExpiredError),
        (4, RateLimitedError),
        (613, RateLimitedError),
        (80_005, RateLimitedError),
        (1, TransientError),
        (10, ConfigError),
        (200, ConfigError),
        (100, ConfigError),
    ],
)
def test_a_code_says_what_it_means(
    page: LeadAdsSimulator, code: int, kind: type[SourceError]
) -> None:
    page.fail("*/leads", status(400, body=orjson.dumps(error(code))), after=1)
    assert isinstance(read(page).failures[0].error, kind)


def test_the_time_to_wait_is_in_a_header(page: LeadAdsSimulator) -> None:
    fault = status(
        400, body=orjson.dumps(error(80_005)), headers={"X-Business-Use-Case-Usage": USAGE}
    )
    page.fail("*/leads", fault)
    failed = read(page).failures[0].error
    assert isinstance(failed, RateLimitedError)
    assert failed.retry_after == 12 * 60


def test_the_proof_that_the_app_asks_is_sent(page: LeadAdsSimulator) -> None:
    failed = read(page, app_secret="another").failures[0].error
    assert isinstance(failed, ConfigError)


def test_a_notice_is_landed_and_nothing_is_fetched(page: LeadAdsSimulator) -> None:
    headers, body = page.delivery(7, 8)
    (first, second) = source(page).parse_webhook(headers, body)
    assert (first.stream, first.external_id) == ("notices", "9000007")
    assert second.data["form_id"] == "501"
    assert not page.requests
    assert source(page).delivery_id(headers, body) == source(page).delivery_id({}, body)


def test_a_notice_of_another_page_is_left_out(page: LeadAdsSimulator) -> None:
    assert not source(page).parse_webhook(*page.delivery(7, page="9"))


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=00", "é"])
def test_a_wrong_signature_is_refused(page: LeadAdsSimulator, signature: str) -> None:
    _, body = page.delivery(7)
    with pytest.raises(AuthExpiredError, match="secret"):
        source(page).parse_webhook({"x-hub-signature-256": signature}, body)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"entry": [{"changes": [{"field": 1}, 2]}]}']
)
def test_a_webhook_that_is_none(page: LeadAdsSimulator, body: bytes) -> None:
    with pytest.raises(RecordError):
        source(page).delivery_id({}, body)


def test_a_challenge_is_answered_to_who_knows_the_verify_token(page: LeadAdsSimulator) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "word"}
    assert source(page, verify_token="word").answer_challenge(asked) == "1158201444"
    for settings in ({}, {"verify_token": "another"}):
        with pytest.raises(AuthExpiredError, match="verify_token"):
            source(page, **settings).answer_challenge(asked)


def test_notices_end_as_the_leads_do(page: LeadAdsSimulator) -> None:
    both = ["leads", "notices"]
    assert read_all(source(page), both)["notices"].statuses[-1] is StreamStatus.COMPLETE
    page.fail("*/leads", status(500))
    assert read_all(source(page), both)["notices"].statuses[-1] is StreamStatus.INCOMPLETE


def test_a_version_that_is_none_is_refused(page: LeadAdsSimulator) -> None:
    with pytest.raises(ConfigError, match="api_version"):
        registry.connect("facebook_lead_ads", page.config(api_version="latest"))
