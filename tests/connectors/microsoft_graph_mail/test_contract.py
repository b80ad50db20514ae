"""Mail by Microsoft Graph keeps the contract of every connector that speaks HTTP."""

from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.mail.parsing import mail_of, read_mail
from connectors.mail.sightings import records_of
from tests.connectors.imap.mails import mail
from tests.connectors.microsoft_graph_mail.simulator import GraphSimulator
from tests.contract.http_suite import HttpConnectorContract

RECEIVED = [mail(n, sender=f"Customer {n} <c{n}@customer.example>") for n in range(20)]
SENT = [
    mail(n, sender="support@daifuku.example", to=f"c{n}@customer.example") for n in range(20, 24)
]
SECRETS = {"access_token": "planted-token-6", "client_secret": "planted-secret-6"}


@pytest.fixture(scope="module")
def mailbox() -> Iterator[GraphSimulator]:
    folders = {"inbox": RECEIVED, "sentitems": SENT}
    with GraphSimulator(folders, token="planted-token-6", secret="planted-secret-6") as running:
        yield running


def people(raw: bytes) -> Set[str]:
    found = read_mail(mail_of(raw, datetime.now(UTC)))
    return records_of(found, lambda address: address.endswith("daifuku.example")).people.keys()


class TestMicrosoftGraphMail(HttpConnectorContract):
    name = "microsoft_graph_mail"
    faulted = "messages"
    pages = "/v1.0/me/mailFolders/*/messages/delta"

    @pytest.fixture
    def upstream(self, mailbox: GraphSimulator) -> str:
        return mailbox.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {
            **SECRETS,
            "base_url": base_url,
            "login_url": base_url,
            "client_id": "hub",
            "own_domains": ["daifuku.example"],
            "page_size": 6,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self, mailbox: GraphSimulator) -> Mapping[str, Set[str]]:
        seen = {person for raw in (*RECEIVED, *SENT) for person in people(raw)}
        return {"people": seen, "messages": mailbox.ids()}
