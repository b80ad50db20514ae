"""The version of description is raised with every change of what it stands for.

Without that, a hub would compare records described by this version with others described by the
one before, and batches would find other golden records than a load of everything.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import pairwise

import pytest

from identity.blocking import COLUMNS, BlockKey
from identity.description import VERSION
from identity.features import Features, described
from identity.model.load import shipped_models
from identity.scoring.score import score_pair
from sync.resolution.bodies import lookup_keys
from sync.resolution.population import hashed
from tests.support.sorts_of_records import sorts_of_records

KNOWN = {
    1: {
        "features": "741be0cdf642c96b7c56cf10",
        "values of block keys": "d9859311e52adf8cd7523eaa",
        "hashes of block keys": "1b0f5a66f7260706a1e810cc",
        "values to look up by": "f288f000b223246e61b89790",
        "comparisons": "2285182ff1abbd0e59113e66",
    },
    2: {
        "features": "f8cfd3d27e6f613c68d1c6ae",
        "values of block keys": "18911dde2f0b3d5dbb5a065d",
        "hashes of block keys": "1b0f5a66f7260706a1e810cc",
        "values to look up by": "f288f000b223246e61b89790",
        "comparisons": "87f6a7f534ddc71b72defaf9",
    },
    3: {
        "features": "f8cfd3d27e6f613c68d1c6ae",
        "values of block keys": "18911dde2f0b3d5dbb5a065d",
        "hashes of block keys": "1b0f5a66f7260706a1e810cc",
        "values to look up by": "f288f000b223246e61b89790",
        "comparisons": "87f6a7f534ddc71b72defaf9",
    },
    4: {
        "features": "f8cfd3d27e6f613c68d1c6ae",
        "values of block keys": "18911dde2f0b3d5dbb5a065d",
        "hashes of block keys": "1b0f5a66f7260706a1e810cc",
        "values to look up by": "f288f000b223246e61b89790",
        "comparisons": "87f6a7f534ddc71b72defaf9",
    },
}
"""What each version makes of the records, digested. The last one is compared."""


@pytest.fixture(scope="module")
def records() -> list[tuple[Features, bytes]]:
    return [described(record) for record in sorts_of_records()]


def features(records: list[tuple[Features, bytes]]) -> Iterator[str]:
    return (f"{value.digest} {body.decode()}" for value, body in records)


def values_of_block_keys(records: list[tuple[Features, bytes]]) -> Iterator[str]:
    return (
        f"{name} {sorted({*column(value)})}"
        for value, _ in records
        for name, column in COLUMNS.items()
    )


def hashes_of_block_keys(records: list[tuple[Features, bytes]]) -> Iterator[str]:
    return (
        str(hashed(value.entity, BlockKey("rule", value.key.external_id))) for value, _ in records
    )


def values_to_look_up_by(records: list[tuple[Features, bytes]]) -> Iterator[str]:
    return (str(sorted(lookup_keys([value]))) for value, _ in records)


def comparisons(records: list[tuple[Features, bytes]]) -> Iterator[str]:
    models = shipped_models()
    for (a, _), (b, _) in pairwise(records):
        if a.entity is b.entity:
            lines = score_pair(a, b, models[a.entity]).comparisons
            yield str([(line.field, line.level) for line in lines])


ASKED = {
    "features": features,
    "values of block keys": values_of_block_keys,
    "hashes of block keys": hashes_of_block_keys,
    "values to look up by": values_to_look_up_by,
    "comparisons": comparisons,
}


@pytest.mark.parametrize("what", ASKED)
def test_what_a_version_makes_of_records_stays_what_it_is(
    what: str, records: list[tuple[Features, bytes]]
) -> None:
    found = digest(ASKED[what](records))
    assert KNOWN[VERSION][what] == found, (
        f"The {what} are not what version {VERSION} of description makes of these records. "
        "Raise identity.description.VERSION, and put the digests of the new version here: hubs "
        "then describe their records anew."
    )


def digest(texts: Iterable[str]) -> str:
    seen = blake2b(digest_size=12)
    for text in texts:
        seen.update(text.encode() + b"\n")
    return seen.hexdigest()
