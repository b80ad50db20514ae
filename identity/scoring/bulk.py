"""Which comparisons have a way to compare many pairs at once, and which."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from identity.model.types import ComparisonSpec
from identity.scoring.comparator import Comparator
from identity.scoring.many import Many, OneByOne, Several
from identity.scoring.many_contacts import Addresses, Emails, Identifiers, Phones
from identity.scoring.many_facts import Dates, plain
from identity.scoring.many_names import Parts, display_names, full_names
from identity.scoring.registry import COMPARATORS

_WITHOUT_TERMS: Mapping[str, Callable[[Comparator, Sequence[Any]], Many]] = {
    "full name": full_names,
    "display name": display_names,
    "email": lambda _, values: Several(values, Emails),
    "phone": lambda _, values: Several(values, Phones),
    "address": lambda _, values: Several(values, Addresses),
    "identifier": Identifiers,
    "birth date": lambda _, values: Dates(values),
    "gender": plain,
    "corporate number": plain,
}
_WITH_TERMS: Mapping[str, Callable[[Comparator, Sequence[Any]], Many]] = {
    "family name": lambda _, values: Parts(values),
    "given name": lambda _, values: Parts(values),
}


def many_of(spec: ComparisonSpec, values: Sequence[Any]) -> Many:
    """The quickest way to compare pairs of these values, with the terms the comparison counts."""
    comparator = COMPARATORS[spec.comparator]
    ways = {**_WITH_TERMS}
    if not any(level.frequency for level in spec.levels):
        ways |= _WITHOUT_TERMS
    return ways.get(spec.comparator, OneByOne)(comparator, values)
