"""Whatever is synced, decided, pinned and taken back: the change feed tells all of it."""

from collections.abc import Callable
from typing import Any

import orjson
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daifuku.errors import UserError
from daifuku.records import ChangeKind, Entity
from daifuku.storage.repositories.resolution import decisions, history
from daifuku.storage.tables import golden_key
from identity.features import features
from sync import pins
from sync.resolution.bodies import lookup_keys, pinned_keys
from sync.resolution.pins import as_pin, members_of
from sync.stewardship import merge, say_different, say_same, undo
from tests.support.stewardship import SEEN, Office, hanako, jiro, key, person

NAMES = ["a1", "a2", "b1", "b2", "c1"]
names = st.sampled_from(NAMES)
pairs = st.lists(names, min_size=2, max_size=2, unique=True)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("sync"), names, st.sampled_from("hjx")),
        st.tuples(st.just("remove"), names),
        st.tuples(st.sampled_from(["same", "different", "merge"]), pairs),
        st.tuples(st.just("undo"), st.integers(1, 6)),
        st.tuples(
            st.just("pin"), names, st.sampled_from(["hanako.new@example.jp", "x@example.jp"])
        ),
        st.tuples(st.just("unpin"), st.integers(1, 3)),
    ),
    min_size=12,
    max_size=20,
)


@settings(
    phases=[Phase.generate],
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(steps=steps)
def test_the_feed_adds_up_to_what_is_there_and_all_is_found_by_what_it_says(
    new_office: Callable[[], Office], steps: list[Any]
) -> None:
    office = new_office()
    office.sync(hanako("a1"), hanako("b1"), jiro("a2"), jiro("b2"), person("c1"))
    for what, *on in steps:
        there = frozenset[str]().union(*office.groups())
        named = on[0] if isinstance(on[0], list) else [on[0]]
        if what in ("merge", "pin") and not there.issuperset(named):
            continue  # a record that is gone has no golden record
        try:
            _take(office, what, *on)
        except UserError:
            continue
    assert _added_up(office) == office.says()
    assert _looked_up(office) == _sayings(office)


def _take(office: Office, what: str, *on: Any) -> None:
    match what:
        case "sync":
            made = {"h": hanako, "j": jiro, "x": person}[on[1]]
            office.sync(made(on[0]))
        case "remove":
            office.remove(on[0])
        case "same" | "different":
            office.do(say_same if what == "same" else say_different, *map(key, on[0]))
        case "merge":
            office.do(merge, [office.id_of(name) for name in on[0]])
        case "undo":
            office.do(undo, on[0])
        case "pin":
            with office.store.write() as tx:
                pins.pin(tx, office.id_of(on[0]), "emails", on[1], by="a", reason="", at=SEEN)
        case "unpin":
            with office.store.write() as tx:
                pins.unpin(tx, on[0], by="a", at=SEEN)


def _added_up(office: Office) -> dict[str, Any]:
    """What whoever takes one change over after the other has in the end."""
    copy: dict[str, Any] = {}
    versions: dict[str, int] = {}
    with office.store.read() as tx:
        events = history.page(tx, 0, decisions.last_event(tx), 100_000)
    for event in events:
        assert event.version == versions.get(event.golden_id, 0) + 1
        assert (event.kind is ChangeKind.CREATED) == (event.golden_id not in copy)
        versions[event.golden_id] = event.version
        if event.body is None:
            del copy[event.golden_id]
        else:
            body = orjson.loads(event.body)
            copy[event.golden_id] = {part: body[part] for part in ("fields", "lineage", "records")}
    return copy


def _looked_up(office: Office) -> set[tuple[str, str, str]]:
    columns = golden_key.c
    with office.store.read() as tx:
        found = tx.execute(select(columns.golden_id, columns.kind, columns.value))
        return {(row.golden_id, row.kind, row.value) for row in found}


def _sayings(office: Office) -> set[tuple[str, str, str]]:
    """By which values each golden record in use is to be found."""
    wanted = set()
    with office.store.read() as tx:
        for id in office.says():
            standing = [as_pin(pin) for pin in pins.pins_of(tx, id)]
            keys = lookup_keys(map(features, members_of(tx, id)))
            keys |= pinned_keys(Entity.PERSON, standing)
            wanted |= {(id, kind, value) for kind, value in keys}
    return wanted
