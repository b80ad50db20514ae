"""Keys to the API. Only a digest is stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import api_key

PREFIX = "dfk_"
_SHOWN = len(PREFIX) + 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it may be shown: `prefix` is its first characters."""

    id: int
    name: str
    prefix: str
    created_at: datetime
    revoked_at: datetime | None


def create(tx: Transaction, name: str, at: datetime) -> str:
    """A new key of 256 random bits. It is not stored: show it now or never."""
    key = PREFIX + secrets.token_urlsafe(32)
    tx.execute(
        insert(api_key).values(name=name, prefix=key[:_SHOWN], digest=digest(key), created_at=at)
    )
    return key


def find(tx: Transaction, key: str) -> ApiKey | None:
    """The key, if it is one of ours and not revoked."""
    wanted = select(*_COLUMNS).where(
        api_key.c.digest == digest(key), api_key.c.revoked_at.is_(None)
    )
    row = tx.execute(wanted).one_or_none()
    return None if row is None else ApiKey(**row._mapping)


def list_all(tx: Transaction) -> list[ApiKey]:
    """Every key, the oldest first."""
    return [ApiKey(**row._mapping) for row in tx.execute(select(*_COLUMNS).order_by(api_key.c.id))]


def revoke(tx: Transaction, key_id: int, at: datetime) -> bool:
    """Make the key useless; False if there is none or it already is."""
    result = tx.execute(
        update(api_key)
        .where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return result.rowcount == 1


def digest(key: str) -> bytes:
    """What a key is looked up by. The key is random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).digest()


_COLUMNS = [api_key.c[name] for name in ("id", "name", "prefix", "created_at", "revoked_at")]
