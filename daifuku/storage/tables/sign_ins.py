"""Sign-ins of owners to their sources that are under way, and renewals of tokens."""

from sqlalchemy import Column, LargeBinary, Table

from daifuku.storage.tables.base import metadata, text
from daifuku.storage.types import UtcDateTime

sign_in = Table(
    "sign_in",
    metadata,
    Column("digest", LargeBinary, primary_key=True, comment="SHA-256 of the state"),
    text("source"),
    Column("verifier", LargeBinary, nullable=False, comment="JSON, encrypted: PKCE's secret"),
    text("redirect_uri"),
    Column("expires_at", UtcDateTime, nullable=False),
)

token_renewal = Table(
    "token_renewal",
    metadata,
    text("source", primary_key=True),
    text("holder", comment="the one process that may renew the source's tokens"),
    Column("until", UtcDateTime, nullable=False, comment="past it another may"),
)
