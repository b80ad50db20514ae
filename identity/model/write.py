"""Writing a model as the YAML it is read from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from identity.model.counts import dump_counts
from identity.model.frequencies import SOURCES, Frequencies
from identity.model.sentences import write_condition
from identity.model.shares import CountedShares
from identity.model.types import ColumnSpec, ComparisonSpec, Level, Model, RelationSpec

_INLINE = 50
"""Counted values up to which they stand in the YAML itself."""


@dataclass(frozen=True, slots=True)
class ModelText:
    """A model as text, and its counted values as a Parquet table (empty: none to keep)."""

    text: str
    counts: bytes


def dump_model(model: Model, counts_name: str = "frequencies.parquet") -> ModelText:
    """The model as `parse_model` reads it back: equal in every number, under the same version.

    `counts_name` is the file the text names for its counted values.
    """
    large = {
        name: table.shares
        for name, table in model.frequencies.items()
        if isinstance(table.shares, CountedShares) and len(table.shares) > _INLINE
    }
    lines = [line for section in _sections(model, counts_name) for line in section]
    return ModelText("\n".join(lines) + "\n", dump_counts(large) if large else b"")


def write_model(model: Model, path: Path) -> None:
    """Write the model to a file, and its counted values beside it where there are many.

    OSError where a file cannot be written.
    """
    beside = path.with_suffix(".frequencies.parquet")
    written = dump_model(model, beside.name)
    if written.counts:
        beside.write_bytes(written.counts)
    path.write_text(written.text, encoding="utf-8")


def _sections(model: Model, counts_name: str) -> Iterator[list[str]]:
    yield [f"version: {_flow(model.version)}", f"entity: {model.entity.value}"]
    yield [f"{name}: {_flow(value)}" for name, value in _places(model)]
    yield _block("columns", {c.name: _column(c) for c in model.columns})
    if model.trained:
        yield [f"prior: {_flow(model.prior)}"]
    yield [f"thresholds: {_flow({'match': model.match, 'possible': model.possible})}"]
    yield _block("frequencies", {n: _table(t, counts_name) for n, t in model.frequencies.items()})
    yield _nested("comparisons", {spec.name: _comparison(spec) for spec in model.comparisons})
    yield _nested("relations", {r.name: _relation(r) for r in model.relations})
    yield _block(
        "blocking", {r.name: {"same": list(r.columns), "cap": r.cap} for r in model.blocking}
    )
    yield _block("one_per_source", model.one_per_source)
    if model.calibration is not None:
        known = model.calibration
        shown = zip(known.weights, known.probabilities, strict=True)
        yield _block("calibration", {repr(weight): share for weight, share in shown})
    spec = model.clustering
    yield [f"clustering: {_flow({name: getattr(spec, name) for name in type(spec).__slots__})}"]


def _places(model: Model) -> Iterator[tuple[str, str]]:
    if model.key:
        yield "key", model.key
    if model.source:
        yield "source", model.source


def _column(column: ColumnSpec) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if column.derived:
        several = len(column.sources) > 1
        made["first of" if several else "of"] = (
            list(column.sources) if several else column.sources[0]
        )
    elif column.sources != (column.name,):
        made["column"] = column.sources[0]
    if column.clean:
        made["clean"] = list(column.clean)
    if column.missing:
        made["missing"] = list(column.missing)
    if column.characters:
        made["characters"] = "{}-{}".format(*column.characters)
    if column.matching:
        made["matching"] = column.matching
    if column.replacement:
        made["as"] = column.replacement
    return made


def _table(table: Frequencies, counts_name: str) -> dict[str, Any]:
    shares = table.shares
    if not isinstance(shares, CountedShares):
        for source, known in SOURCES.items():
            if shares and shares == known():
                return {"from": source, "fallback": table.fallback, "floor": table.floor}
        return {"shares": dict(shares), "fallback": table.fallback, "floor": table.floor}
    if len(shares) > _INLINE:
        return {"counted": shares.total, "file": counts_name}
    values = dict(zip(shares.texts.to_pylist(), shares.counts.tolist(), strict=True))
    return {"counted": shares.total, "values": values}


def _comparison(spec: ComparisonSpec) -> dict[str, Any]:
    levels = {level.name: _level(level) for level in spec.levels}
    return {"missing": write_condition(spec.missing), **levels} if spec.missing else levels


def _level(level: Level) -> dict[str, Any]:
    made: dict[str, Any] = {"when": write_condition(level.when)} if level.when else {}
    if level.m:
        made |= {"m": level.m, "u": level.u}
    return made | {"frequency": level.frequency} if level.frequency else made


def _relation(relation: RelationSpec) -> dict[str, Any]:
    made: dict[str, Any] = {"share": relation.share}
    for name, levels in relation.levels.items():
        chance = relation.chance.get(name)
        made[name] = {**levels, **({"chance": chance} if chance else {})}
    return made


def _nested(name: str, blocks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = [f"{name}:"] if blocks else []
    for title, entries in blocks.items():
        lines.append(f"  {_flow(title)}:")
        lines += [f"    {_flow(key)}: {_flow(value)}" for key, value in entries.items()]
    return lines


def _block(name: str, entries: Mapping[str, Any]) -> list[str]:
    lines = [f"{name}:"] if entries else []
    return lines + [f"  {_flow(key)}: {_flow(value)}" for key, value in entries.items()]


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, float):
        return repr(value)  # as short as it can be and still be read back as the same number
    text = yaml.safe_dump(
        value, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...")
