"""Keeps block keys and links equal to what a bulk pass would make of the records.

A link exists while its two feature sets share an active key and weigh enough. So a batch
touches the feature sets that came, changed or went, and the bearers of keys that crossed
their cap on account of them; every other link is as it was.
"""

from collections.abc import Iterable, Mapping, Set
from itertools import combinations

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import block_keys as stored_keys
from daifuku.storage.repositories.resolution.links import SetLink
from identity.model.types import Model
from identity.resolve import links_between
from identity.scoring.change import Change
from identity.scoring.weights import probabilities
from sync.resolution.foregone import undecided
from sync.resolution.graph import Graph, Pair
from sync.resolution.intake import Intake
from sync.resolution.population import Keys, Population, keys_before, keys_of
from sync.resolution.stored import Known, know


def relink(tx: Transaction, model: Model, intake: Intake, graph: Graph) -> set[int]:
    """Bring the block keys and links of one entity up to date.

    Returns the feature sets whose components may have changed.
    """
    known = intake.known
    appeared = intake.of_entity(intake.appeared, model.entity)
    vanished = intake.of_entity(intake.vanished, model.entity)
    shaken = intake.of_entity(intake.shaken, model.entity)
    rewritten = intake.of_entity(intake.rewritten, model.entity)
    graph.are_new(appeared)
    come = {id: keys_of(known[id], model) for id in appeared | rewritten}
    gone = {id: keys_of(known[id], model) for id in vanished}
    before = {id: intake.rewritten[id] for id in rewritten}
    gone |= {id: keys_before(was, known[id], come[id], model) for id, was in before.items()}
    _write_keys(tx, come, gone)
    population = Population(tx, model, come.values(), gone.values())

    loosened = _loosen(graph, vanished | rewritten)
    lost = _outworn(tx, model, population, graph, known)
    graph.remove(lost)
    pairs = _candidates(population, come, graph)
    bridged = {end for pair in pairs if come.keys().isdisjoint(pair) for end in pair}
    selves = _selves(graph, intake, appeared | rewritten | shaken)
    changes = {id: Change.between(was, known[id], model) for id, was in before.items()}
    asked = _asked_before(population, come, gone)
    left = undecided(
        tx,
        pairs,
        asked,
        loosened,
        changes=changes,
        graph=graph,
        known=known,
        needed_from=model.match_weight,
    )
    _tie(tx, model, graph, left | selves, known)
    graph.write(model.version)
    loose = _ends(edge for edge in loosened if edge.weight >= model.match_weight) - vanished
    return appeared | rewritten | shaken | loose | bridged | _ends(lost)


def _write_keys(tx: Transaction, come: Mapping[int, Keys], gone: Mapping[int, Keys]) -> None:
    """Store the block keys that feature sets have, instead of those they had."""
    after = {(key, id) for id, keys in come.items() for key in keys}
    before = {(key, id) for id, keys in gone.items() for key in keys}
    stored_keys.remove(tx, before - after)
    stored_keys.add(tx, after - before)


def _loosen(graph: Graph, changed: Set[int]) -> set[SetLink]:
    """Take away the links of feature sets that went or say something else, and return them."""
    graph.read(changed)
    gone = {edge for id in changed for edge in graph.of(id).values()}
    graph.remove(gone)
    return gone


def _ends(edges: Iterable[SetLink]) -> set[int]:
    return {end for edge in edges for end in (edge.a, edge.b)}


def _outworn(
    tx: Transaction, model: Model, population: Population, graph: Graph, known: Known
) -> list[SetLink]:
    """The links that a key supported until it crossed its cap, and that no other supports."""
    crowds = population.bearers(population.deactivated).values()
    graph.read({id for crowd in crowds for id in crowd})
    linked = {
        (a, b): edge
        for crowd in ({*ids} for ids in crowds)
        for a in crowd
        for b, edge in graph.of(a).items()
        if a < b and b in crowd
    }
    ends = {end for pair in linked for end in pair}
    know(tx, ends, known)
    keys = {id: keys_of(known[id], model) for id in ends}
    shared = {pair: keys[pair[0]].keys() & keys[pair[1]].keys() for pair in linked}
    population.count({key: keys[a][key] for (a, _), common in shared.items() for key in common})
    return [
        edge
        for pair, edge in linked.items()
        if not any(population.is_active(key) for key in shared[pair])
    ]


def _candidates(population: Population, come: Mapping[int, Keys], graph: Graph) -> set[Pair]:
    """The pairs that now share an active key and did not before."""
    new = come.keys()
    shared = [key for key in population.shared if population.is_active(key)]
    bearers = population.bearers({*shared, *population.activated})
    pairs: set[Pair] = set()
    for key, ids in bearers.items():
        if key in population.activated:
            pairs.update(combinations(sorted(ids), 2))
            continue
        for one in new & {*ids}:
            pairs.update((min(one, id), max(one, id)) for id in ids if id != one)
    graph.read({end for pair in pairs if new.isdisjoint(pair) for end in pair})
    return {(a, b) for a, b in pairs if b not in graph.of(a)}


def _asked_before(
    population: Population, come: Mapping[int, Keys], gone: Mapping[int, Keys]
) -> set[Pair]:
    """The pairs of a rewritten feature set and one that stayed that an active key held together
    before the batch as well: they were scored then."""
    kept = {
        id: [
            key
            for key in keys.keys() & gone[id].keys()
            if key in population.shared
            and population.is_active(key)
            and key not in population.activated
        ]
        for id, keys in come.items()
        if id in gone
    }
    bearers = population.bearers({key for keys in kept.values() for key in keys})
    return {
        (min(id, other), max(id, other))
        for id, keys in kept.items()
        for key in keys
        for other in bearers.get(key, ())
        if other not in come
    }


def _selves(graph: Graph, intake: Intake, touched: Set[int]) -> set[Pair]:
    """The feature sets of several records as pairs with themselves, for those without that link.

    The link of one that has a single record left is removed.
    """
    intake.members.of_sets(touched)
    several = {id for id in touched if len(intake.members.bearers(id)) > 1}
    older = touched & intake.shaken
    graph.read(older)
    graph.remove([graph.of(id)[id] for id in older - several if id in graph.of(id)])
    return {(id, id) for id in several if id not in graph.of(id)}


def _tie(tx: Transaction, model: Model, graph: Graph, pairs: Iterable[Pair], known: Known) -> None:
    """Score these pairs and store the links among them."""
    ordered = sorted(pairs)
    ids = {id for pair in ordered for id in pair}
    know(tx, ids, known)
    id_of = {known[id].digest: id for id in ids}
    found = links_between(((known[a], known[b]) for a, b in ordered), model)
    shown = probabilities([link.weight for link in found], model)
    for link, share in zip(found, shown, strict=True):
        a, b = sorted((id_of[link.a], id_of[link.b]))
        graph.add([SetLink(a, b, link.weight, share)])
