"""What is particular to Typeform: newest first, late responses, several forms, webhooks."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from connectors import registry
from connectors.protocol import PushConnector, StreamState, StreamStatus
from daifuku.errors import AuthExpiredError, ConfigError, RateLimitedError, RecordError
from demo.simulators.faults import status
from tests.connectors.typeform.simulator import TypeformSimulator, response
from tests.contract.reading import StreamReading, read_all


@pytest.fixture
def account() -> Iterator[TypeformSimulator]:
    with TypeformSimulator({"contact": [response(n) for n in range(50)]}) as running:
        yield running


def connector(account: TypeformSimulator, **more: Any) -> PushConnector:
    return cast(PushConnector, registry.connect("typeform", account.config(page_size=20, **more)))


def read(
    account: TypeformSimulator, state: StreamState | None = None, **more: Any
) -> StreamReading:
    held = {"responses": state} if state else {}
    return read_all(connector(account, **more), ["responses"], held)["responses"]


def test_a_record_holds_answers_by_title_by_meaning_and_in_order(
    account: TypeformSimulator,
) -> None:
    data = next(r for r in read(account).records if r.external_id == "contact/t0000003").data
    assert data["form"] == {"id": "contact", "title": "お問い合わせ contact"}
    assert data["fields"]["お名前"] == "見本 花子3"
    assert data["fields"]["ご興味"] == ["茶", "菓子", "器"]
    assert data["means"] == {
        "name": ["見本 花子3"],
        "email": ["hanako3@example.com"],
        "company": ["株式会社見本"],
        "phone": ["+81312345678"],
    }
    assert data["answers"][1] == {
        "title": "ご連絡先は?", "ref": "mail", "type": "email", "value": "hanako3@example.com"
    }  # fmt: skip


def test_a_response_that_shows_late_is_found(account: TypeformSimulator) -> None:
    late = account.responses["contact"].pop(20)
    first = read(account)
    account.responses["contact"].append(late)
    again = read(account, first.state)
    assert "contact/t0000020" not in first.ids
    assert "contact/t0000020" in again.ids


def test_a_pass_begins_so_long_before_the_newest_response(account: TypeformSimulator) -> None:
    first = read(account, lookback_minutes=0)
    assert first.state == {"forms": {"contact": {"newest": "2026-03-01T00:00:49Z"}}}
    assert read(account, first.state, lookback_minutes=0).ids == ["contact/t0000049"]
    assert account.requests[-2].query["since"] == "2026-03-01T00:00:49"


def test_a_new_response_comes_in_the_middle_of_a_pass_that_was_broken_off(
    account: TypeformSimulator,
) -> None:
    middle = read(account).checkpoints[0]
    account.responses["contact"].append(response(4_000))
    rest = read(account, middle.state)
    assert "contact/t0004000" not in rest.ids
    assert "contact/t0004000" in read(account, rest.state).ids


def test_a_pass_whose_place_is_gone_begins_again(account: TypeformSimulator) -> None:
    middle = read(account).checkpoints[0]
    account.responses["contact"] = [
        item for item in account.responses["contact"] if item["token"] != "t0000030"
    ]
    rest = read(account, middle.state)
    assert len(rest.ids) == 49


def test_a_form_that_is_gone_does_not_stop_the_others(account: TypeformSimulator) -> None:
    reading = read(account, forms=["deleted", "contact"])
    assert len(reading.ids) == 50
    assert isinstance(reading.failures[0].error, ConfigError)
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE


def test_a_token_that_is_not_taken_stops_at_the_first_form(account: TypeformSimulator) -> None:
    reading = read(account, forms=["contact", "seminar"], access_token="another")
    assert isinstance(reading.failures[0].error, AuthExpiredError)
    assert len(account.requests) == 1


def test_a_run_that_was_slowed_down_goes_on_with_the_same_form(account: TypeformSimulator) -> None:
    account.responses["seminar"] = [response(n) for n in range(30)]
    account.fail("/forms/seminar/responses", status(429), after=1)
    first = read(account)
    assert isinstance(first.failures[0].error, RateLimitedError)
    assert first.state["at"] == "seminar"
    asked = len(account.requests)
    rest = read(account, first.state)
    later = [r.path for r in list(account.requests)[asked:] if r.path.endswith("/responses")]
    assert later[0] == "/forms/seminar/responses"
    assert {i for i in first.ids + rest.ids if i.startswith("seminar")} == {
        f"seminar/t{n:07}" for n in range(30)
    }


def test_pages_that_go_round_end_the_stream(account: TypeformSimulator) -> None:
    account.responses["contact"] = [response(n) | {"token": "same"} for n in range(25)]
    assert "again" in str(read(account).failures[0].error)


def test_a_webhook_gives_the_record_that_reading_gives(account: TypeformSimulator) -> None:
    source = connector(account)
    headers, body = account.delivery("contact", 7)
    (pushed,) = source.parse_webhook(headers, body)
    polled = next(r for r in read(account).records if r.external_id == pushed.external_id)
    assert pushed == polled
    assert source.delivery_id(headers, body) == "e7"


def test_a_response_that_is_not_finished_is_left_out(account: TypeformSimulator) -> None:
    headers, body = account.delivery("contact", 7, event="form_response_partial")
    assert not connector(account).parse_webhook(headers, body)


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=AAAA", "é"])
def test_a_wrong_signature_is_refused(account: TypeformSimulator, signature: str) -> None:
    _, body = account.delivery("contact", 7)
    with pytest.raises(AuthExpiredError, match="secret"):
        connector(account).parse_webhook({"typeform-signature": signature}, body)


def test_without_a_secret_no_webhook_is_taken(account: TypeformSimulator) -> None:
    headers, body = account.delivery("contact", 7)
    with pytest.raises(AuthExpiredError, match="webhook_secret"):
        connector(account, webhook_secret=None).parse_webhook(headers, body)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event_id": "1"}'])
def test_a_webhook_that_is_none(account: TypeformSimulator, body: bytes) -> None:
    with pytest.raises(RecordError):
        connector(account).delivery_id({}, body)
