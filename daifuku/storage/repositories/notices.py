"""Targets of notices, and the incidents they are told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import orjson
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from daifuku.errors import ConflictError, NotFoundError
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import incident, notice_target


class IncidentKind(StrEnum):
    """What can be amiss with a source."""

    FAILED = "failed"
    """Its runs fail, and somebody has to act or to know."""
    STALE = "stale"
    """It has not been read whole for longer than its schedule allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where notices go. `config` is sealed: `address`, and for a webhook perhaps `secret`."""

    name: str
    kind: Literal["email", "webhook"]
    config: Mapping[str, Any]
    language: Literal["en", "ja"]
    allow_private: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something amiss with a source, from when it was noticed until it was over."""

    id: int
    source: str
    kind: IncidentKind
    run_id: int | None
    message: str
    opened_at: datetime
    closed_at: datetime | None


def add_target(tx: Transaction, target: Target, at: datetime) -> None:
    """Store a new target.

    Raises:
        ConflictError: there is one of that name.
    """
    values = {
        "name": target.name,
        "kind": target.kind,
        "config": orjson.dumps(target.config),
        "language": target.language,
        "allow_private": target.allow_private,
        "created_at": at,
    }
    try:
        tx.execute(insert(notice_target).values(values))
    except IntegrityError:
        raise ConflictError(f"There is a target named {target.name!r} already.") from None


def get_target(tx: Transaction, name: str) -> Target:
    """The target.

    Raises:
        NotFoundError: none has that name.
    """
    row = tx.execute(select(notice_target).where(notice_target.c.name == name)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"No notices go to a target named {name!r}.", hint="`daifuku notify list` shows them."
        )
    return _target(row)


def targets(tx: Transaction) -> list[Target]:
    """Every target, by name."""
    return [_target(row) for row in tx.execute(select(notice_target).order_by("name"))]


def set_config(tx: Transaction, name: str, config: Mapping[str, Any]) -> None:
    """Replace the sealed config of a target."""
    changed = update(notice_target).where(notice_target.c.name == name)
    tx.execute(changed.values(config=orjson.dumps(config)))


def remove_target(tx: Transaction, name: str) -> bool:
    """Send nothing there any more; False if there was no such target."""
    gone = tx.execute(delete(notice_target).where(notice_target.c.name == name))
    return bool(gone.rowcount)


def open_incident(
    tx: Transaction,
    source: str,
    kind: IncidentKind,
    *,
    message: str,
    at: datetime,
    run_id: int | None = None,
) -> int | None:
    """Note an incident and return its id; None if one of that kind lasts already."""
    dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(incident)
        .values(source=source, kind=kind, run_id=run_id, message=message, opened_at=at)
        .on_conflict_do_nothing()
        .returning(incident.c.id)
    )
    return tx.execute(statement).scalar()


def close_incidents(
    tx: Transaction, source: str, at: datetime, *kinds: IncidentKind
) -> list[Incident]:
    """End what lasts of these kinds, of every kind if none is named; returns what ended."""
    ended = (
        update(incident)
        .where(incident.c.source == source, incident.c.closed_at.is_(None))
        .values(closed_at=at)
        .returning(*incident.c)
    )
    if kinds:
        ended = ended.where(incident.c.kind.in_(kinds))
    return [_incident(row) for row in tx.execute(ended)]


def get_incident(tx: Transaction, incident_id: int) -> Incident:
    """The incident.

    Raises:
        NotFoundError: none has that id.
    """
    row = tx.execute(select(incident).where(incident.c.id == incident_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no incident {incident_id}.")
    return _incident(row)


def incidents(tx: Transaction, *, lasting: bool = False, limit: int = 50) -> list[Incident]:
    """The newest incidents first, all or those that last."""
    wanted = select(incident).order_by(incident.c.id.desc()).limit(limit)
    if lasting:
        wanted = wanted.where(incident.c.closed_at.is_(None))
    return [_incident(row) for row in tx.execute(wanted)]


def _target(row: Row[Any]) -> Target:
    values = row._asdict()
    values["config"] = orjson.loads(values["config"])
    return Target(**values)


def _incident(row: Row[Any]) -> Incident:
    values = row._asdict()
    values["kind"] = IncidentKind(values["kind"])
    return Incident(**values)
