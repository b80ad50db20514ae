import random
from dataclasses import replace
from itertools import pairwise

import pytest

from daifuku.records import Band, Decision, Entity
from identity.component import DigestLink, Node, cluster_component
from identity.features import features
from identity.resolve import resolve
from tests.support.parties import company, person, person_model, random_people

MODEL = person_model()
MAIL = ("kenta.oshima@mail.example.jp",)


def test_the_order_of_records_does_not_matter() -> None:
    people = random_people(120, seed=8)
    shuffled = random.Random(1).sample(people, len(people))
    assert resolve(shuffled) == resolve(people)


def test_every_record_is_in_one_cluster_and_entities_never_mix() -> None:
    records = [person("a", name="アクメ"), company("b", name="アクメ"), person("c")]
    found = resolve(records)
    assert [cluster.members for cluster in found.clusters] == [
        (records[1].key,),
        (records[0].key,),
        (records[2].key,),
    ]
    assert [cluster.entity for cluster in found.clusters] == [
        Entity.ORGANIZATION,
        Entity.PERSON,
        Entity.PERSON,
    ]


def test_nothing_resolves_to_nothing() -> None:
    assert resolve([]).clusters == ()


def test_links_carry_the_model_and_possible_matches_the_waterfall() -> None:
    records = [
        person("a", name="服部洋子", emails=("yoko.hattori@mail.example.jp",)),
        person("b", name="ハットリ ヨウコ", emails=("yoko.hattori@mail.example.jp",)),
        person("c", name="服部洋子", birth_date="1990-05-06"),
    ]
    found = resolve(records)
    assert [(link.a, link.b, link.model) for link in found.links] == [
        (records[0].key, records[1].key, MODEL.version)
    ]
    [possible] = found.possible
    assert possible.band is Band.POSSIBLE
    assert possible.pair.b == records[2].key
    assert possible.weight == possible.prior_weight + sum(c.weight for c in possible.comparisons)


def test_different_is_never_joined_not_even_through_a_third_record() -> None:
    a, b, c = (
        person(k, name="大島健太", emails=MAIL, gender=g)
        for k, g in zip("abc", ["m", "m", None], strict=True)
    )
    different = Decision(a.key, b.key, same=False)
    for cluster in resolve([a, b, c], decisions=[different]).clusters:
        assert not {a.key, b.key} <= set(cluster.members)


def test_two_clusters_held_apart_are_not_asked_about_again() -> None:
    a, b = person("a", name="服部洋子"), person("b", name="服部洋子", gender="f")
    assert resolve([a, b]).possible
    assert not resolve([a, b], decisions=[Decision(a.key, b.key, same=False)]).possible


def test_same_joins_what_has_nothing_in_common() -> None:
    a, b = person("a", name="大島健太"), person("b", emails=("x1@mail.example.jp",))
    [cluster] = resolve([a, b], decisions=[Decision(a.key, b.key, same=True)]).clusters
    assert cluster.members == (a.key, b.key)


def test_the_last_word_on_a_pair_holds() -> None:
    a, b = (person(k, name="大島健太", emails=MAIL) for k in "ab")
    words = [
        Decision(a.key, b.key, False, at="2026-01-01"),
        Decision(b.key, a.key, True, at="2026-01-02"),
    ]
    assert len(resolve([a, b], decisions=words).clusters) == 1
    assert len(resolve([a, b], decisions=words[:1]).clusters) == 2


def test_a_component_that_is_too_large_is_cut_at_its_weakest_links() -> None:
    """Two tight groups tied by one weak link: cut there, and only there."""
    groups = [
        [
            features(
                person(
                    f"{who}{i}",
                    name=name,
                    emails=(mail,),
                    job_title="x",
                    phones=(f"060111122{i:02}",),
                )
            )
            for i in range(4)
        ]
        for who, name, mail in (
            ("a", "大島健太", "k.oshima@mail.example.jp"),
            ("b", "服部洋子", "y.hattori@mail.example.jp"),
        )
    ]
    nodes = [Node(item, (item.key,)) for group in groups for item in group]
    strong = [
        DigestLink(*sorted((x.digest, y.digest)), weight=20.0)
        for group in groups
        for x, y in pairwise(group)
    ]
    weak = DigestLink(*sorted((groups[0][0].digest, groups[1][0].digest)), weight=5.5)
    small = replace(MODEL, clustering=replace(MODEL.clustering, max_size=5))
    found = cluster_component(nodes, [*strong, weak], [], small)
    assert found == tuple(tuple(sorted(item.key for item in group)) for group in groups)


def test_progress_is_told() -> None:
    told: list[int] = []
    resolve((person(f"{i}") for i in range(2000)), on_progress=told.append)
    assert told == [1000, 2000]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_batch_of_components_clusters_as_each_alone(seed: int) -> None:
    people = random_people(60, seed)
    whole = {c.members for c in resolve(people, {Entity.PERSON: MODEL}).clusters}
    by_key = {item.key: item for item in people}
    for members in whole:
        nodes: dict[str, Node] = {}
        for key in members:
            item = by_key[key]
            known = nodes.get(item.digest)
            nodes[item.digest] = Node(item, (*known.records, key) if known else (key,))
        assert cluster_component(nodes.values(), [], [], MODEL)
