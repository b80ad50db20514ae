"""What lies around records, read in one go: who they share feature sets and golden records with,
and the links of those sets."""

from collections.abc import Iterable
from dataclasses import dataclass

from daifuku.storage.driver import ask_in
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.golden import (
    MEMBERS,
    MEMBERS_OF_SETS,
    Membership,
    as_memberships,
)
from daifuku.storage.repositories.resolution.links import TOUCHING, SetLink


@dataclass(frozen=True, slots=True)
class Nearby:
    """The feature sets of digests, by digest, as far as there are; the records of feature sets and
    of golden records; the links of feature sets."""

    ids: dict[str, int]
    of_sets: list[Membership]
    of_goldens: list[Membership]
    links: list[SetLink]


def read(
    tx: Transaction,
    *,
    digests: Iterable[str] = (),
    sets: Iterable[int] = (),
    goldens: Iterable[str] = (),
    linked: Iterable[int] = (),
) -> Nearby:
    """What is around these digests, feature sets and golden records.

    `linked` are the feature sets whose links are asked for; a link of two of them comes twice.
    """
    ids = ask_in(
        tx,
        "SELECT digest, id FROM feature_set WHERE digest IN (*)",
        map(bytes.fromhex, digests),
    )
    of_sets = ask_in(tx, MEMBERS_OF_SETS, sets)
    of_goldens = ask_in(tx, MEMBERS, goldens)
    links = ask_in(tx, TOUCHING, linked)
    return Nearby(
        {digest.hex(): id for digest, id in ids()},
        as_memberships(of_sets()),
        as_memberships(of_goldens()),
        [SetLink._make(row) for row in links()],
    )
