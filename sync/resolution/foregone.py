"""Candidates about which what changed alone tells: no links that stay none, links that stay."""

from collections.abc import Iterable, Mapping, Set

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import blocks
from daifuku.storage.repositories.resolution.links import SetLink
from identity.features_json import some_from_json
from identity.scoring.change import Change, Effect
from sync.resolution.graph import Graph, Pair
from sync.resolution.stored import Known, take_over


def undecided(
    tx: Transaction,
    pairs: Set[Pair],
    asked_before: Set[Pair],
    loosened: Iterable[SetLink],
    *,
    changes: Mapping[int, Change],
    graph: Graph,
    known: Known,
    needed_from: float,
) -> set[Pair]:
    """Those of these pairs that must be scored; what that needs of them becomes known.

    `asked_before` are pairs of a set among `changes` and one that is as it was, which were scored
    before the batch. Those that had no link and did not gain have none now; of those that had one,
    which is among the `loosened`, `graph` gets back what is as it was. The ends that stayed are
    looked at as far as the changes concern them; with a link of `needed_from` or more all of them
    is needed sooner or later.
    """
    bodies = {
        stored.id: stored
        for stored in blocks.load_sets(tx, {end for pair in pairs for end in pair} - known.keys())
    }
    link_of = {(edge.a, edge.b): edge for edge in loosened}
    near = {end for edge in loosened if edge.weight >= needed_from for end in (edge.a, edge.b)}
    take_over((bodies[id] for id in near & bodies.keys()), known)
    settled: set[Pair] = set()
    for pair in asked_before & pairs:
        changed, other = pair if pair[0] in changes else pair[::-1]
        change, there = changes[changed], known.get(other)
        if there is None:
            stored = bodies[other]
            there = some_from_json(stored.entity, stored.body, change.reads)
        effect, link = change.effect(there), link_of.get(pair)
        if effect is Effect.NONE or (effect is Effect.LOSS and link is None):
            settled.add(pair)
            if link is not None:
                graph.add([link])
    left = {*pairs} - settled
    needed = {end for pair in left for end in pair}
    take_over((bodies[id] for id in needed & bodies.keys()), known)
    return left
