"""How the records of one component fall into clusters, from the weights of their pairs."""

from dataclasses import replace
from itertools import combinations

import pytest

from daifuku.records import Decision, RecordKey
from identity.component import (
    DigestLink,
    Node,
    cluster_component,
    cluster_scored,
    effective,
    link_of,
    pairs_of,
)
from identity.features import features
from identity.model.types import ClusteringSpec, Model
from tests.support.parties import person, person_model

OPEN = replace(person_model(), match=0.9375, clustering=ClusteringSpec(max_size=4))
MATCH = 5.0
NON_MATCH = -3.0


def key(name: str, source: str = "shop") -> RecordKey:
    return RecordKey(source, "people", name)


def node(*names: str, source: str = "shop") -> Node:
    """A node of these records, with features that nothing else has."""
    first = person(key(names[0], source), name="田中健太", emails=(f"{names[0]}@mail.example.jp",))
    return Node(features(first), tuple(key(name, source) for name in names))


def same(a: str, b: str, at: str = "", source: str = "shop") -> Decision:
    return Decision(key(a, source), key(b, source), same=True, at=at)


def different(a: str, b: str, at: str = "", source: str = "shop") -> Decision:
    return Decision(key(a, source), key(b, source), same=False, at=at)


def groups(
    nodes: list[Node],
    pairs: dict[tuple[int, int], tuple[float, float]],
    decisions: tuple[Decision, ...] = (),
    model: Model = OPEN,
) -> list[str]:
    """The clusters as the names of their records; pairs that are not given say nothing."""
    scored = [(a, b, *pairs.get((a, b), (NON_MATCH, 0.0))) for a, b in pairs_of(nodes)]
    found = cluster_scored(nodes, scored, decisions, model)
    return sorted("".join(sorted(k.external_id for k in group)) for group in found)


A, B, C = node("a"), node("b"), node("c")


def test_pairs_are_all_of_different_nodes_and_of_nodes_with_several_records() -> None:
    assert pairs_of([A, node("d", "e"), C]) == [(0, 1), (0, 2), (1, 2), (1, 1)]


def test_a_link_has_its_smaller_digest_first() -> None:
    assert link_of("y", "x", 2.0) == link_of("x", "y", 2.0) == DigestLink("x", "y", 2.0)


def test_matches_join_and_what_says_nothing_stays_apart() -> None:
    assert groups([A, B, C], {(0, 1): (MATCH, 3.0)}) == ["ab", "c"]
    assert groups([A, B, C], {(0, 1): (MATCH, 3.0), (1, 2): (MATCH, 3.0)}) == ["abc"]


def test_a_contradiction_splits_a_chain_at_its_weaker_link() -> None:
    pairs = {(0, 1): (MATCH + 2, 3.0), (1, 2): (MATCH, 3.0), (0, 2): (NON_MATCH, -9.0)}
    assert groups([A, B, C], pairs) == ["ab", "c"]


def test_the_last_word_on_a_pair_counts_and_of_two_at_once_the_one_that_parts() -> None:
    words = [same("a", "b", "2026-01-01"), different("b", "a", "2026-01-02")]
    assert effective(words) == (words[1],)
    assert effective(words[::-1]) == (words[1],)
    later = same("a", "b", "2026-01-03")
    assert effective([later, *words]) == (later,)
    together = [same("a", "b", "2026-01-01"), different("a", "b", "2026-01-01")]
    assert effective(together) == effective(together[::-1]) == (together[1],)


def test_decisions_in_force_are_in_the_order_of_time() -> None:
    words = [same("b", "c", "2026-01-02"), same("a", "c", "2026-01-02"), same("x", "y", "2026-01")]
    assert effective(words) == (words[2], words[1], words[0])


def test_same_joins_what_speaks_against_it_and_different_parts_what_matches() -> None:
    against = {(0, 1): (NON_MATCH, -9.0)}
    assert groups([A, B], against, (same("a", "b"),)) == ["ab"]
    assert groups([A, B], {(0, 1): (MATCH + 9, 9.0)}, (different("a", "b"),)) == ["a", "b"]


def test_a_decision_on_records_elsewhere_or_on_one_record_is_left_aside() -> None:
    words = (same("a", "z"), different("z", "b"), different("a", "a"), same("b", "b"))
    assert groups([A, B], {(0, 1): (MATCH, 3.0)}, words) == ["ab"]


def test_equal_records_are_one_where_their_features_prove_it() -> None:
    twins = node("d", "e", "f")
    assert groups([twins], {(0, 0): (MATCH, 3.0)}) == ["def"]
    assert groups([twins], {(0, 0): (NON_MATCH, -9.0)}) == ["d", "e", "f"]
    assert groups([twins, A], {(0, 1): (MATCH, 3.0)}) == ["adef"]


def test_equal_records_never_speak_against_each_other() -> None:
    twins = node("d", "e")
    pairs = {(0, 0): (NON_MATCH, -50.0), (0, 1): (MATCH, 3.0)}
    assert groups([twins, A], pairs) == ["ade"]


def test_equal_records_that_are_held_apart_part_and_the_rest_stays() -> None:
    four = node("d", "e", "f", "g")
    found = groups([four], {(0, 0): (MATCH, 3.0)}, (different("d", "e"),))
    assert len(found) == 2
    assert not any({"d", "e"} <= set(names) for names in found)
    assert any({"f", "g"} <= set(names) for names in found)


@pytest.mark.parametrize(("bits", "expected"), [(2.0, ["ab"]), (4.0, ["a", "b"])])
def test_two_records_of_a_source_match_against_that_evidence_or_not_at_all(
    bits: float, expected: list[str]
) -> None:
    model = replace(OPEN, one_per_source={"shop": bits})
    weight = OPEN.match_weight + 3
    assert groups([A, B], {(0, 1): (weight, 3.0)}, (), model) == expected
    other = [A, node("b", source="erp")]
    assert groups(other, {(0, 1): (weight, 3.0)}, (), model) == ["ab"]


def test_a_third_record_does_not_bring_two_of_one_source_together() -> None:
    model = replace(OPEN, one_per_source={"shop": 30.0})
    third = node("z", source="erp")
    pairs = {(0, 2): (MATCH + 9, 9.0), (1, 2): (MATCH + 8, 9.0), (0, 1): (MATCH + 4, 9.0)}
    assert groups([A, B, third], pairs, (), model) == ["az", "b"]
    assert groups([A, B, third], pairs) == ["abz"]


def test_equal_records_of_a_source_that_has_each_once_are_items_of_their_own() -> None:
    twins = node("d", "e")
    model = replace(OPEN, one_per_source={"shop": 2.0})
    assert groups([twins], {(0, 0): (OPEN.match_weight + 3, 3.0)}, (), model) == ["de"]
    assert groups([twins], {(0, 0): (OPEN.match_weight + 1, 3.0)}, (), model) == ["d", "e"]


def equals(*names: str) -> list[Node]:
    """Nodes that all match each other."""
    mail = ("kenta.tanaka@mail.example.jp",)
    found = []
    for name in names:
        phone = (f"0601111{ord(name):04}",)
        record = person(key(name), name="田中健太", emails=mail, phones=phone)
        found.append(Node(features(record), (record.key,)))
    return found


def links(nodes: list[Node], weights: dict[str, float]) -> list[DigestLink]:
    of = {item.records[0].external_id: item.digest for item in nodes}
    return [link_of(of[ends[0]], of[ends[1]], weight) for ends, weight in weights.items()]


def clusters(
    nodes: list[Node], weights: dict[str, float], *decisions: Decision, max_size: int
) -> list[str]:
    model = replace(OPEN, clustering=replace(OPEN.clustering, max_size=max_size))
    found = cluster_component(nodes, links(nodes, weights), decisions, model)
    return ["".join(k.external_id for k in group) for group in found]


def test_a_component_within_its_size_is_one_whatever_its_links() -> None:
    assert clusters(equals(*"cab"), {}, max_size=3) == ["abc"]


def test_a_component_without_links_is_not_cut() -> None:
    assert clusters(equals(*"abcd"), {}, max_size=3) == ["abcd"]


def test_a_larger_component_is_cut_where_its_links_are_weakest() -> None:
    chain = {"ab": 20.0, "bc": MATCH, "cd": 20.0, "de": 20.0}
    assert clusters(equals(*"abcde"), chain, max_size=3) == ["ab", "cde"]
    assert clusters(equals(*"abcde"), chain, max_size=5) == ["abcde"]


def test_what_is_still_too_large_is_cut_again_one_bit_higher() -> None:
    least = OPEN.match_weight
    chain = {"ab": least + 0.5, "bc": least + 2.5, "cd": least + 1.5, "de": least + 2.5}
    assert clusters(equals(*"abcde"), chain, max_size=2) == ["a", "bc", "de"]
    exactly = {"ab": least + 1.0, "bc": least + 0.9, "cd": least + 1.0}
    assert clusters(equals(*"abcd"), exactly, max_size=3) == ["ab", "cd"]


def test_what_a_steward_joined_is_not_cut() -> None:
    chain = {"ab": 20.0, "bc": MATCH, "cd": 20.0}
    assert clusters(equals(*"abcd"), chain, same("b", "c"), max_size=3) == ["a", "bc", "d"]
    assert clusters(equals(*"abcd"), chain, different("b", "c"), max_size=3) == ["ab", "cd"]
    assert clusters(equals(*"abcd"), chain, same("b", "z"), max_size=3) == ["ab", "cd"]


def test_clusters_and_their_records_are_sorted() -> None:
    nodes = equals(*"dcba")
    model = replace(OPEN, clustering=replace(OPEN.clustering, max_size=4))
    words = [different(a, b) for a, b in combinations("abd", 2)]
    found = cluster_component(nodes, [], words, model)
    assert found == tuple(sorted(tuple(sorted(group)) for group in found))
    assert [group[0].external_id for group in found] == sorted(
        group[0].external_id for group in found
    )


def test_equal_records_that_are_one_have_one_say() -> None:
    twins, least = node("d", "e"), OPEN.match_weight
    pairs = {
        (2, 2): (least + 9, 9.0),
        (0, 2): (least + 3, 3.0),
        (1, 2): (least + 4, 4.0),
        (0, 1): (NON_MATCH, -2.5),
    }
    assert groups([A, B, twins], pairs) == ["a", "bde"]


def test_each_pair_of_a_component_is_scored_with_its_own_sides() -> None:
    stranger = person(key("z"), name="服部洋子", emails=("y.hattori@mail.example.jp",))
    nodes = [*equals(*"ab"), Node(features(stranger), (stranger.key,))]
    assert clusters(nodes, {}, max_size=3) == ["ab", "z"]
    assert clusters(nodes[::-1], {}, max_size=3) == ["ab", "z"]
    alone = Node(features(stranger), (stranger.key, key("zz")))
    assert clusters([*equals("a"), alone], {}, max_size=3) == ["a", "zzz"]
