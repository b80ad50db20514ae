"""The change feed over HTTP, as a downstream system follows it."""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import orjson
import pytest

from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from sync import stewardship
from sync.resolution import resolve_pending
from sync.stewardship import Order
from tests.api.http.conftest import Api, customer
from tests.support.landed import land, remove

Downstream = dict[str, Any]


def asked(api: Api, **params: Any) -> Any:
    answer = api.client.get("/v1/changes", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def followed(api: Api, after: int = 0, limit: int = 2) -> Iterator[Any]:
    """Every change after that one, page by page."""
    while (page := asked(api, after=after, limit=limit))["changes"]:
        yield from page["changes"]
        after = page["next"]


def kept(changes: Iterator[Any]) -> Downstream:
    """What a downstream system has that takes the changes over one after the other."""
    copy: Downstream = {}
    for change in changes:
        if change["profile"] is None:
            del copy[change["id"]]
        else:
            copy[change["id"]] = change["profile"]
    return copy


def in_use(store: Store) -> Downstream:
    with store.read() as tx:
        return {one.id: orjson.loads(one.body) for one in profiles.page(tx, "", 1_000)}


def history(api: Api) -> None:
    """Two customers that are merged, parted and changed; one goes, and comes back."""
    taro = customer("shop", "1", name="山田太郎", phones=("09012345678",))
    hanako = customer("shop", "2", name="佐藤花子", emails=("hanako@example.jp",))
    land(api.store, [taro, hanako])
    resolve_pending(api.store)
    ids = sorted(in_use(api.store))
    order = Order(by="aki")
    merged = stewardship.merge(api.store, ids, order)
    stewardship.undo(api.store, merged.decision.id, order)
    remove(api.store, [taro.key])
    resolve_pending(api.store)
    land(api.store, [taro])
    resolve_pending(api.store)


def test_whoever_follows_from_the_beginning_has_what_the_hub_has(api: Api) -> None:
    history(api)
    assert kept(followed(api)) == in_use(api.store)


def test_merges_splits_and_ends_are_told_apart(api: Api) -> None:
    history(api)
    kinds = [(change["kind"], change["into"] is not None) for change in followed(api)]
    assert kinds.count(("merged", True)) == 1
    assert kinds.count(("split", False)) == 1
    assert kinds.count(("deleted", False)) == 1
    assert [change["decision"] for change in followed(api)].count(1) == 2


def test_read_twice_it_says_the_same_and_goes_on_from_anywhere(api: Api) -> None:
    history(api)
    all_of_it = asked(api, limit=1000)
    assert asked(api, limit=1000) == all_of_it
    for number, change in enumerate(all_of_it["changes"]):
        rest = [*followed(api, after=change["sequence"])]
        assert rest == all_of_it["changes"][number + 1 :]
    assert all_of_it["next"] == all_of_it["head"]
    assert asked(api, after=all_of_it["next"])["changes"] == []


def test_of_one_entity_nothing_is_read_twice(api: Api) -> None:
    history(api)
    page = asked(api, entity="organization")
    assert page == {"changes": [], "next": page["head"], "head": page["head"]}
    assert page["head"] > 0


def test_a_hub_that_was_set_back_says_so(api: Api) -> None:
    history(api)
    answer = api.client.get("/v1/changes", params={"after": 10_000})
    assert answer.status_code == 409
    assert "restored from a backup" in answer.json()["detail"]


@pytest.mark.parametrize("wrong", [{"after": -1}, {"limit": 0}, {"limit": 1001}, {"after": "x"}])
def test_what_does_not_fit_is_refused(api: Api, wrong: dict[str, Any]) -> None:
    assert api.client.get("/v1/changes", params=wrong).status_code == 422


def test_nothing_is_missed_while_many_write_at_once(api: Api) -> None:
    land(api.store, [customer("shop", str(n), name="山田太郎") for n in range(8)])
    resolve_pending(api.store)
    ids, done = sorted(in_use(api.store)), Event()

    def decide(mine: list[str]) -> None:
        for _ in range(3):
            merged = stewardship.merge(api.store, mine, Order(by="aki"))
            stewardship.undo(api.store, merged.decision.id, Order(by="aki"))

    copy: list[Any] = []

    def follow() -> None:
        after = 0
        while True:
            last = done.is_set()
            page = asked(api, after=after, limit=3)
            copy.extend(page["changes"])
            after = page["next"]
            if last and not page["changes"]:
                return

    follower = Thread(target=follow)
    stewards = [Thread(target=decide, args=(ids[n : n + 2],)) for n in range(0, 8, 2)]
    for thread in (follower, *stewards):
        thread.start()
    for thread in stewards:
        thread.join()
    done.set()
    follower.join()
    sequences = [change["sequence"] for change in copy]
    assert sequences == sorted(set(sequences))
    assert copy == [*followed(api, limit=1000)]
    assert kept(iter(copy)) == in_use(api.store)
