"""Golden ids are stable: clusters change, ids stay where most of the records are."""

from hypothesis import given
from hypothesis import strategies as st

from daifuku.records import Entity, RecordKey
from sync.resolution.identities import assign_ids, founding_id


def key(name: str) -> RecordKey:
    return RecordKey("crm", "contacts", name)


def keys(names: str) -> list[RecordKey]:
    return [key(name) for name in names]


def test_a_new_cluster_is_named_after_its_smallest_record() -> None:
    assignment = assign_ids(Entity.PERSON, [keys("ba")], {}, set())
    assert assignment.ids == (founding_id(Entity.PERSON, key("a")),)


def test_the_larger_part_keeps_the_id_when_a_cluster_splits() -> None:
    previous = dict.fromkeys(keys("abc"), "p_old")
    assignment = assign_ids(Entity.PERSON, [keys("a"), keys("bc")], previous, set())
    assert assignment.ids[1] == "p_old"
    assert assignment.ids[0] != "p_old"
    assert assignment.parted == {"p_old"}
    assert assignment.retired == {}


def test_a_merge_retires_the_smaller_id_to_the_survivor() -> None:
    previous = {key("a"): "p_one", key("b"): "p_two", key("c"): "p_two"}
    assignment = assign_ids(Entity.PERSON, [keys("abc")], previous, set())
    assert assignment.ids == ("p_two",)
    assert assignment.retired == {"p_one": "p_two"}


def test_an_id_without_records_is_retired_to_nobody() -> None:
    assignment = assign_ids(Entity.PERSON, [], {key("a"): "p_one"}, set())
    assert assignment.retired == {"p_one": None}


def test_a_taken_founding_id_is_not_given_twice() -> None:
    taken = {founding_id(Entity.PERSON, key("a"))}
    assignment = assign_ids(Entity.PERSON, [keys("a")], {}, taken)
    assert assignment.ids[0] not in taken


names = st.sampled_from("abcdefgh")


@given(st.dictionaries(names, st.sampled_from("wxyz")), st.dictionaries(names, st.integers(0, 3)))
def test_ids_are_one_to_one_and_every_old_id_has_a_fate(
    before: dict[str, str], after: dict[str, int]
) -> None:
    previous = {key(name): f"p_{old}" for name, old in before.items()}
    groups: dict[int, list[RecordKey]] = {}
    for name, group in after.items():
        groups.setdefault(group, []).append(key(name))
    clusters = sorted(groups.values())

    assignment = assign_ids(Entity.PERSON, clusters, previous, set())
    backwards = assign_ids(Entity.PERSON, clusters[::-1], previous, set())

    assert len(set(assignment.ids)) == len(clusters)
    assert set(previous.values()) == (set(assignment.ids) | set(assignment.retired)) & set(
        previous.values()
    )
    assert set(assignment.retired).isdisjoint(assignment.ids)
    assert assignment.ids[::-1] == backwards.ids
