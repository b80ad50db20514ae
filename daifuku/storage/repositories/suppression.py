"""Keys of erased persons' records, which must never land again."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from daifuku.records import RecordKey
from daifuku.storage.bulk import upsert_rows
from daifuku.storage.driver import fetch
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import suppression


def any_suppressed(tx: Transaction) -> bool:
    """Whether anybody was erased."""
    return bool(fetch(tx, "SELECT 1 FROM suppression LIMIT 1"))


def suppressed(tx: Transaction, keys: Collection[RecordKey]) -> set[RecordKey]:
    """Those of the keys that belong to erased persons and must not land."""
    if not any_suppressed(tx):
        return set()
    digests = {key_digest(key): key for key in keys}
    wanted = select(suppression.c.digest).where(suppression.c.digest.in_(digests))
    return {digests[digest] for digest in tx.execute(wanted).scalars()}


def suppress(tx: Transaction, keys: Collection[RecordKey], at: datetime) -> None:
    """Never land records with these keys again."""
    rows = [(digest, at) for digest in {key_digest(key) for key in keys}]
    upsert_rows(tx, suppression, ("digest", "suppressed_at"), rows, key=("digest",))


def key_digest(key: RecordKey) -> bytes:
    """What a source record's key is suppressed by: an external id may be an e-mail address."""
    joined = "\0".join((key.source, key.stream, key.external_id))
    return hashlib.blake2b(joined.encode(), digest_size=16).digest()
