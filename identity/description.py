"""By what records are described: the version of all that makes features and block keys of them.

What was described by another version cannot be compared with what this one describes: a hub
remembers by which its records were, and describes them anew where that is another.
"""

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version

VERSION = 4
"""To be raised with every change of what normalisation makes of any record, of how features are
written as JSON, of the values that block keys and lookups are made of, of how block keys are
hashed, or of the level that a comparison of two records reaches. A test sees to it."""

_DATA = ("anyascii", "japanese-personal-name-dataset", "phonenumberslite")
"""Packages whose tables normalisation reads: another release may read a name otherwise."""


@cache
def description() -> str:
    """By what this process describes records: the version, and the releases of the tables read."""
    return "; ".join((str(VERSION), *(f"{name} {_release(name)}" for name in _DATA)))


def is_newer(one: str, than: str) -> bool:
    """Whether one description comes after another: its version, or else the first release that
    differs."""
    return _order(one) > _order(than)


def _release(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a twin of it is installed instead, as phonenumbers may be
        return "0"


def _order(text: str) -> list[list[int]]:
    return [[*map(int, re.findall(r"\d+", part))] for part in text.split("; ")]
