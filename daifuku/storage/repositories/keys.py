"""Keys to the API. Only a digest is stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import api_key

PREFIX = "dfk_"
_SHOWN = len(PREFIX) + 6


class Scope(StrEnum):
    """What a key may do: read, or decide as a steward too."""

    READ = "read"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it may be shown: `prefix` is its first characters."""

    id: int
    name: str
    prefix: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None


def create(tx: Transaction, name: str, at: datetime, scope: Scope = Scope.READ) -> str:
    """A new key of 256 random bits. It is not stored: show it now or never."""
    key = PREFIX + secrets.token_urlsafe(32)
    given = {"name": name, "scope": scope, "created_at": at}
    tx.execute(insert(api_key).values(**given, prefix=key[:_SHOWN], digest=digest(key)))
    return key


def find(tx: Transaction, key: str) -> ApiKey | None:
    """The key, if it is one of ours and not revoked."""
    wanted = select(*_COLUMNS).where(
        api_key.c.digest == digest(key), api_key.c.revoked_at.is_(None)
    )
    row = tx.execute(wanted).one_or_none()
    return None if row is None else _key(row)


def list_all(tx: Transaction) -> list[ApiKey]:
    """Every key, the oldest first."""
    return [_key(row) for row in tx.execute(select(*_COLUMNS).order_by(api_key.c.id))]


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


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(**{**row._mapping, "scope": Scope(row.scope)})


_COLUMNS = [
    api_key.c[name] for name in ("id", "name", "prefix", "scope", "created_at", "revoked_at")
]
