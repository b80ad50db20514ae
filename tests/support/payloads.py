"""Strategies for what sources send: any JSON, with the values that break naive code."""

from typing import Any

from hypothesis import strategies as st

from daifuku.records.source import Payload

NASTY_TEXTS = (
    "",
    "　",
    "\x00",
    "\ud800",
    "\u200b",
    "２０２４年１３月４５日",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01",
    "1e999",
    "<b",
    '"Name" <a@b',
    "令和99年1月1日",
)
NASTY_NUMBERS = (0, -1, 2**63, 10**400, 1e308, -1e308, float("nan"), float("inf"), 0.1, 99999999)


def values() -> st.SearchStrategy[Any]:
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(exclude_categories=()), max_size=20)
        | st.sampled_from(NASTY_TEXTS)
        | st.sampled_from(NASTY_NUMBERS)
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys(), inner, max_size=3),
        max_leaves=8,
    )


def keys() -> st.SearchStrategy[str]:
    return st.sampled_from("abcdef") | st.text(max_size=5)


def payloads(*names: str) -> st.SearchStrategy[Payload]:
    """Any JSON object; with `names`, one that has each of these keys."""
    if names:
        return st.fixed_dictionaries({name: values() for name in names})
    return st.dictionaries(keys(), values(), max_size=6)
