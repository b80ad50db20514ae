"""How addresses and identifiers go from process to process: as their parts, which takes a third of
what dataclasses with slots take by themselves."""

import copyreg
from operator import attrgetter
from typing import Any

from daifuku.records import Address, Identifier


def pass_as_parts() -> None:
    """Let this process send them so; what receives them need not know."""
    copyreg.pickle(Address, _address)
    copyreg.pickle(Identifier, _identifier)


_address_parts = attrgetter(*Address.__match_args__)
_identifier_parts = attrgetter(*Identifier.__match_args__)


def _address(value: Address) -> tuple[type[Address], tuple[Any, ...]]:
    return Address, _address_parts(value)


def _identifier(value: Identifier) -> tuple[type[Identifier], tuple[Any, ...]]:
    return Identifier, _identifier_parts(value)
