"""What is particular to Gmail: a history that expires, labels, deletions, quotas, headers only."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import ConfigUpdate, Connector, Log, StreamState, StreamStatus
from daifuku.errors import AuthExpiredError, ConfigError, RateLimitedError
from demo.simulators.faults import status
from demo.simulators.http import Response
from tests.connectors.gmail.simulator import GmailSimulator
from tests.connectors.imap.mails import mail, raw_mail
from tests.contract.reading import StreamReading, read_all

BOTH = ["people", "messages"]
GRANT = {"access_token": "demo-token", "expires_in": 3599, "token_type": "Bearer"}


@pytest.fixture
def mailbox() -> Iterator[GmailSimulator]:
    with GmailSimulator([mail(n) for n in range(25)]) as running:
        yield running


def source(mailbox: GmailSimulator, **more: Any) -> Connector:
    return registry.connect("gmail", mailbox.config(page_size=10, **more))


def read(
    mailbox: GmailSimulator, state: dict[str, StreamState] | None = None, **more: Any
) -> dict[str, StreamReading]:
    return read_all(source(mailbox, **more), BOTH, state or {})


def states(readings: dict[str, StreamReading]) -> dict[str, StreamState]:
    return {name: reading.state for name, reading in readings.items()}


def fetched(mailbox: GmailSimulator) -> list[str]:
    return [r.params["id"] for r in mailbox.requests if "id" in r.params]


def test_both_streams_come_of_one_fetch(mailbox: GmailSimulator) -> None:
    readings = read(mailbox)
    assert len(fetched(mailbox)) == len(set(fetched(mailbox))) == 25
    assert len(readings["people"].ids) == 1
    assert readings["messages"].records[-1].data["subject"] == "ご相談 0"


def test_mail_in_the_charsets_of_japanese_programs(mailbox: GmailSimulator) -> None:
    headers = b"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <y@customer.example>\nSubject: x"
    text = "髙橋㈱①".encode("cp932")
    head = headers + b"\nContent-Type: text/plain; charset=Shift_JIS"
    new = mailbox.add(raw_mail(head, text))
    record = read(mailbox)["messages"].records[0]
    assert record.external_id == new
    assert record.data["from"]["name"] == "山田"
    assert record.data["snippet"] == "髙橋㈱①"


def test_later_only_what_came_is_fetched(mailbox: GmailSimulator) -> None:
    state = states(read(mailbox))
    mailbox.requests.clear()
    new = mailbox.add(mail(90))
    assert read(mailbox, state)["messages"].ids == [new]
    assert fetched(mailbox) == [new]


def test_what_is_deleted_becomes_a_tombstone(mailbox: GmailSimulator) -> None:
    readings = read(mailbox)
    gone = readings["messages"].ids[3]
    mailbox.delete(gone)
    (record,) = read(mailbox, states(readings))["messages"].records
    assert (record.external_id, record.deleted) == (gone, True)


def test_many_deletions_at_once_are_checkpointed(mailbox: GmailSimulator) -> None:
    many = [mailbox.add(mail(n), "SPAM") for n in range(1_200)]
    state = states(read(mailbox))
    for message_id in many:
        mailbox.delete(message_id)
    mailbox.history_per_page = 5_000
    reading = read(mailbox, state)["messages"]
    assert len(reading.ids) == 1_200
    assert len(reading.checkpoints) >= 2


def test_a_mail_that_comes_and_goes_between_two_runs(mailbox: GmailSimulator) -> None:
    state = states(read(mailbox))
    brief = mailbox.add(mail(91))
    mailbox.delete(brief)
    records = read(mailbox, state)["messages"].records
    assert [(r.external_id, r.deleted) for r in records] == [(brief, True)]


def test_drafts_spam_and_trash_are_not_read_until_they_are_mail(mailbox: GmailSimulator) -> None:
    ids = [mailbox.add(mail(95 + n), label) for n, label in enumerate(("DRAFT", "SPAM", "TRASH"))]
    first = read(mailbox)
    assert not set(ids) & set(first["messages"].ids)
    mailbox.label(ids[1], remove="SPAM", add="INBOX")
    assert read(mailbox, states(first))["messages"].ids == [ids[1]]


def test_an_expired_history_is_a_first_pass_again(mailbox: GmailSimulator) -> None:
    state = states(read(mailbox))
    mailbox.forget_history()
    new = mailbox.add(mail(92))
    messages = list(source(mailbox).read(BOTH, state))
    again = read(mailbox, state)
    assert set(again["messages"].ids) == mailbox.ids()
    assert new in again["messages"].ids
    assert any(isinstance(m, Log) and "all is read again" in m.message for m in messages)
    assert not read(mailbox, states(again))["messages"].ids


def test_changes_during_the_first_pass_are_not_missed(mailbox: GmailSimulator) -> None:
    late = ""
    ids = []
    for message in source(mailbox).read(["messages"], {}):
        if hasattr(message, "external_id"):
            ids.append(message.external_id)
            late = late or mailbox.add(mail(93))
    assert late in ids


def test_a_page_token_that_expired_begins_the_pass_again(mailbox: GmailSimulator) -> None:
    middle = read(mailbox)["messages"].checkpoints[0]
    assert "pageToken" in middle.state
    mailbox.expire_page_tokens()
    rest = read_all(source(mailbox), ["messages"], {"messages": middle.state})["messages"]
    assert set(rest.ids) == mailbox.ids()


def test_a_long_history_is_kept_up_with_page_by_page(mailbox: GmailSimulator) -> None:
    first = read(mailbox)
    mailbox.history_per_page = 4
    new = [mailbox.add(mail(100 + n)) for n in range(10)]
    again = read(mailbox, states(first))["messages"]
    assert again.ids == new
    half = again.checkpoints[0]
    rest = read_all(source(mailbox), ["messages"], {"messages": half.state})["messages"]
    assert again.before(half) | set(rest.ids) == set(new)


def test_streams_that_are_not_equally_far_meet_again(mailbox: GmailSimulator) -> None:
    points = read(mailbox)
    apart = {
        "people": points["people"].checkpoints[1].state,
        "messages": points["messages"].checkpoints[0].state,
    }
    again = read(mailbox, apart)
    assert states(again)["people"] == states(again)["messages"]


def test_old_mails_are_left_out(mailbox: GmailSimulator) -> None:
    assert not read(mailbox, since="2027-01-01")["messages"].ids
    assert not read(mailbox, since="2027-01-01", bodies=False)["messages"].ids
    assert "after:" in next(r.query["q"] for r in mailbox.requests if "q" in r.query)


def test_headers_alone_give_people_and_messages(mailbox: GmailSimulator) -> None:
    readings = read(mailbox, bodies=False)
    assert len(readings["messages"].ids) == 25
    assert readings["messages"].records[0].data["from"]["name"] == "山田 太郎"
    assert {r.query.get("format") for r in mailbox.requests if "id" in r.params} == {"metadata"}
    assert not any("q" in r.query for r in mailbox.requests)


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("rateLimitExceeded", RateLimitedError),
        ("userRateLimitExceeded", RateLimitedError),
        ("dailyLimitExceeded", RateLimitedError),
        ("accessNotConfigured", ConfigError),
        ("insufficientPermissions", ConfigError),
        ("forbidden", ConfigError),
    ],
)
def test_a_403_says_what_it_means(
    mailbox: GmailSimulator, reason: str, error: type[Exception]
) -> None:
    body = b'{"error": {"code": 403, "errors": [{"reason": "%s"}]}}' % reason.encode()
    mailbox.fail("*/messages/*", status(403, body=body), after=3)
    assert isinstance(read(mailbox)["messages"].failures[0].error, error)


def test_a_token_that_was_withdrawn_asks_to_sign_in(mailbox: GmailSimulator) -> None:
    mailbox.fail("*/messages", status(401))
    reading = read(mailbox)["people"]
    assert isinstance(reading.failures[0].error, AuthExpiredError)
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE


def test_reading_can_begin_at_a_date(mailbox: GmailSimulator) -> None:
    connector: Any = source(mailbox)
    state = {"messages": {"since": 1_775_000_000 + 20 * 60}}
    assert len(read_all(connector, ["messages"], state)["messages"].ids) == 5


def test_a_fresh_token_is_told_before_it_is_used(mailbox: GmailSimulator) -> None:
    mailbox.route("POST", "/token", lambda _: Response(GRANT))
    more = {
        "access_token": None,
        "refresh_token": "refresh-1",
        "client_secret": "s",
        "token_url": f"{mailbox.url}/token",
    }
    messages = list(source(mailbox, **more).read(["messages"], {}))
    updates = [m for m in messages if isinstance(m, ConfigUpdate)]
    assert len(updates) == 1
    assert any(getattr(m, "status", None) is StreamStatus.COMPLETE for m in messages)
