"""The sections of a table model that speak of columns. docs/models.md describes the language."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from identity.model.conditions import Check, Condition, Op
from identity.model.document import Item
from identity.model.sentences import named, read_condition
from identity.model.types import CLEANING, ClusteringSpec, ColumnSpec, ComparisonSpec, Level

TABLE_CLUSTERING = ClusteringSpec(clip=20.0, doubt=2.0, conflict=0.5, max_size=200)
"""Unless a table model says otherwise: columns as they come contradict each other more easily
than normalised features do."""

_NAME = re.compile(r"[\w-]+( [\w-]+)*")
_WORDS = frozenset(("and", "same", "missing", "alike", "within", "exchanged", "opposite"))
_CHARACTERS = re.compile(r"([0-9]+)(?:-([0-9]+))?")


def read_columns(section: Item) -> tuple[ColumnSpec, ...]:
    """The `columns:` section.

    Raises:
        ModelError: a column is made of one that does not stand before it, or not made well.
    """
    columns: list[ColumnSpec] = []
    for name, item in section.items():
        if not _NAME.fullmatch(name) or _WORDS & set(name.split()):
            item.fail(
                f"{name!r} cannot name a column.",
                f"Use words of letters and digits, none of them {', '.join(sorted(_WORDS))}.",
            )
        columns.append(_column(name, item, [column.name for column in columns]))
    return tuple(columns) or section.fail("A table model needs at least one column.")


def _column(name: str, item: Item, before: Sequence[str]) -> ColumnSpec:
    item.only("column", "of", "first of", "clean", "missing", "characters", "matching", "as")
    made = item.get("of") or item.get("first of")
    derived = made is not None
    if made is not None and item.get("column"):
        item.fail("A column is read from the table, or made of others.", "Keep one.")
    if made is not None:
        parts = made.elements() if made.is_list() else [made]
        sources = tuple(part.choice(*before) for part in parts)
    else:
        column = item.get("column")
        sources = (column.text() if column else name,)
    matching, replacement = item.get("matching"), item.get("as")
    if replacement and not matching:
        replacement.fail("'as' says what becomes of what 'matching' finds.", "Add 'matching'.")
    clean, missing = item.get("clean"), item.get("missing")
    return ColumnSpec(
        name,
        sources,
        derived,
        tuple(step.choice(*CLEANING) for step in clean.elements()) if clean else (),
        tuple(text.any_text() for text in missing.elements()) if missing else (),
        _characters(item.get("characters")),
        _expression(matching, replacement) if matching else "",
        replacement.text() if replacement else "",
    )


def _characters(item: Item | None) -> tuple[int, int] | None:
    if item is None:
        return None
    found = _CHARACTERS.fullmatch(item.text())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        item.fail(f"{item.text()!r} names no characters.", "Write 3, or 1-4 for the first four.")
    return first, last


def _expression(item: Item, replacement: Item | None) -> str:
    try:
        re.compile(item.text())
        pc.replace_substring_regex(
            pa.array(["x"]), item.text(), replacement.text() if replacement else ""
        )
    except (re.error, pa.ArrowInvalid) as error:
        item.fail(f"This is no regular expression with such groups: {error}.")
    return item.text()


def read_ladders(
    section: Item, columns: tuple[ColumnSpec, ...], *, trained: bool
) -> tuple[ComparisonSpec, ...]:
    """The `comparisons:` section of a table model. `trained` asks for m and u at every level."""
    names = [column.name for column in columns]
    return tuple(_ladder(name, item, names, trained) for name, item in section.items())


def _ladder(name: str, item: Item, columns: Sequence[str], trained: bool) -> ComparisonSpec:
    missing = item.get("missing")
    named_levels = [(key, level) for key, level in item.items() if key != "missing"]
    if len(named_levels) < 2:
        item.fail("A comparison needs at least two levels.", "Say when values agree, and the rest.")
    levels = [
        _level(key, level, columns, trained, last=key == named_levels[-1][0])
        for key, level in named_levels
    ]
    when = read_condition(missing, columns) if missing else _default_missing(levels[0], item)
    return ComparisonSpec(name, "", tuple(levels), when)


def _level(name: str, item: Item, columns: Sequence[str], trained: bool, *, last: bool) -> Level:
    if name == "chance":
        item.fail("A level cannot be called 'chance'.", "Relations use that word.")
    item.only("when", "m", "u", "frequency")
    when, frequency = item.get("when"), item.get("frequency")
    if last and when is not None:
        when.fail("The last level is reached by what is left.", "Leave 'when' out.")
    m, u = item.get("m"), item.get("u")
    if not trained and (m or u):
        item.fail("A model has all its numbers or none.", "Add 'prior', or leave m and u out.")
    return Level(
        name,
        item.need("m").share() if trained else 0.0,
        item.need("u").share() if trained else 0.0,
        frequency.choice(*columns) if frequency else "",
        () if last else read_condition(item.need("when"), columns),
    )


def _default_missing(first: Level, item: Item) -> Condition:
    """Missing where the one column of the first level is."""
    columns = set(named(first.when))
    if len(columns) > 1:
        item.fail(
            f"The first level looks at {', '.join(sorted(columns))}: it is open what is missing.",
            "Add 'missing: ... missing'.",
        )
    column = columns.pop()
    return ((Check(Op.MISSING_EITHER, column, column),),)


def read_per_source(section: Item | None) -> Mapping[str, float]:
    """The `one_per_source:` section: bits against, by source."""
    found = {}
    for name, item in section.items() if section else ():
        found[name] = item.number()
        if found[name] <= 0:
            _no_evidence(item)
    return found


def _no_evidence(item: Item) -> NoReturn:
    item.fail("Bits of evidence against are expected here.", "Write a number above 0, such as 12.")
