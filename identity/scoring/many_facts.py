"""Comparing many birth dates and plain values at once, as `scoring.facts` does."""

from collections.abc import Sequence

from identity.scoring.comparator import Comparator
from identity.scoring.facts import DATE_LEVELS, EQUAL_LEVELS
from identity.scoring.many import Outcomes, Places, first_that_holds, numbered
from identity.scoring.many_contacts import Column

_DATE = {name: place for place, name in enumerate(DATE_LEVELS)}
_EQUAL = {name: place for place, name in enumerate(EQUAL_LEVELS)}


class Dates:
    """ISO dates, many pairs at once."""

    def __init__(self, dates: Sequence[str]) -> None:
        self._texts = dates
        self._date = Column(dates)
        parts = [date.split("-") for date in dates]
        self._year = numbered([year for year, *_ in parts])[0]
        turned = [tuple(day[::-1]) for _, *day in parts]
        days = numbered([*(tuple(day) for _, *day in parts), *turned])[0]
        self._day, self._turned = days[: len(dates)], days[len(dates) :]

    def __call__(self, a: Places, b: Places) -> Outcomes:
        same, year = self._date.equal(a, b), self._year[a] == self._year[b]
        day = self._day[a] == self._day[b]
        levels = first_that_holds(
            len(a),
            (
                (same, _DATE["same"]),
                (year & (self._day[a] == self._turned[b]), _DATE["similar"]),
                (self._date.one_edit(a, b, ~same), _DATE["similar"]),
                (year | day, _DATE["same_day_or_year"]),
            ),
            _DATE["differ"],
        )
        return Outcomes(levels)


class Equal:
    """Plain values, many pairs at once."""

    def __init__(self, values: Sequence[str]) -> None:
        self._numbers = numbered(values)[0]

    def __call__(self, a: Places, b: Places) -> Outcomes:
        same = self._numbers[a] == self._numbers[b]
        return Outcomes(first_that_holds(len(a), ((same, _EQUAL["same"]),), _EQUAL["differ"]))


def plain(_: Comparator, values: Sequence[str]) -> Equal:
    """Values that are equal or not."""
    return Equal(values)
