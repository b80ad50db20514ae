"""What names a model's version: a digest of everything in it that decides a weight."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from identity.model.frequencies import Frequencies
from identity.model.shares import CountedShares
from identity.model.types import Model


def content_digest(model: Model) -> str:
    """A digest of all of the model but its version."""
    digest = hashlib.blake2b(digest_size=4)
    parts = (
        model.entity.value,
        model.prior,
        model.match,
        model.possible,
        model.comparisons,
        [(r.name, r.share, _plain(r.levels), _plain(r.chance)) for r in model.relations],
        model.blocking,
        model.clustering,
        model.columns,
        (model.key, model.source),
        _plain(model.one_per_source),
        model.calibration,
    )
    digest.update(repr(parts).encode())
    if model.readings is not None:
        digest.update(model.readings.version.encode())
    for name, table in sorted(model.frequencies.items()):
        digest.update(repr((name, table.fallback, table.floor, table.typical)).encode())
        _add_shares(digest, table)
    return digest.hexdigest()


def with_version(model: Model, stated: str) -> Model:
    """`model` under the version `stated`, its digest added unless it already stands there."""
    digest = content_digest(model)
    named = stated if stated.endswith(digest) else f"{stated}+{digest}"
    return replace(model, version=named)


def _plain(values: Mapping[str, object]) -> list[tuple[str, object]]:
    """A mapping as sorted pairs, in whatever order it was written."""
    return sorted(
        (key, _plain(value) if isinstance(value, Mapping) else value)
        for key, value in values.items()
    )


def _add_shares(digest: "hashlib.blake2b", table: Frequencies) -> None:
    shares = table.shares
    if isinstance(shares, CountedShares):
        digest.update("\0".join(shares.texts.to_pylist()).encode())
        digest.update(shares.counts.tobytes())
        digest.update(str(shares.total).encode())
    else:
        digest.update(repr(sorted(shares.items())).encode())
