"""Transforms of what describes a place."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("countries.tsv")


def country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given as code or name, English or Japanese.

    An unknown country gives nothing.
    """
    return _codes().get(_folded(text))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace(".", "").split())


@cache
def _codes() -> dict[str, str]:
    return {_folded(name): names[0] for names in _rows() for name in names}


def _rows() -> Iterator[list[str]]:
    """Lines of alpha-2, alpha-3 and names, tab-separated."""
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        yield line.split("\t")
