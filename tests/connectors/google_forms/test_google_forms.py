"""What is particular to Google Forms: no order, edited responses, grids, expired pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Connector, Rewindable, StreamState, StreamStatus
from daifuku.errors import AuthExpiredError, ConfigError
from tests.connectors.google_forms.simulator import FormsSimulator, response
from tests.contract.reading import StreamReading, read_all


@pytest.fixture
def account() -> Iterator[FormsSimulator]:
    with FormsSimulator({"contact": [response(n) for n in range(35)]}) as running:
        yield running


def source(account: FormsSimulator, **more: Any) -> Connector:
    settings = account.config(page_size=10, lookback_minutes=0, **more)
    return registry.connect("google_forms", settings)


def read(account: FormsSimulator, state: StreamState | None = None, **more: Any) -> StreamReading:
    held = {"responses": state} if state else {}
    return read_all(source(account, **more), ["responses"], held)["responses"]


def test_a_record_holds_answers_in_the_order_of_the_form(account: FormsSimulator) -> None:
    data = next(r for r in read(account).records if r.external_id == "contact/r0000003").data
    assert data["form"] == {"id": "contact", "title": "お問い合わせ contact"}
    assert [answer["ref"] for answer in data["answers"]] == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert data["fields"]["ご興味"] == ["茶", "菓子"]
    assert data["fields"]["満足度 [味]"] == "満足"
    assert data["means"]["email"] == ["hanako3@example.com"]
    assert data["respondent_email"] == "account3@example.com"


def test_the_state_is_the_newest_time_wherever_it_came(account: FormsSimulator) -> None:
    assert read(account).state == {
        "forms": {"contact": {"newest": "2026-03-01T00:00:34.123456789Z"}}
    }


def test_an_edited_response_comes_again(account: FormsSimulator) -> None:
    first = read(account)
    edited = {**response(3), "lastSubmittedTime": "2026-03-02T00:00:00Z"}
    account.responses["contact"][3] = edited
    again = read(account, first.state)
    assert "contact/r0000003" in again.ids
    assert len(again.ids) <= 2


def test_a_page_token_that_expired_begins_the_pass_again(account: FormsSimulator) -> None:
    middle = read(account).checkpoints[0]
    account.expire_page_tokens()
    assert len(read(account, middle.state).ids) == 35


def test_an_answer_to_a_question_that_was_deleted_is_kept(account: FormsSimulator) -> None:
    held = account.responses["contact"][0]
    held["answers"] = {"q9": {"textAnswers": {"answers": [{"value": "残す"}]}}}
    data = next(r for r in read(account).records if r.external_id == "contact/r0000000").data
    assert data["fields"] == {"q9": "残す"}


def test_uploaded_files_are_named(account: FormsSimulator) -> None:
    files = [{"fileId": "f", "fileName": "図面.pdf", "mimeType": "application/pdf"}]
    account.responses["contact"][0]["answers"] = {"q1": {"fileUploadAnswers": {"answers": files}}}
    data = next(r for r in read(account).records if r.external_id == "contact/r0000000").data
    assert data["fields"] == {"お名前": "図面.pdf"}


def test_a_form_that_is_gone_does_not_stop_the_others(account: FormsSimulator) -> None:
    reading = read(account, forms=["deleted", "contact"])
    assert len(reading.ids) == 35
    assert isinstance(reading.failures[0].error, ConfigError)
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE


def test_a_token_that_was_withdrawn_asks_to_sign_in(account: FormsSimulator) -> None:
    failures = read(account, access_token="another").failures
    assert isinstance(failures[0].error, AuthExpiredError)


def test_old_responses_are_left_out(account: FormsSimulator) -> None:
    assert not read(account, since="2027-01-01").ids


def test_reading_can_begin_at_a_date(account: FormsSimulator) -> None:
    connector = source(account)
    assert isinstance(connector, Rewindable)
    since = datetime(2026, 3, 1, 0, 0, 30, tzinfo=UTC)
    state = connector.rewound("responses", read(account).state, since)
    assert len(read(account, state).ids) == 5
    assert connector.rewound("responses", {}, since) is None
