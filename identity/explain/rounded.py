"""Rounds the terms of a sum so that what is shown of them sums to what is shown of the whole."""

from collections.abc import Sequence
from math import floor


def rounded_terms(terms: Sequence[float], total: float, digits: int) -> list[float]:
    """The terms rounded to `digits`, each up or down, so that they sum to the total rounded.

    Those with the largest remainders are rounded up (Hamilton's method of apportionment), the
    first ones where remainders are equal; a term that is round already stays. Terms that do not
    sum to the total are rounded each for itself.
    """
    unit = 10**digits
    down = [floor(round(term * unit, 6)) for term in terms]
    remainders = [term * unit - units for term, units in zip(terms, down, strict=True)]
    missing = round(total * unit) - sum(down)
    if not 0 <= missing <= sum(rest > 0 for rest in remainders):
        return [round(term, digits) + 0.0 for term in terms]
    by_remainder = sorted(range(len(terms)), key=lambda place: (-remainders[place], place))
    up = set(by_remainder[:missing])
    return [(units + (place in up)) / unit for place, units in enumerate(down)]
