"""Versions of match models and survivorship rules, and which of them is in force."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from daifuku.storage.driver import fetch, moment
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import model_in_force, model_version

DESCRIPTION = "description"
"""The kind under which it is recorded by what records are described: `identity.description`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """A document under its version. `frequencies` are those frozen with a match model."""

    version: str
    kind: str
    body: bytes
    frequencies: bytes | None
    origin: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A version came into force, by an applied shadow run where there was one."""

    id: int
    kind: str
    version: str
    since: datetime
    shadow_id: str | None


def add(tx: Transaction, document: StoredVersion) -> bool:
    """Store a version; False if it is there already."""
    if find(tx, document.version) is not None:
        return False
    tx.execute(
        insert(model_version).values(
            version=document.version,
            kind=document.kind,
            body=document.body,
            frequencies=document.frequencies,
            origin=document.origin,
            added_at=document.added_at,
        )
    )
    return True


def find(tx: Transaction, version: str) -> StoredVersion | None:
    """The version of that name."""
    row = tx.execute(select(model_version).where(model_version.c.version == version)).first()
    return None if row is None else StoredVersion(**row._mapping)


def list_all(tx: Transaction) -> list[StoredVersion]:
    """Every version without its frequencies, the oldest first of each kind."""
    columns = model_version.c
    query = select(columns.version, columns.kind, columns.body, columns.origin, columns.added_at)
    rows = tx.execute(query.order_by(columns.kind, columns.added_at, columns.version))
    return [StoredVersion(**row._mapping, frequencies=None) for row in rows]


def in_force(tx: Transaction) -> dict[str, InForce]:
    """The version in force of each kind; a kind that was never used is absent."""
    return standing(tx)[0]


def standing(tx: Transaction) -> tuple[dict[str, InForce], str | None]:
    """What `in_force` gives, and by what records are described; None where that is not recorded."""
    query = (
        "SELECT id, kind, version, since, shadow_id FROM model_in_force"
        " WHERE id IN (SELECT max(id) FROM model_in_force GROUP BY kind)"
    )
    found = {
        kind: InForce(id=id, kind=kind, version=version, since=moment(since), shadow_id=shadow_id)
        for id, kind, version, since, shadow_id in fetch(tx, query)
    }
    description = found.pop(DESCRIPTION, None)
    return found, description.version if description else None


def put_in_force(
    tx: Transaction, kind: str, version: str, at: datetime, shadow_id: str | None = None
) -> None:
    """Let a version be the one in force from now on."""
    tx.execute(
        insert(model_in_force).values(kind=kind, version=version, since=at, shadow_id=shadow_id)
    )


def history(tx: Transaction, kind: str) -> list[InForce]:
    """What came into force of a kind, the latest first."""
    columns = model_in_force.c
    rows = tx.execute(
        select(model_in_force).where(columns.kind == kind).order_by(columns.id.desc())
    )
    return [InForce(**row._mapping) for row in rows]
