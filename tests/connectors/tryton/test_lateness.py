"""A transaction that ends late is read although its time has passed, and only for so long."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.builtin.tryton.plans import PARTIES
from connectors.protocol import Checkpoint, Record, StreamState
from connectors.tryton_client.client import TrytonClient
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.reader import StreamReader
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

LOOKBACK = 60


def sync(tryton: Tryton, state: StreamState | None, now: float) -> tuple[list[str], StreamState]:
    """The ids of one sync begun when our clock said `now`, and the state after it."""
    config = TrytonConfig(**tryton.settings(lookback_seconds=LOOKBACK))
    with TrytonClient(config) as client:
        messages = list(StreamReader(client, PARTIES, config, lambda: now).read(state))
    ids = [message.external_id for message in messages if isinstance(message, Record)]
    return ids, [message for message in messages if isinstance(message, Checkpoint)][-1].state


def commit_late(tryton: Tryton, party: int, state: StreamState, seconds: float) -> None:
    """Make `party` appear as written `seconds` before the newest time that was seen."""
    marks: dict[str, Any] = state["base"]["marks"]
    newest = datetime.fromisoformat(marks["party.party.write_date"]["at"]).replace(tzinfo=None)
    at = (newest - timedelta(seconds=seconds)).isoformat(" ", timespec="microseconds")
    with closing(sqlite3.connect(tryton.file)) as link, link:
        link.execute("UPDATE party_party SET write_date = ? WHERE id = ?", (at, party))


def test_a_late_transaction_within_the_lookback_arrives(tryton: Tryton) -> None:
    early, late = tryton.enter_parties(2)
    _, state = sync(tryton, None, now=0)
    rename(tryton, early)
    _, state = sync(tryton, state, now=LOOKBACK)
    commit_late(tryton, late, state, seconds=LOOKBACK - 20)
    ids, _ = sync(tryton, state, now=LOOKBACK + 1)
    assert str(late) in ids


def test_what_was_read_comes_again_only_until_the_lookback_has_passed(tryton: Tryton) -> None:
    (party,) = tryton.enter_parties()
    _, state = sync(tryton, None, now=0)
    soon, state = sync(tryton, state, now=LOOKBACK - 1)
    assert str(party) in soon
    settling, state = sync(tryton, state, now=LOOKBACK)
    assert str(party) in settling
    settled, state = sync(tryton, state, now=LOOKBACK + 1)
    assert settled == []
    rename(tryton, party)
    assert str(party) in sync(tryton, state, now=LOOKBACK + 2)[0]


def rename(tryton: Tryton, party: int) -> None:
    tryton.call("party.party", "write", [party], {"name": "改名"})
