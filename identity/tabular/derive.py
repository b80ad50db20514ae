"""The columns a table model works on, read from a table or made of others."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from daifuku.errors import ModelError
from identity.model.types import ColumnSpec, Model
from identity.tabular.columns import ABSENT, Column, Columns, encode, mapped, unite
from identity.tabular.program import Program, crossed, program_of

Order = npt.NDArray[np.int64]

_CLEANERS: Mapping[str, Callable[[pa.Array], pa.Array]] = {
    "trim": pc.utf8_trim_whitespace,
    "lower": pc.utf8_lower,
    "digits": lambda texts: pc.replace_substring_regex(texts, "[^0-9]", ""),
}


def encode_table(
    table: pa.Table, model: Model, order: Order | None = None
) -> tuple[Columns, Program]:
    """The columns of `model` over `table`, and its comparisons as a program over them.

    With an `order`, row i of the columns is row order[i] of the table.

    Raises:
        ModelError: the table lacks a column, or has one that is no text, number or date.
    """
    made: dict[str, Column] = {}
    for spec in model.columns:
        made[spec.name] = _column(spec, table, made, order)
    program = program_of(model)
    names = tuple(made)
    pairs = [(names[a], names[b]) for a, b in crossed(program)]
    made = unite(made, pairs)
    return Columns(names, tuple(made[name] for name in names), table.num_rows), program


def _column(
    spec: ColumnSpec, table: pa.Table, made: Mapping[str, Column], order: Order | None
) -> Column:
    if spec.derived:
        column = _first_known([made[name] for name in spec.sources])
    else:
        column = encode(read_column(table, spec.sources[0]))
        if order is not None:
            column = Column(column.ids[order], column.texts)
    texts = column.texts
    for step in spec.clean:
        texts = _CLEANERS[step](texts)
    if spec.characters:
        texts = pc.utf8_slice_codeunits(texts, spec.characters[0] - 1, spec.characters[1])
    if spec.matching:
        texts = _matching(texts, spec.matching, spec.replacement)
    if texts is not column.texts or spec.missing:
        gone = pa.array(["", *spec.missing], pa.large_string())
        column = mapped(column, pc.if_else(pc.is_in(texts, value_set=gone), None, texts))
    return column


def read_column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column of the table as texts.

    Raises:
        ModelError: there is none of that name, or its values are no texts, numbers or dates.
    """
    if name not in table.column_names:
        raise ModelError(
            f"The table has no column {name!r}.",
            field=name,
            hint=f"It has: {', '.join(table.column_names)}.",
        )
    values = table[name]
    plain = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_string(plain) or pa.types.is_large_string(plain):
        return values
    try:
        return values.cast(pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise ModelError(
            f"The column {name!r} is of type {values.type}.",
            field=name,
            hint="Texts, numbers and dates can be compared.",
        ) from None


def _first_known(columns: Sequence[Column]) -> Column:
    """Row by row the first value there is."""
    if len(columns) == 1:
        return columns[0]
    ids = np.full(len(columns[0].ids), ABSENT, np.int32)
    start = 0
    for column in columns:
        ids = np.where((ids == ABSENT) & (column.ids != ABSENT), column.ids + start, ids)
        start += len(column.texts)
    joined = Column(ids.astype(np.int32), pa.concat_arrays([c.texts for c in columns]))
    return mapped(joined, joined.texts)


def _matching(texts: pa.Array, expression: str, replacement: str) -> pa.Array:
    """What the expression finds first in each text: its first group, or the whole."""
    open_group = "(?:" if re.compile(expression).groups else "("
    whole = f"(?s)^.*?{open_group}{expression}).*$"
    found = pc.replace_substring_regex(texts, whole, replacement or r"\1")
    return pc.if_else(pc.match_substring_regex(texts, expression), found, None)
