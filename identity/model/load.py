"""Reading match models from YAML. See identity/models/person.yaml for the language."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from daifuku.records import Entity
from identity.blocking import COLUMNS
from identity.model.document import Item, parse_document, read_text
from identity.model.frequencies import SOURCES, Frequencies
from identity.model.types import (
    BlockingRule,
    ClusteringSpec,
    ComparisonSpec,
    Level,
    Model,
    RelationSpec,
)
from identity.scoring.registry import COMPARATORS

SHIPPED = Path(__file__).parent.parent / "models"
_SUM_TOLERANCE = 0.005


@cache
def shipped_model(entity: Entity) -> Model:
    """The model that comes with Daifuku."""
    return load_model(SHIPPED / f"{entity.value}.yaml")


def shipped_models() -> Mapping[Entity, Model]:
    """The models that come with Daifuku, one per entity."""
    return {entity: shipped_model(entity) for entity in Entity}


def load_model(path: Path) -> Model:
    """The model in a YAML file, as `parse_model` reads it.

    Raises:
        ModelError: what is wrong, with file and line.
    """
    return parse_model(read_text(path), str(path))


def parse_model(text: str, file: str) -> Model:
    """The model that a YAML text describes; `file` is what errors call it.

    Its version is the text's own, followed by a digest of the text and its frequency
    tables: whatever changes a weight changes the version.

    Raises:
        ModelError: what is wrong, with file and line.
    """
    document = parse_document(text, file)
    document.only(
        "version",
        "entity",
        "prior",
        "thresholds",
        "frequencies",
        "comparisons",
        "relations",
        "blocking",
        "clustering",
    )
    frequencies = _frequencies(document.get("frequencies"))
    comparisons = _comparisons(document.need("comparisons"), frequencies)
    thresholds = document.need("thresholds")
    thresholds.only("match", "possible")
    match, possible = thresholds.need("match").share(), thresholds.need("possible").share()
    if possible > match:
        thresholds.fail("A possible match cannot need more than a match.", "Lower 'possible'.")
    return Model(
        entity=Entity(document.need("entity").choice(*(e.value for e in Entity))),
        version=f"{document.need('version').text()}+{_digest(text, frequencies)}",
        prior=document.need("prior").share(),
        match=match,
        possible=possible,
        comparisons=comparisons,
        relations=_relations(document.get("relations"), comparisons),
        blocking=_blocking(document.need("blocking")),
        clustering=_clustering(document.get("clustering")),
        frequencies=frequencies,
    )


def _digest(text: str, frequencies: Mapping[str, Frequencies]) -> str:
    digest = hashlib.blake2b(text.encode(), digest_size=4)
    for name, table in sorted(frequencies.items()):
        digest.update(repr((name, table.fallback, table.floor)).encode())
        digest.update(repr(sorted(table.shares.items())).encode())
    return digest.hexdigest()


def _frequencies(section: Item | None) -> dict[str, Frequencies]:
    tables = {}
    for name, item in section.items() if section else ():
        item.only("from", "shares", "fallback", "floor")
        source, own = item.get("from"), item.get("shares")
        shares = SOURCES[source.choice(*SOURCES)]() if source else {}
        shares = (
            {**shares, **{term: share.share() for term, share in own.items()}} if own else shares
        )
        tables[name] = Frequencies(
            shares, item.need("fallback").share(), item.need("floor").share()
        )
    return tables


def _comparisons(
    section: Item, frequencies: Mapping[str, Frequencies]
) -> tuple[ComparisonSpec, ...]:
    comparisons = []
    for name, item in section.items():
        if name not in COMPARATORS:
            item.fail(f"There is no comparison {name!r}.", f"Known: {', '.join(COMPARATORS)}.")
        known = COMPARATORS[name].levels
        item.only(*known)
        levels = tuple(_level(level, item.need(level), frequencies) for level in known)
        for which, total in (("m", sum(v.m for v in levels)), ("u", sum(v.u for v in levels))):
            if abs(total - 1) > _SUM_TOLERANCE:
                item.fail(f"The {which} of {name!r} sum to {total:.4g}.", "They must sum to 1.")
        comparisons.append(ComparisonSpec(name, name, levels))
    return tuple(comparisons)


def _level(name: str, item: Item, frequencies: Mapping[str, Frequencies]) -> Level:
    item.only("m", "u", "frequency")
    frequency = item.get("frequency")
    return Level(
        name,
        item.need("m").share(),
        item.need("u").share(),
        frequency.choice(*frequencies) if frequency else "",
    )


def _relations(
    section: Item | None, comparisons: tuple[ComparisonSpec, ...]
) -> tuple[RelationSpec, ...]:
    specs = {spec.name: spec for spec in comparisons}
    relations = []
    for name, item in section.items() if section else ():
        levels = {}
        for field, given in item.items():
            if field == "share":
                continue
            if field not in specs:
                given.fail(f"{field!r} is not compared.", f"Compared: {', '.join(specs)}.")
            levels[field] = _spread(given, specs[field])
        relations.append(RelationSpec(name, item.need("share").share(), levels))
    return tuple(relations)


def _spread(item: Item, spec: ComparisonSpec) -> dict[str, float]:
    """The shares given; what is left is spread over the other levels as among strangers."""
    item.only(*(level.name for level in spec.levels))
    given = {name: share.share() for name, share in item.items()}
    others = sum(level.u for level in spec.levels if level.name not in given)
    left = 1 - sum(given.values())
    if left < -_SUM_TOLERANCE:
        item.fail("These shares sum to more than 1.", "Lower them.")
    rest = max(left, 1e-9) / others if others else 0.0
    return {level.name: given.get(level.name, level.u * rest) for level in spec.levels}


def _blocking(section: Item) -> tuple[BlockingRule, ...]:
    rules = []
    for name, item in section.items():
        item.only("same", "cap")
        columns = tuple(column.choice(*COLUMNS) for column in item.need("same").elements())
        if not columns:
            item.fail("A blocking rule needs at least one column.")
        rules.append(BlockingRule(name, columns, item.need("cap").count()))
    return tuple(rules)


def _clustering(section: Item | None) -> ClusteringSpec:
    if section is None:
        return ClusteringSpec()
    section.only("clip", "doubt", "conflict", "max_size")
    return ClusteringSpec(
        clip=section.need("clip").number(),
        doubt=section.need("doubt").number(),
        conflict=section.need("conflict").number(),
        max_size=section.need("max_size").count(),
    )
