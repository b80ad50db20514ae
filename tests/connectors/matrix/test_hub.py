"""From a real Synapse into the hub: every message once, the last word on each, nobody double."""

from collections import Counter
from collections.abc import Iterator

import pytest

from daifuku.storage.engine import open_store
from tests.support.hub import Golden, Hub
from tests.support.synapse import Account, Synapse

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[Hub]:
    store = open_store(sqlite_url)
    yield Hub(store)
    store.close()


def test_a_busy_room_is_told_once_and_as_it_reads_now(hub: Hub, synapse: Synapse) -> None:
    support, customer = synapse.register("support"), synapse.register("customer")
    room = customer.create_room(support)
    support.join(room)
    first, typo = customer.say(room, "在庫はありますか"), customer.say(room, "間違い")
    config = {"base_url": synapse.url, "access_token": support.token, "page_size": 10}
    hub.add("chat", "matrix", config)
    hub.synced("chat")

    said = [customer.say(room, f"続き {number}") for number in range(45)]
    support.say(room, "承りました")
    customer.edit(room, first, "在庫はありますか?")
    customer.edit(room, said[3], "書き直し")
    customer.redact(room, typo)
    customer.rename("山田 花子", room)
    hub.synced("chat")
    hub.synced("chat")

    golden = the_one(hub, customer)
    assert golden.fields["display_name"] == "山田 花子"
    told = Counter((found.direction, found.subject) for found in hub.interactions(golden))
    wanted = [f"続き {number}" for number in range(45) if number != 3]
    assert told == Counter(
        [("in", text) for text in (*wanted, "書き直し", "在庫はありますか?")]
        + [("out", "承りました")]
    )


def the_one(hub: Hub, customer: Account) -> Golden:
    """The customer's golden record: the only one there is."""
    (golden,) = hub.goldens()
    assert golden.records == {("chat", "contacts", customer.user_id)}
    return golden
