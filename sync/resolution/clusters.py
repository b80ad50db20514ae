"""The clusters of the components that a batch concerns."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from daifuku.records import Decision, RecordKey
from identity.batch import cluster_components
from identity.component import DigestLink, Node, Records, link_of
from identity.model.types import Model
from sync.resolution.graph import Graph


def clusters_of(
    components: Sequence[Sequence[int]],
    nodes: Mapping[int, Node],
    graph: Graph,
    decisions: Sequence[Decision],
    model: Model,
) -> list[Records]:
    """The clusters of components whose links `graph` has read; sets not in `nodes` are gone."""
    named = {key for decision in decisions for key in (decision.a, decision.b)}
    groups: list[Records] = []
    open_: list[list[int]] = []
    for component in components:
        present = [id for id in component if id in nodes]
        if _agree(present, nodes, graph, model) and not _is_named(present, nodes, named):
            groups.append(tuple(sorted(key for id in present for key in nodes[id].records)))
        else:
            open_.append(present)
    ties = _ties_of_large(open_, nodes, graph, model)
    found = cluster_components(
        ([nodes[id] for id in component] for component in open_), ties, decisions, model
    )
    return sorted(groups + found)


def _agree(component: Sequence[int], nodes: Mapping[int, Node], graph: Graph, model: Model) -> bool:
    """Whether all pairs of records match, so that nothing speaks for more than one cluster.

    That is so of most components, and stored already: none of their pairs is scored again.
    """
    if not component or model.one_per_source or len(component) > model.clustering.max_size:
        return False
    pairs = [*combinations(component, 2)]
    pairs += [(id, id) for id in component if len(nodes[id].records) > 1]
    links = ((graph.of(a), b) for a, b in pairs)
    return all(b in of_a and of_a[b].weight >= model.match_weight for of_a, b in links)


def _is_named(component: Sequence[int], nodes: Mapping[int, Node], named: set[RecordKey]) -> bool:
    return bool(named) and any(key in named for id in component for key in nodes[id].records)


def _ties_of_large(
    components: Sequence[Sequence[int]], nodes: Mapping[int, Node], graph: Graph, model: Model
) -> dict[str, list[DigestLink]]:
    """The match links of components that are too large to cluster whole, by their first end."""
    ties: dict[str, list[DigestLink]] = {}
    for component in components:
        if len(component) <= model.clustering.max_size:
            continue
        for a in component:
            for b, edge in graph.of(a).items():
                if a <= b and edge.weight >= model.match_weight and b in nodes:
                    tie = link_of(nodes[a].digest, nodes[b].digest, edge.weight)
                    ties.setdefault(tie.a, []).append(tie)
    return ties
