"""Who follows and who left, what came since, and a server that asks to wait."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Status, StreamStatus
from daifuku.errors import ConfigError, RateLimitedError, SourceError
from demo.simulators.faults import Fault
from demo.simulators.faults import status as failing
from tests.connectors.mastodon.server import OWN, MastodonSimulator, account, status
from tests.contract.reading import StreamReading, read_all


@pytest.fixture
def server() -> Iterator[MastodonSimulator]:
    with MastodonSimulator() as running:
        yield running


def read(
    server: MastodonSimulator, stream: str, state: Mapping[str, Any] | None = None, **more: Any
) -> StreamReading:
    connector = registry.connect("mastodon", server.config(**{"page_size": 10, **more}))
    return read_all(connector, [stream], {stream: state or {}})[stream]


def failure(reading: StreamReading) -> SourceError:
    [failed] = reading.failures
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    return failed.error


def test_followers_are_listed_whole_so_that_who_left_is_noticed(server: MastodonSimulator) -> None:
    for number in range(25):
        server.follow(account(number))
    first = read(server, "followers")
    server.unfollow(account(7)["id"])
    second = read(server, "followers", first.state)
    assert set(first.ids) - set(second.ids) == {account(7)["id"]}
    assert second.messages[-1] == Status("followers", StreamStatus.COMPLETE, full_pass=True)


def test_a_long_list_goes_on_where_it_was_put_off(server: MastodonSimulator) -> None:
    for number in range(1_000):
        server.follow(account(number))
    server.fail("/api/v1/accounts/*/followers", failing(429, retry_after=7), after=11)
    first = read(server, "followers", page_size=80)
    error = failure(first)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 7
    rest = read(server, "followers", first.state, page_size=80)
    kept = first.before(first.checkpoints[-1])
    assert len(kept) == 800
    assert kept | set(rest.ids) == {who["id"] for _, who in server.followers}
    assert rest.messages[-1] == Status("followers", StreamStatus.COMPLETE, full_pass=False)


def test_the_wait_is_told_by_the_time_at_which_the_limit_is_lifted(
    server: MastodonSimulator,
) -> None:
    until = (datetime.now(UTC) + timedelta(seconds=200)).isoformat().replace("+00:00", "Z")
    server.fail("/api/v1/notifications", Fault(429, {"X-RateLimit-Reset": until}))
    error = failure(read(server, "notifications"))
    assert isinstance(error, RateLimitedError)
    assert 190 < error.retry_after <= 200


def test_only_what_came_since_and_the_newest_again(server: MastodonSimulator) -> None:
    keys = [server.notify("follow", account(number)) for number in range(60)]
    first = read(server, "notifications")
    assert first.ids == keys
    later = [server.notify("favourite", account(1), status(5, account(0))) for _ in range(35)]
    second = read(server, "notifications", first.state)
    assert second.ids == keys[-19:] + later


def test_a_notification_that_became_visible_late_is_read(server: MastodonSimulator) -> None:
    keys = [server.notify("follow", account(number)) for number in range(30)]
    hidden = next(entry for entry in server.notifications if entry["id"] == keys[25])
    server.notifications.remove(hidden)
    first = read(server, "notifications")
    server.notifications.append(hidden)
    assert keys[25] in read(server, "notifications", first.state).ids


def test_a_contact_is_whoever_did_something_with_the_full_address(
    server: MastodonSimulator,
) -> None:
    server.notify("mention", account(1), status(1, account(1)))
    server.notify("follow", account(2, acct="taro", username="taro"))
    found = {r.external_id: r.data for r in read(server, "contacts").records}
    assert found[account(1)["id"]]["address"] == "hanako1@social.example"
    assert found[account(2)["id"]]["address"] == "taro@mastodon.example"
    assert not {"followers_count", "avatar", "last_status_at"} & set(found[account(1)["id"]])


def test_posts_to_someone_direct_ones_too(server: MastodonSimulator) -> None:
    to = {"id": account(1)["id"], "acct": account(1)["acct"], "url": "x", "username": "hanako1"}
    own = {"id": OWN, "acct": "daifuku", "url": "x"}
    server.post(status(1, account(0), mentions=[to, own], visibility="direct"))
    server.post(status(2, account(0)))
    server.post(status(3, account(0), mentions=[own]))
    [record] = read(server, "posts").records
    assert record.data["visibility"] == "direct"
    assert [mention["id"] for mention in record.data["mentions"]] == [account(1)["id"]]


def test_what_people_do_is_asked_for_not_what_moderators_tell(server: MastodonSimulator) -> None:
    read(server, "notifications")
    asked = server.requests[-1].query
    assert "types[]" in asked
    assert asked["include_filtered"] == "true"


def test_nobody_signed_in_is_said() -> None:
    with MastodonSimulator() as server:
        config = server.config(access_token=None, client_id="key", client_secret="planted")
        result = registry.connect("mastodon", config).check()
    assert not result.ok
    assert "sign" in result.message.lower()


def test_a_stored_position_of_another_kind_is_refused(server: MastodonSimulator) -> None:
    error = failure(read(server, "posts", {"page": 3}))
    assert isinstance(error, ConfigError)
    assert "Reset the stream" in str(error)
