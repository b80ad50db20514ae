"""What comparing two values of one field can find, and the reason in English and Japanese.

No reason names a side: comparing a with b and b with a finds the same.
"""

from dataclasses import dataclass
from typing import Literal

Result = Literal["match", "maybe", "differ"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A result and why, before the values are put beside it."""

    result: Result
    why: str
    why_ja: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two values say the same, why, and both as they were normalised.

    `maybe` means that the values do not decide it: too little is known, or the value is
    shared by many.
    """

    result: Result
    why: str
    why_ja: str
    a: str
    b: str


def match(why: str, why_ja: str) -> Finding:
    """The values say the same."""
    return Finding("match", why, why_ja)


def maybe(why: str, why_ja: str) -> Finding:
    """The values do not decide it."""
    return Finding("maybe", why, why_ja)


def differ(why: str, why_ja: str) -> Finding:
    """The values say different things."""
    return Finding("differ", why, why_ja)


EMPTY = maybe("A value cannot be read: no evidence.", "読み取れない値がある。根拠にならない。")
SAME = match("Equal once normalised.", "正規化すると等しい。")
DIFFERENT = differ("Different once normalised.", "正規化しても異なる。")
