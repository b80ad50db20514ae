"""Conditions as people write them: `same surname and birth within 1 slip`."""

import re
from collections.abc import Iterable, Sequence

from identity.model.conditions import Check, Condition, Op
from identity.model.document import Item

_AND = " and "
_FORMS: tuple[tuple[str, Op], ...] = (
    (r"same (?P<x>{c})", Op.EQUAL),
    (r"(?P<x>{c}) same as (?P<y>{c})", Op.EQUAL),
    (r"(?P<x>{c}) exchanged with (?P<y>{c})", Op.EXCHANGED),
    (r"(?P<x>{c}) missing", Op.MISSING_EITHER),
    (r"(?P<x>{c}) missing on both sides", Op.MISSING_BOTH),
    (r"(?P<x>{c}) missing opposite missing (?P<y>{c})", Op.MISSING_BOTH),
    (r"(?P<x>{c}) alike (?P<t>[01]\.?[0-9]*)", Op.JARO_WINKLER),
    (r"(?P<x>{c}) within (?P<t>[0-9]+) edits?", Op.LEVENSHTEIN),
    (r"(?P<x>{c}) within (?P<t>[0-9]+) slips?", Op.OSA),
)
KNOWN = (
    "same COLUMN",
    "COLUMN same as COLUMN",
    "COLUMN exchanged with COLUMN",
    "COLUMN missing",
    "COLUMN missing on both sides",
    "COLUMN missing opposite missing COLUMN",
    "COLUMN alike 0.9",
    "COLUMN within 1 edit",
    "COLUMN within 1 slip",
)
"""The checks there are, as they are written."""


def read_condition(item: Item, columns: Sequence[str]) -> Condition:
    """The condition in a text, or in a list of texts of which one must hold.

    Raises:
        ModelError: a check is none of KNOWN, or names none of `columns`.
    """
    alternatives = item.elements() if item.is_list() else [item]
    return tuple(
        tuple(_check(part, one, columns) for part in one.text().split(_AND)) for one in alternatives
    )


def write_condition(condition: Condition) -> str | list[str]:
    """The condition as `read_condition` reads it."""
    texts = [_AND.join(_written(check) for check in clause) for clause in condition]
    return texts[0] if len(texts) == 1 else texts


def named(condition: Condition) -> Iterable[str]:
    """The columns a condition names."""
    return (
        name for clause in condition for check in clause for name in (check.column, check.other)
    )


def _check(text: str, item: Item, columns: Sequence[str]) -> Check:
    known = "|".join(re.escape(name) for name in sorted(columns, key=len, reverse=True))
    for form, op in _FORMS:
        found = re.fullmatch(form.format(c=known), text.strip())
        if found:
            parts = found.groupdict()
            column = parts["x"]
            if op is Op.JARO_WINKLER and not 0 < float(parts["t"]) <= 1:
                item.fail("A likeness above 0 and up to 1 is expected here.", "Write 0.9, say.")
            return Check(op, column, parts.get("y") or column, float(parts.get("t") or 0))
    return item.fail(
        f"{text.strip()!r} is no check.",
        f"Checks: {'; '.join(KNOWN)}. Columns: {', '.join(columns)}.",
    )


def _written(check: Check) -> str:
    form = _WRITTEN[check.op, check.column == check.other]
    plural = "s" * (check.threshold != 1)
    return form.format(x=check.column, y=check.other, t=check.threshold, s=plural)


_WRITTEN = {
    (Op.EQUAL, True): "same {x}",
    (Op.EQUAL, False): "{x} same as {y}",
    (Op.EXCHANGED, False): "{x} exchanged with {y}",
    (Op.MISSING_EITHER, True): "{x} missing",
    (Op.MISSING_BOTH, True): "{x} missing on both sides",
    (Op.MISSING_BOTH, False): "{x} missing opposite missing {y}",
    (Op.JARO_WINKLER, True): "{x} alike {t:.15g}",
    (Op.LEVENSHTEIN, True): "{x} within {t:.0f} edit{s}",
    (Op.OSA, True): "{x} within {t:.0f} slip{s}",
}
