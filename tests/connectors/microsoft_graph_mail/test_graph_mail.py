"""What is particular to Microsoft Graph: rounds per folder, moves, expired links, two sign-ins."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Connector, Log, StreamState
from daifuku.errors import ConfigError, RateLimitedError
from demo.simulators.faults import status
from tests.connectors.imap.mails import mail
from tests.connectors.microsoft_graph_mail.simulator import GraphSimulator
from tests.contract.reading import StreamReading, read_all

BOTH = ["people", "messages"]
APP = {"sign_in": "app", "tenant": "daifuku.example", "user": "support@daifuku.example"}


@pytest.fixture
def mailbox() -> Iterator[GraphSimulator]:
    inbox = [mail(n) for n in range(25)]
    sent = [mail(n, sender="support@daifuku.example", to="c@x.example") for n in range(25, 28)]
    with GraphSimulator({"inbox": inbox, "sentitems": sent}) as running:
        yield running


def source(mailbox: GraphSimulator, **more: Any) -> Connector:
    return registry.connect("microsoft_graph_mail", mailbox.config(page_size=10, **more))


def read(
    mailbox: GraphSimulator, state: dict[str, StreamState] | None = None, **more: Any
) -> dict[str, StreamReading]:
    return read_all(source(mailbox, **more), BOTH, state or {})


def states(readings: dict[str, StreamReading]) -> dict[str, StreamState]:
    return {name: reading.state for name, reading in readings.items()}


def fetched(mailbox: GraphSimulator) -> int:
    return sum(request.path.endswith("$value") for request in mailbox.requests)


def test_both_streams_come_of_one_fetch(mailbox: GraphSimulator) -> None:
    readings = read(mailbox)
    assert fetched(mailbox) == 28
    assert [r.data["direction"] for r in readings["messages"].records].count("out") == 3


def test_later_only_what_changed_is_fetched(mailbox: GraphSimulator) -> None:
    first = read(mailbox)
    new = mailbox.add(mail(90))
    mailbox.read(first["messages"].ids[4])
    again = read(mailbox, states(first))["messages"]
    assert again.ids == [new, first["messages"].ids[4]]
    assert fetched(mailbox) == 30


def test_what_is_deleted_becomes_a_tombstone(mailbox: GraphSimulator) -> None:
    first = read(mailbox)
    gone = first["messages"].ids[3]
    mailbox.delete(gone)
    (record,) = read(mailbox, states(first))["messages"].records
    assert (record.external_id, record.deleted) == (gone, True)


def test_what_is_moved_away_is_not_deleted(mailbox: GraphSimulator) -> None:
    first = read(mailbox)
    mailbox.move(first["messages"].ids[3], "archive")
    assert not read(mailbox, states(first))["messages"].records


def test_what_is_moved_between_folders_that_are_read_keeps_its_id(mailbox: GraphSimulator) -> None:
    first = read(mailbox)
    moved = first["messages"].ids[3]
    mailbox.move(moved, "sentitems")
    records = read(mailbox, states(first))["messages"].records
    assert [(r.external_id, r.deleted) for r in records] == [(moved, False)]


def test_an_expired_link_is_a_first_round_again(mailbox: GraphSimulator) -> None:
    state = states(read(mailbox))
    mailbox.expire_links()
    messages = list(source(mailbox).read(BOTH, state))
    assert any(isinstance(m, Log) and "read again" in m.message for m in messages)
    again = read(mailbox, state)
    assert set(again["messages"].ids) == mailbox.ids()
    assert not read(mailbox, states(again))["messages"].ids


def test_streams_that_are_not_equally_far_meet_again(mailbox: GraphSimulator) -> None:
    first = read(mailbox)
    apart = {
        "people": first["people"].checkpoints[1].state,
        "messages": first["messages"].checkpoints[0].state,
    }
    again = read(mailbox, apart)
    assert states(again)["people"] == states(again)["messages"]
    assert set(again["messages"].ids) | set(
        first["messages"].before(first["messages"].checkpoints[0])
    ) == set(mailbox.ids())


def test_the_state_names_no_host(mailbox: GraphSimulator) -> None:
    assert "http" not in str(read(mailbox)["messages"].state)


def test_drafts_and_old_mails_are_left_out(mailbox: GraphSimulator) -> None:
    draft = mailbox.add(mail(95), draft=True)
    assert draft not in read(mailbox)["messages"].ids
    assert not read(mailbox, since="2027-01-01")["messages"].ids


def test_reading_can_begin_at_a_date(mailbox: GraphSimulator) -> None:
    state = {"messages": {"since": 1_775_001_600 + 20 * 60}}
    reading = read_all(source(mailbox, folders=["inbox"]), ["messages"], state)["messages"]
    assert len(reading.ids) == 5
    assert reading.checkpoints[0].state["since"]
    assert "since" not in reading.state


def test_an_app_lets_itself_in(mailbox: GraphSimulator) -> None:
    app: dict[str, Any] = {**APP, "access_token": None}
    assert source(mailbox, **app).check().ok
    assert len(read(mailbox, **app)["messages"].ids) == 28
    assert any(r.path.startswith("/v1.0/users/support@daifuku.example") for r in mailbox.requests)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({**APP, "user": "me"}, "user"),
        ({**APP, "tenant": "common"}, "tenant"),
        ({"own_domains": []}, "own_domains"),
        ({"folders": []}, "folders"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    mailbox: GraphSimulator, settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        source(mailbox, **settings)


def test_an_unknown_folder_is_named(mailbox: GraphSimulator) -> None:
    result = source(mailbox, folders=["受信"]).check()
    assert not result.ok
    assert "受信" in result.message


def test_a_throttled_mailbox_goes_on_where_it_was(mailbox: GraphSimulator) -> None:
    mailbox.fail("*/$value", status(429, retry_after=120), after=15)
    first = read(mailbox)["messages"]
    error = first.failures[0].error
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 120
    rest = read_all(source(mailbox), ["messages"], {"messages": first.state})["messages"]
    assert first.before(first.checkpoints[-1]) | set(rest.ids) == mailbox.ids()
