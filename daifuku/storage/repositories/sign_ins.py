"""Sign-ins to sources: each state is good once and for a few minutes; only its digest is kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import sign_in, token_renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in under way. `verifier` is sealed."""

    source: str
    verifier: Mapping[str, Any]
    redirect_uri: str
    expires_at: datetime


def begin(tx: Transaction, state: str, row: SignIn, *, now: datetime) -> None:
    """Keep a sign-in under way, and forget those that have expired."""
    tx.execute(delete(sign_in).where(sign_in.c.expires_at < now))
    tx.execute(
        insert(sign_in).values(
            digest=_digest(state),
            source=row.source,
            verifier=orjson.dumps(row.verifier),
            redirect_uri=row.redirect_uri,
            expires_at=row.expires_at,
        )
    )


def take(tx: Transaction, state: str, *, now: datetime) -> SignIn | None:
    """The sign-in with that state, which is used up by it; None if there is none in time."""
    gone = delete(sign_in).where(sign_in.c.digest == _digest(state))
    row = tx.execute(gone.returning(sign_in)).one_or_none()
    if row is None or row.expires_at < now:
        return None
    return SignIn(
        source=row.source,
        verifier=orjson.loads(row.verifier),
        redirect_uri=row.redirect_uri,
        expires_at=row.expires_at,
    )


def claim_renewal(
    tx: Transaction, source: str, holder: str, *, now: datetime, until: datetime
) -> bool:
    """Whether `holder` alone may renew the source's tokens, until then or `release_renewal`."""
    taken = tx.execute(
        update(token_renewal)
        .where(token_renewal.c.source == source, token_renewal.c.until < now)
        .values(holder=holder, until=until)
    )
    if taken.rowcount == 1:
        return True
    if tx.execute(select(token_renewal.c.source).where(token_renewal.c.source == source)).first():
        return False
    try:
        with tx.begin_nested():
            tx.execute(insert(token_renewal).values(source=source, holder=holder, until=until))
    except IntegrityError:
        return False
    return True


def release_renewal(tx: Transaction, source: str, holder: str) -> None:
    """Let others renew the source's tokens, if `holder` still has the claim."""
    tx.execute(
        delete(token_renewal).where(
            token_renewal.c.source == source, token_renewal.c.holder == holder
        )
    )


def _digest(state: str) -> bytes:
    """The state is random, so a plain hash is enough."""
    return hashlib.sha256(state.encode()).digest()
