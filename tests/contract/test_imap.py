"""The `imap` connector keeps the contract, read from a real IMAP server."""

import socket
from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.builtin.imap.config import ImapConfig
from connectors.mail.parsing import RawMail, read_mail
from connectors.mail.sightings import MailRecords, records_of
from demo.simulators.imap import ImapServer
from tests.connectors.imap.mails import mail
from tests.contract.suite import ConnectorContract

RECEIVED = [mail(n, sender=f"Customer {n} <c{n}@customer.example>") for n in range(130)]
SENT = [
    mail(n, sender="support@daifuku.example", to=f"c{n}@customer.example") for n in range(130, 140)
]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[ImapServer]:
    folders = {"INBOX": RECEIVED, "Sent": SENT}
    with ImapServer(folders, password="planted-password-5") as server:
        yield server


def records(raw: bytes) -> MailRecords:
    config = ImapConfig.model_validate(
        {"host": "h", "user": "support@daifuku.example", "password": "p"}
    )
    return records_of(read_mail(RawMail(len(raw), datetime.now(UTC), raw)), config.is_own)


class TestImap(ConnectorContract):
    name = "imap"

    @pytest.fixture
    def working(self, mailbox: ImapServer) -> Mapping[str, Any]:
        return mailbox.config(own_domains=["daifuku.example"])

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {**working, "password": "planted-wrong-password"}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any] | None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            return {**working, "port": closed.getsockname()[1]}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        found = [records(raw) for raw in (*RECEIVED, *SENT)]
        return {
            "people": {person for each in found for person in each.people},
            "messages": {each.message_id for each in found},
        }
