"""The reference for tables: one pair of rows scored into a waterfall, in plain Python."""

from collections.abc import Mapping

import pyarrow as pa
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from daifuku.records import PairScore, RecordKey
from identity.model.conditions import Check, Condition, Op
from identity.model.sentences import named
from identity.model.types import ComparisonSpec, Level, Model
from identity.scoring.comparator import NOTHING, Outcome
from identity.scoring.score import waterfall
from identity.tabular.columns import Columns
from identity.tabular.derive import encode_table, read_column

Row = Mapping[str, str | None]
"""A row's values by column of the model, None for missing."""


def explain_pair(table: pa.Table, first: int, second: int, model: Model) -> PairScore:
    """How likely two rows, numbered as in the table, are one, and why.

    The sides are put in the order of their keys; a key names the row's source and the value of
    the model's key column, or the row's number.

    Raises:
        ModelError: the table lacks a column the model names.
    """
    chosen = table.take([first, second])
    columns, _ = encode_table(chosen, model)
    sides = sorted(
        (_key(chosen, side, row, model), side) for side, row in enumerate((first, second))
    )
    (a_key, a_side), (b_key, b_side) = sides
    return score_rows(_row(columns, a_side), _row(columns, b_side), (a_key, b_key), model)


def score_rows(a: Row, b: Row, keys: tuple[RecordKey, RecordKey], model: Model) -> PairScore:
    """`explain_pair`, of rows whose columns are made."""
    outcomes = [_outcome(spec, a, b, model) for spec in model.comparisons]
    rules = [
        rule.name
        for rule in model.blocking
        if all(a[name] is not None and a[name] == b[name] for name in rule.columns)
    ]
    return waterfall(*keys, outcomes, model, tuple(sorted(rules)))


def holds(condition: Condition, a: Row, b: Row) -> bool:
    """Whether any alternative of the condition holds for two rows."""
    return any(all(_check(check, a, b) for check in clause) for clause in condition)


def _check(check: Check, a: Row, b: Row) -> bool:
    xa, xb, ya, yb = a[check.column], b[check.column], a[check.other], b[check.other]
    match check.op:
        case Op.EQUAL:
            return (xa is not None and xa == yb) or (xb is not None and xb == ya)
        case Op.EXCHANGED:
            return None not in (xa, xb) and xa == yb and xb == ya
        case Op.MISSING_EITHER:
            return xa is None or xb is None
        case Op.MISSING_BOTH:
            return (xa is None and yb is None) or (xb is None and ya is None)
    return xa is not None and xb is not None and _alike(check, xa, xb)


def _alike(check: Check, a: str, b: str) -> bool:
    if check.op is Op.JARO_WINKLER:
        return JaroWinkler.similarity(a, b) >= check.threshold
    if check.op is Op.LEVENSHTEIN:
        return Levenshtein.distance(a, b) <= check.threshold
    return OSA.distance(a, b) <= check.threshold


def _outcome(spec: ComparisonSpec, a: Row, b: Row, model: Model) -> Outcome:
    if holds(spec.missing, a, b):
        return NOTHING
    level = next(v for v in spec.levels if not v.when or holds(v.when, a, b))
    looked = list(dict.fromkeys(name for v in spec.levels for name in named(v.when)))
    return Outcome(level.name, _shown(looked, a), _shown(looked, b), _term(level, a, b, model))


def _shown(columns: list[str], row: Row) -> str:
    """The first value there is of what the comparison looks at."""
    return next((value for name in columns if (value := row[name]) is not None), "")


def _term(level: Level, a: Row, b: Row, model: Model) -> str:
    """The value whose frequency counts: of two different ones the more common."""
    table = model.frequencies.get(level.frequency)
    left, right = (row[level.frequency] if level.frequency else None for row in (a, b))
    if table is None or left is None or right is None:
        return ""
    return max(left, right, key=table.of)


def _row(columns: Columns, side: int) -> Row:
    return {
        name: column.texts[int(column.ids[side])].as_py() if column.ids[side] >= 0 else None
        for name, column in zip(columns.names, columns.columns, strict=True)
    }


def _key(table: pa.Table, side: int, row: int, model: Model) -> RecordKey:
    source = read_column(table, model.source)[side].as_py() if model.source else "table"
    key = read_column(table, model.key)[side].as_py() if model.key else str(row)
    return RecordKey(source or "", "", key or "")
