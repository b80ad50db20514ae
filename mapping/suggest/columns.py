"""Says of each column what it holds, how sure that is, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mapping.suggest import contents
from mapping.suggest.names import EXACT, FRAGMENTS, PREFIX_GROUPS, folded

IGNORE = "ignore"

_CHECKS = {
    "emails": (contents.is_email, "e-mail addresses"),
    "phones": (lambda value: sum(c.isdigit() for c in value) >= 6, "phone numbers"),
    "birth_date": (lambda value: any(c.isdigit() for c in value), "dates"),
}
"""Targets whose values can be told apart: a name that promises one is checked by its values."""


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column holds. `target` is as in `mapping.suggest.names`; `ignore` is not mapped.

    `confidence` is between 0 and 1. `group` tells several addresses apart (`billing`, ...).
    """

    column: str
    target: str
    confidence: float
    why: str
    group: str = ""


def guess_column(column: str, values: Sequence[str]) -> ColumnGuess:
    """The guess for a column, from its name, else from its values (present ones, as text)."""
    by_name = _by_name(column)
    if by_name is None:
        return _by_values(column, values)
    if by_name.target == "job_title" and contents.share(values, contents.is_honorific) > 0.5:
        return ColumnGuess(column, IGNORE, 0.9, "its values are forms of address")
    check, what = _CHECKS.get(by_name.target, (None, ""))
    if check is None or len(values) < 3:
        return by_name
    share = contents.share(values, check)
    if share < 0.1:
        return ColumnGuess(column, IGNORE, 0.5, f"{by_name.why}, but its values are no {what}")
    sure = min(0.99, by_name.confidence + 0.1 * share)
    return ColumnGuess(column, by_name.target, sure, f"{by_name.why}; values fit", by_name.group)


def _by_name(column: str) -> ColumnGuess | None:
    name = folded(column)
    group, rest = _without_prefix(name)
    for key, in_group, confidence, why in (
        (name, "", 0.95, "its name says so"),
        (_unnumbered(name), "", 0.9, "its name says so, with a number"),
        (rest, group, 0.85, "its name says so, after a prefix"),
        (_unnumbered(rest), group, 0.8, "its name says so, with prefix and number"),
    ):
        target = EXACT.get(key)
        if target is not None:
            if key == "名" != name:  # 担当者の名 is a whole name
                target = "name"
            return ColumnGuess(column, target, confidence, why, in_group)
    for pattern, target in FRAGMENTS:
        if re.search(pattern, name):
            return ColumnGuess(column, target, 0.7, "a part of its name says so", group)
    return None


def _unnumbered(name: str) -> str:
    return re.sub(r"\d+$", "", name)


def _without_prefix(name: str) -> tuple[str, str]:
    for prefix, group in PREFIX_GROUPS:
        if name.startswith(prefix) and len(name) > len(prefix):
            return group, name.removeprefix(prefix)
    return "", name


def _by_values(column: str, values: Sequence[str]) -> ColumnGuess:
    if len(values) >= 2:
        for test, target, confidence, what in (
            (contents.is_email, "emails", 0.85, "e-mail addresses"),
            (contents.is_corporate_number, "corporate_number", 0.85, "corporate numbers"),
            (contents.is_postal_code, "address.postal_code", 0.75, "postal codes"),
            (contents.is_phone, "phones", 0.65, "phone numbers"),
            (contents.is_prefecture, "address.region", 0.75, "prefectures"),
            (contents.is_organization, "organization", 0.6, "names with a legal form"),
        ):
            if contents.share(values, test) >= 0.8:
                return ColumnGuess(column, target, confidence, f"its values are {what}")
        years = [year for year in map(contents.year_of, values) if year is not None]
        if len(years) >= 0.8 * len(values) and 1900 <= sorted(years)[len(years) // 2] <= 2010:
            return ColumnGuess(column, "birth_date", 0.5, "its values are dates of that age")
    return ColumnGuess(column, IGNORE, 0.3, "nothing recognised")
