"""Against a real Synapse: nothing is lost where timelines are limited, nothing comes double."""

from collections import Counter
from collections.abc import Mapping, Set
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Log, Record, StreamStatus
from daifuku.errors import AuthExpiredError
from tests.contract.reading import StreamReading, read_all
from tests.contract.suite import ConnectorContract
from tests.support.servers import free_port
from tests.support.synapse import Account, Synapse

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


@pytest.fixture
def support(synapse: Synapse) -> Account:
    return synapse.register("support")


@pytest.fixture
def customer(synapse: Synapse) -> Account:
    return synapse.register("customer")


def settings(support: Account, **more: Any) -> dict[str, Any]:
    return {"base_url": support.server.url, "access_token": support.token, **more}


def read(
    support: Account, stream: str, state: Mapping[str, Any] | None = None, **more: Any
) -> StreamReading:
    connector = registry.connect("matrix", settings(support, **more))
    reading = read_all(connector, [stream], {stream: state or {}})[stream]
    assert reading.statuses[-1] is StreamStatus.COMPLETE, reading.failures
    return reading


def meet(support: Account, customer: Account) -> str:
    """A room with both in it."""
    room = customer.create_room(support)
    support.join(room)
    return room


def bodies(reading: StreamReading) -> dict[str, Any]:
    """The last word on each message: its text, None for one that is gone."""
    return {
        r.external_id: None if r.deleted else r.data.get("content", {}).get("body")
        for r in reading.records
    }


@pytest.fixture(scope="module")
def world(synapse: Synapse) -> tuple[Account, Mapping[str, Set[str]]]:
    """An account in two rooms, one with more messages than a page holds."""
    support, first, second = (synapse.register(name) for name in ("desk", "hana", "taro"))
    said = set()
    for customer, count in ((first, 12), (second, 3)):
        room = meet(support, customer)
        said |= {customer.say(room, f"質問 {number}") for number in range(count)}
        said.add(support.say(room, "承りました"))
    return support, {"contacts": {first.user_id, second.user_id}, "messages": said}


class TestMatrix(ConnectorContract):
    name = "matrix"

    @pytest.fixture
    def working(self, world: tuple[Account, Any]) -> Mapping[str, Any]:
        return settings(world[0], page_size=5, tries=1)

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "access_token": "planted-wrong-token"}

    @pytest.fixture
    def unreachable(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "base_url": f"http://127.0.0.1:{free_port()}"}

    @pytest.fixture
    def expected(self, world: tuple[Any, Mapping[str, Set[str]]]) -> Mapping[str, Set[str]]:
        return world[1]


def test_a_limited_timeline_loses_and_doubles_nothing(support: Account, customer: Account) -> None:
    room = meet(support, customer)
    kept = customer.say(room, "最初の相談")
    edited, gone = customer.say(room, "誤字あり"), customer.say(room, "間違えました")
    first = read(support, "messages", page_size=20)
    assert set(first.ids) == {kept, edited, gone}

    said = [customer.say(room, f"本文 {number}") for number in range(220)]
    customer.edit(room, edited, "誤字なし")
    customer.edit(room, said[7], "書き直し")
    customer.edit(room, said[219], "最後も書き直し")
    customer.redact(room, gone)
    customer.redact(room, said[9])
    second = read(support, "messages", first.state, page_size=20)

    found = bodies(second)
    wanted: dict[str, str | None] = {id_: f"本文 {n}" for n, id_ in enumerate(said)}
    wanted |= {edited: "誤字なし", gone: None}
    wanted |= {said[7]: "書き直し", said[219]: "最後も書き直し", said[9]: None}
    assert found == wanted
    twice = {id_ for id_, times in Counter(second.ids).items() if times > 1}
    assert twice <= {said[7], said[9]}  # changed, and met again as changed on the way back
    assert not read(support, "messages", second.state, page_size=20).records


def test_an_open_gap_in_the_state_is_read_first(support: Account, customer: Account) -> None:
    room = meet(support, customer)
    start = read(support, "messages").state
    said = {customer.say(room, f"本文 {number}") for number in range(12)}
    end = read(support, "messages", start).state
    gap = {"room": room, "start": end["since"], "end": start["since"]}
    resumed = read(support, "messages", {"since": end["since"], "gaps": [gap]}, page_size=5)
    assert set(resumed.ids) == said
    assert resumed.state["gaps"] == []


def test_an_edit_between_two_readings_is_the_message_anew(
    support: Account, customer: Account
) -> None:
    room = meet(support, customer)
    said = customer.say(room, "前")
    first = read(support, "messages")
    customer.edit(room, said, "中")
    customer.edit(room, said, "後")
    second = read(support, "messages", first.state)
    assert second.ids == [said]
    [record] = second.records
    assert record.data["content"]["body"] == "後"
    assert record.data["origin_server_ts"] == first.records[0].data["origin_server_ts"]
    assert record.data["edited_at"] > record.data["origin_server_ts"]


def test_a_room_that_the_account_comes_into_is_read_from_its_beginning(
    support: Account, customer: Account
) -> None:
    state = read(support, "messages").state
    room = customer.create_room(support)
    said = {customer.say(room, f"入室前 {number}") for number in range(9)}
    support.join(room)
    said.add(customer.say(room, "入室後"))
    assert set(read(support, "messages", state, page_size=4).ids) == said


def test_names_are_those_shown_last(support: Account, customer: Account) -> None:
    room = meet(support, customer)
    customer.rename("山田 花子", room)
    first = read(support, "contacts")
    assert [(r.external_id, r.data["displayname"]) for r in first.records] == [
        (customer.user_id, "山田 花子")
    ]
    for name in ("山田", "佐藤", "佐藤 花子"):
        customer.rename(name, room)
    second = read(support, "contacts", first.state)
    assert [r.data["displayname"] for r in second.records] == ["佐藤 花子"]
    assert not read(support, "contacts", second.state).records


def test_who_leaves_stays_known_by_the_last_name(support: Account, customer: Account) -> None:
    room = meet(support, customer)
    customer.rename("山田 花子", room)
    customer.leave(room)
    [record] = read(support, "contacts").records
    assert (record.external_id, record.data["displayname"]) == (customer.user_id, "山田 花子")
    assert not record.deleted


def test_who_was_asked_but_never_came_is_no_contact(support: Account, customer: Account) -> None:
    support.create_room(customer)
    assert not read(support, "contacts").records


def test_a_room_that_the_account_left_is_read_up_to_then(
    support: Account, customer: Account
) -> None:
    room = meet(support, customer)
    state = read(support, "messages").state
    said = {customer.say(room, f"本文 {number}") for number in range(9)}
    support.leave(room)
    customer.say(room, "退室後")
    assert set(read(support, "messages", state, page_size=4).ids) == said


def test_a_room_forgotten_within_a_gap_is_said(support: Account, customer: Account) -> None:
    room = meet(support, customer)
    start = read(support, "messages").state
    customer.say(room, "本文")
    later = read(support, "messages", start).state
    support.leave(room)
    support.forget(room)
    gap = {"room": room, "start": later["since"], "end": start["since"]}
    connector = registry.connect("matrix", settings(support))
    state = {"messages": {"since": later["since"], "gaps": [gap]}}
    messages = list(connector.read(["messages"], state))
    assert any(isinstance(m, Log) and room in m.message for m in messages)


def test_of_an_encrypted_room_the_envelopes_are_read(support: Account, customer: Account) -> None:
    room = meet(support, customer)
    sealed = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "planted-cipher",
        "session_id": "s",
    }
    said = customer.send(room, "m.room.encrypted", sealed)
    connector = registry.connect("matrix", settings(support))
    messages = list(connector.read(["messages"], {}))
    [record] = [m for m in messages if isinstance(m, Record)]
    assert record.external_id == said
    assert record.data["encrypted"] is True
    assert "planted-cipher" not in str(record.data)
    assert [m.level for m in messages if isinstance(m, Log)] == ["warning"]


def test_what_we_say_is_of_the_one_other_person_in_the_room(
    support: Account, customer: Account, synapse: Synapse
) -> None:
    room = meet(support, customer)
    colleague, bystander = synapse.register("colleague"), synapse.register("bystander")
    support.call("POST", f"/rooms/{room}/invite", {"user_id": colleague.user_id})
    colleague.join(room)
    ours = {support.say(room, "承りました"), colleague.say(room, "担当します")}
    crowd = meet(support, customer)
    support.call("POST", f"/rooms/{crowd}/invite", {"user_id": bystander.user_id})
    bystander.join(crowd)
    open_word = support.say(crowd, "皆様へ")
    found = {
        r.external_id: r.data for r in read(support, "messages", staff=[colleague.user_id]).records
    }
    assert {found[id_]["to"] for id_ in ours} == {customer.user_id}
    assert found[open_word]["to"] is None
    people = {r.external_id for r in read(support, "contacts", staff=[colleague.user_id]).records}
    assert people == {customer.user_id, bystander.user_id}


def test_only_the_rooms_that_are_named(support: Account, customer: Account) -> None:
    wanted, other = meet(support, customer), meet(support, customer)
    said = customer.say(wanted, "こちら")
    customer.say(other, "あちら")
    assert read(support, "messages", rooms=[wanted]).ids == [said]


def test_a_position_that_the_server_does_not_know_begins_anew(
    support: Account, customer: Account
) -> None:
    room = meet(support, customer)
    said = customer.say(room, "本文")
    for state in (
        {"since": "unknown"},
        {"since": "unknown", "gaps": [{"room": room, "start": "unknown", "end": None}]},
    ):
        assert read(support, "messages", state).ids == [said]
    assert read(support, "contacts", {"since": "unknown"}).ids == [customer.user_id]


def test_an_ended_session_asks_to_sign_in_again(support: Account) -> None:
    token = settings(support)
    support.call("POST", "/logout", {})
    readings = read_all(registry.connect("matrix", token), ["contacts", "messages"])
    for reading in readings.values():
        [failure] = reading.failures
        assert isinstance(failure.error, AuthExpiredError)
