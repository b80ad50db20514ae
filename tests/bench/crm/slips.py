"""Slips of the hand: one letter dropped, doubled, replaced or exchanged with its neighbour."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]

LETTERS = "etaoinshrdlucmfwypvbgkqjxz"
DIGITS = "0123456789"


def slip(text: str, where: float, kind: int, other: str) -> str:
    """`text` with one slip, of four kinds, at the share `where` (below 1) of its length."""
    if len(text) < 3:
        return text
    at = 1 + int(where * (len(text) - 1))
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + other + text[at:]
    if kind == 2:
        return text[:at] + other + text[at + 1 :]
    return text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :]


def replace(
    values: pa.Array, chosen: Mask, change: Callable[[Sequence[str]], list[str]]
) -> pa.Array:
    """`values` with those `chosen`, if not missing, changed."""
    chosen = chosen & values.is_valid().to_numpy(zero_copy_only=False)
    mask = pa.array(chosen)
    return pc.replace_with_mask(
        values, mask, pa.array(change(values.filter(mask).to_pylist()), pa.string())
    )


def with_slips(
    rng: np.random.Generator, values: pa.Array, chosen: Mask, alphabet: str = LETTERS
) -> pa.Array:
    """`values` with a slip in each of those `chosen`; in numbers none is lost or added."""

    def change(texts: Sequence[str]) -> list[str]:
        where = rng.random(len(texts)).tolist()
        kinds = rng.integers(2 if alphabet is DIGITS else 0, 4, len(texts)).tolist()
        others = rng.integers(0, len(alphabet), len(texts)).tolist()
        return [
            slip(text, share, kind, alphabet[other])
            for text, share, kind, other in zip(texts, where, kinds, others, strict=True)
        ]

    return replace(values, chosen, change)


def with_wrong_dates(rng: np.random.Generator, values: pa.Array, chosen: Mask) -> pa.Array:
    """ISO dates with day and month exchanged where that is a date, or one digit of the year off."""

    def change(texts: Sequence[str]) -> list[str]:
        swap = (rng.random(len(texts)) < 0.4).tolist()
        digit = rng.integers(0, 9, len(texts)).tolist()
        return [
            f"{text[:4]}-{text[8:]}-{text[5:7]}"
            if exchanged and text[8:] <= "12"
            else f"{text[:3]}{other}{text[4:]}"
            for text, exchanged, other in zip(texts, swap, digit, strict=True)
        ]

    return replace(values, chosen, change)
