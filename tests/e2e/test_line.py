"""LINE followers and signed webhooks over real HTTP become golden records and touchpoints, once."""

from collections.abc import Iterator

import httpx
import pytest
from linebot.v3.webhook import SignatureValidator

from daifuku.records import RunState
from daifuku.storage.repositories import inbox, runs
from demo.simulators.line import LineSimulator
from tests.connectors.line.accounts import event, profile, user
from tests.support.deadline import until
from tests.support.hub import Golden, Hub

SECRET = "planted-channel-secret"


@pytest.fixture
def account(hub: Hub) -> Iterator[LineSimulator]:
    """An official account that the hub has read the followers of."""
    with LineSimulator([profile(1), profile(2)], secret=SECRET) as running:
        hub.add("line", "line", running.config())
        hub.synced("line")
        yield running


def the_follower(hub: Hub, number: int) -> Golden:
    (golden,) = hub.of("line", "followers", user(number))
    return golden


def subjects(hub: Hub, number: int) -> list[str | None]:
    """What a follower wrote, newest first."""
    return [said.subject for said in hub.interactions(the_follower(hub, number))]


def landed(hub: Hub) -> bool:
    """Whether no delivery waits any more."""
    with hub.store.read() as tx:
        return not inbox.sources_waiting(tx)


def test_a_delivery_lands_once_though_it_comes_twice(
    hub: Hub, url: str, account: LineSimulator
) -> None:
    hook = f"{url}/webhooks/line"
    assert account.post_events(hook, [event(1), event(2)]) == 200
    assert account.post_events(hook, [event(1), event(2)], redelivered=True) == 200
    until(lambda: landed(hub), what="the worker to land the delivery")
    assert account.post_events(hook, [event(1), event(2)], redelivered=True) == 200

    until(lambda: landed(hub), what="nothing to wait")
    assert subjects(hub, 1) == subjects(hub, 2) == ["在庫ありますか"]
    with hub.store.read() as tx:
        delivered, read = runs.latest(tx, "line")
        assert inbox.counts(tx, "line") == {inbox.LANDED: 1}
    assert (delivered.state, delivered.receipt.new) == (RunState.SUCCEEDED, 2)
    assert read.receipt.new == 2


def test_the_hub_takes_what_the_sdk_takes(hub: Hub, url: str, account: LineSimulator) -> None:
    headers, body = account.delivery([event(1)])
    assert SignatureValidator(SECRET).validate(body.decode(), headers["x-line-signature"])
    hook = f"{url}/webhooks/line"

    forged = httpx.post(hook, headers=headers, content=body + b" ", trust_env=False)
    signed = httpx.post(hook, headers=headers, content=body, trust_env=False)

    assert not SignatureValidator(SECRET).validate(f"{body.decode()} ", headers["x-line-signature"])
    assert (forged.status_code, signed.status_code) == (401, 200)
    assert SECRET not in forged.text
    until(lambda: landed(hub), what="the worker to land the delivery")
    assert subjects(hub, 1) == ["在庫ありますか"]


def test_who_links_an_account_is_one_with_the_customer_of_that_number(
    hub: Hub, url: str, account: LineSimulator
) -> None:
    linked = event(1, "postback", postback={"data": "action=link&customer_number=C-77"})
    account.post_events(f"{url}/webhooks/line", [linked])
    until(lambda: landed(hub), what="the worker to land the delivery")
    until(lambda: len(the_follower(hub, 1).records) == 2, what="the worker to resolve it")

    identifiers = the_follower(hub, 1).fields["identifiers"]
    assert {"scheme": "erp_customer", "value": "C-77"} in identifiers


def test_who_blocks_the_account_leaves_it(hub: Hub, account: LineSimulator) -> None:
    gone = the_follower(hub, 1)
    account.unfollow(user(1))

    assert hub.synced("line").receipt.deleted == 1

    assert hub.of("line", "followers", user(1)) == []
    assert (gone.id, "deleted", gone.version + 1) in hub.events()
