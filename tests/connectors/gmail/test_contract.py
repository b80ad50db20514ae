"""Gmail keeps the contract of every connector that speaks HTTP."""

from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.mail.parsing import mail_of, read_mail
from connectors.mail.sightings import records_of
from daifuku.errors import AuthExpiredError, ConfigError, TransientError
from tests.connectors.gmail.simulator import GmailSimulator
from tests.connectors.imap.mails import mail
from tests.contract.http_suite import HttpConnectorContract

MAILS = [
    *(mail(n, sender=f"Customer {n} <c{n}@customer.example>") for n in range(20)),
    *(
        mail(n, sender="support@daifuku.example", to=f"c{n}@customer.example")
        for n in range(20, 24)
    ),
]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[GmailSimulator]:
    with GmailSimulator(MAILS, token="planted-token-8") as running:
        yield running


def people(raw: bytes) -> Set[str]:
    found = read_mail(mail_of(raw, datetime.now(UTC)))
    return records_of(found, lambda address: address.endswith("daifuku.example")).people.keys()


class TestGmail(HttpConnectorContract):
    name = "gmail"
    faulted = "messages"
    pages = "/gmail/v1/users/me/messages"
    kinds = {"404": (ConfigError, TransientError), "401": (AuthExpiredError,)}  # noqa: RUF012

    @pytest.fixture
    def upstream(self, mailbox: GmailSimulator) -> str:
        return mailbox.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {
            "base_url": base_url,
            "client_id": "hub",
            "access_token": "planted-token-8",
            "own_domains": ["daifuku.example"],
            "page_size": 6,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self, mailbox: GmailSimulator) -> Mapping[str, Set[str]]:
        seen = {person for raw in MAILS for person in people(raw)}
        return {"people": seen, "messages": mailbox.ids()}
