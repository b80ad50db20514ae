"""Mastodon passes the contract of every connector and of those that speak HTTP."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.mastodon.server import TOKEN, MastodonSimulator, account, status
from tests.contract.http_suite import HttpConnectorContract

FOLLOWERS, NOTIFICATIONS, POSTS = 45, 35, 25


@pytest.fixture(scope="module")
def server() -> Iterator[MastodonSimulator]:
    with MastodonSimulator() as running:
        for number in range(FOLLOWERS):
            running.follow(account(number))
        for number in range(NOTIFICATIONS):
            who = account(number % 12)
            running.notify("mention", who, status(number, who))
        for number in range(POSTS):
            to = [{"id": account(number % 12)["id"], "acct": "x", "url": "x"}]
            running.post(status(number, account(0), mentions=to))
        yield running


class TestMastodon(HttpConnectorContract):
    name = "mastodon"
    faulted = "followers"
    pages = "*/followers"
    overlap = 20

    @pytest.fixture
    def upstream(self, server: MastodonSimulator) -> str:
        return server.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {"base_url": base_url, "access_token": TOKEN, "page_size": 10}

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self, server: MastodonSimulator) -> Mapping[str, Set[str]]:
        return {
            "followers": {who["id"] for _, who in server.followers},
            "contacts": {account(number)["id"] for number in range(12)},
            "notifications": {entry["id"] for entry in server.notifications},
            "posts": {entry["id"] for entry in server.statuses},
        }


class TestMastodonForwards(TestMastodon):
    """The same where pages are read from the oldest to the newest."""

    faulted = "notifications"
    pages = "*/notifications"
