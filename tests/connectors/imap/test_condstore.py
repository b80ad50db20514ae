"""Against Dovecot: CONDSTORE tells that nothing changed, SPECIAL-USE where sent mail is."""

from collections.abc import Iterator
from typing import Any

import pytest
from imapclient import IMAPClient

from connectors import registry
from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.session import ImapSession, open_session
from demo.simulators.imap import ImapServer
from tests.connectors.imap.dovecot import DOVECOT, PASSWORD, dovecot_server
from tests.connectors.imap.mails import mail
from tests.contract.reading import StreamReading, read_all

pytestmark = pytest.mark.skipif(
    DOVECOT is None, reason="needs Dovecot: apt-get install dovecot-imapd"
)

BOTH = ["people", "messages"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with dovecot_server() as running:
        yield running


@pytest.fixture
def settings(port: int, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A mailbox of the test's own with three mails received and one sent."""
    user = f"user{abs(hash(request.node.nodeid))}"
    box = ImapServer(user=user, password=PASSWORD, port=port)
    box.append("INBOX", [mail(n) for n in range(3)])
    sent = mail(9, sender=f"{user}@daifuku.example", to="hana@customer.example")
    box.append("Verschickt", [sent])
    return box.config(own_domains=["daifuku.example"])


def read(settings: dict[str, Any], state: dict[str, Any] | None = None) -> dict[str, StreamReading]:
    return read_all(registry.connect("imap", settings), BOTH, state)


def states(readings: dict[str, StreamReading]) -> dict[str, Any]:
    return {name: reading.state for name, reading in readings.items()}


def client(settings: dict[str, Any]) -> IMAPClient:
    logged_in = IMAPClient(settings["host"], settings["port"], ssl=False)
    logged_in.login(settings["user"], settings["password"])
    return logged_in


def test_condstore_is_found_although_it_is_offered_after_the_login_only(
    settings: dict[str, Any],
) -> None:
    readings = read(settings)
    assert len(readings["messages"].records) == 4
    folders = readings["messages"].state["folders"]
    assert folders["INBOX"]["modseq"] > 0
    assert folders["INBOX"]["last_uid"] == 3


def test_sent_mail_is_found_by_its_mark(settings: dict[str, Any]) -> None:
    with open_session(ImapConfig.model_validate(settings)) as session:
        assert session.folders() == ("INBOX", "Verschickt")
    directions = [r.data["direction"] for r in read(settings)["messages"].records]
    assert directions == ["in", "in", "in", "out"]


def test_a_folder_without_changes_is_not_opened(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = states(read(settings))
    with client(settings) as box:
        box.append("INBOX", mail(4))
    opened: list[str] = []
    real = ImapSession.open

    def noted(session: ImapSession, folder: str) -> int:
        opened.append(folder)
        return real(session, folder)

    monkeypatch.setattr(ImapSession, "open", noted)
    again = read(settings, state)
    assert opened == ["INBOX"]
    assert [r.data["message_id"] for r in again["messages"].records] == ["4@customer.example"]


def test_a_changed_flag_or_a_deletion_brings_no_mail_again(settings: dict[str, Any]) -> None:
    state = states(read(settings))
    with client(settings) as box:
        box.select_folder("INBOX")
        box.add_flags([1], [b"\\Seen"])
        box.delete_messages([3])
        box.expunge([3])
    again = read(settings, state)
    assert not again["messages"].records
    assert not again["people"].records


def test_reading_leaves_mails_unseen(settings: dict[str, Any]) -> None:
    read(settings)
    with client(settings) as box:
        box.select_folder("INBOX", readonly=True)
        assert box.search(["UNSEEN"]) == [1, 2, 3]


def test_renumbering_reads_the_folder_again(settings: dict[str, Any]) -> None:
    """Deleted and made again, a folder starts at UID 1 under another UIDVALIDITY."""
    settings = {**settings, "folders": ["Orders"]}
    with client(settings) as box:
        box.create_folder("Orders")
        box.append("Orders", mail(1))
        first = read(settings)
        box.delete_folder("Orders")
        box.create_folder("Orders")
        box.append("Orders", mail(2))
    again = read(settings, states(first))
    assert [r.data["message_id"] for r in again["messages"].records] == ["2@customer.example"]
