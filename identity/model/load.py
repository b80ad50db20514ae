"""Reading match models from YAML: identity/models/person.yaml, and docs/models.md for tables."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from daifuku.records import Entity
from identity.blocking import COLUMNS
from identity.model.counts import Counts, parse_counts, read_counts
from identity.model.document import Item, parse_document, read_document
from identity.model.frequencies import Frequencies
from identity.model.sections import (
    check_sums,
    read_blocking,
    read_calibration,
    read_clustering,
    read_frequencies,
    read_relations,
    read_thresholds,
)
from identity.model.tables import TABLE_CLUSTERING, read_columns, read_ladders, read_per_source
from identity.model.types import ClusteringSpec, ComparisonSpec, Level, Model
from identity.model.version import with_version
from identity.scoring.registry import COMPARATORS

SHIPPED = Path(__file__).parent.parent / "models"
_SECTIONS = (
    "version",
    "entity",
    "prior",
    "thresholds",
    "frequencies",
    "comparisons",
    "relations",
    "blocking",
    "clustering",
    "one_per_source",
    "calibration",
)
_TABLE_SECTIONS = ("columns", "key", "source")


@cache
def shipped_model(entity: Entity) -> Model:
    """The model that comes with Daifuku."""
    return load_model(SHIPPED / f"{entity.value}.yaml")


def shipped_models() -> Mapping[Entity, Model]:
    """The models that come with Daifuku, one per entity."""
    return {entity: shipped_model(entity) for entity in Entity}


def load_model(path: Path) -> Model:
    """The model in a YAML file, with the file of counted values that it names beside it.

    Its version is the file's own, followed by a digest of its content and its frequency
    tables: whatever changes a weight changes the version.

    Raises:
        ModelError: what is wrong, with file and line.
    """
    return _model(read_document(path), lambda name: read_counts(path.parent / name))


def parse_model(text: str, counts: bytes = b"", *, name: str = "the model") -> Model:
    """The model in a YAML text; errors call it `name`. `counts` is what `dump_model` gave.

    Raises:
        ModelError: what is wrong, with line.
    """
    return _model(parse_document(text, name), lambda _: parse_counts(counts))


def _model(document: Item, counts: Callable[[str], Counts]) -> Model:
    section = document.get("columns")
    document.only(*_SECTIONS, *(_TABLE_SECTIONS if section else ()))
    columns = read_columns(section) if section else ()
    prior = document.need("prior") if not columns else document.get("prior")
    frequencies = read_frequencies(document.get("frequencies"), counts)
    if columns:
        comparisons = read_ladders(document.need("comparisons"), columns, trained=prior is not None)
        blockable = [column.name for column in columns]
    else:
        comparisons = _comparisons(document.need("comparisons"), frequencies)
        blockable = list(COLUMNS)
    check_sums(document.need("comparisons"), comparisons)
    _check_trained(document, comparisons, frequencies)
    match, possible = read_thresholds(document.need("thresholds"))
    entity = document.need("entity") if not columns else document.get("entity")
    key, source = document.get("key"), document.get("source")
    per_source = document.get("one_per_source")
    if columns and per_source and not source:
        per_source.fail("It is open which column names the source.", "Add 'source: COLUMN'.")
    model = Model(
        entity=Entity(entity.choice(*(e.value for e in Entity))) if entity else Entity.PERSON,
        version="",
        prior=prior.share() if prior else 0.0,
        match=match,
        possible=possible,
        comparisons=comparisons,
        relations=read_relations(document.get("relations"), comparisons),
        blocking=read_blocking(document.need("blocking"), blockable),
        clustering=read_clustering(
            document.get("clustering"), TABLE_CLUSTERING if columns else ClusteringSpec()
        ),
        frequencies=frequencies,
        columns=columns,
        key=key.text() if key else "",
        source=source.text() if source else "",
        one_per_source=read_per_source(per_source),
        calibration=read_calibration(document.get("calibration")),
    )
    return with_version(model, document.need("version").text())


def _check_trained(
    document: Item,
    comparisons: Sequence[ComparisonSpec],
    frequencies: Mapping[str, Frequencies],
) -> None:
    """Fail where a model is neither all trained nor all untrained."""
    if document.get("prior") is None:
        for name in ("relations", "frequencies"):
            section = document.get(name)
            if section:
                section.fail(f"{name!r} belongs to a trained model.", "Add 'prior', or train it.")
        return
    for spec in comparisons:
        for level in spec.levels:
            if level.frequency and level.frequency not in frequencies:
                document.need("comparisons").need(spec.name).need(level.name).fail(
                    f"There are no frequencies of {level.frequency!r}.",
                    "Train the model, or leave 'frequency' out.",
                )


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
