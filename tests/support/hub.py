"""A whole hub over a store of its own, driven as a program would: sync, resolve, look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from daifuku.records import Entity, Interaction, RecordKey, RunState, SyncRun
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles, runs
from daifuku.storage.repositories.profiles import StoredProfile
from daifuku.storage.tables import change_event
from sync.resolution import resolve_pending
from sync.runner import run_sync
from sync.sources import add_source
from tests.support.scripted import BOX


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden record as its readers see it."""

    id: str
    entity: Entity
    version: int
    fields: Mapping[str, Any]
    records: frozenset[tuple[str, str, str]]
    """(source, stream, external id) of each record behind it."""

    @property
    def sources(self) -> set[str]:
        return {source for source, _, _ in self.records}


@dataclass(frozen=True, slots=True)
class Hub:
    """Sources, runs and golden records of one store."""

    store: Store
    box: SecretBox = BOX

    def add(
        self, name: str, connector: str, config: Mapping[str, Any], mapping: str | None = None
    ) -> None:
        """Add a source."""
        add_source(self.store, self.box, name, connector, config, mapping=mapping)

    def sync(self, name: str) -> SyncRun:
        """Sync a source, whatever comes of it, and resolve what came; the run as it ended."""
        run = run_sync(self.store, self.box, name)
        resolve_pending(self.store)
        with self.store.read() as tx:
            ended = runs.get(tx, run.id)
        assert ended.receipt.reconciles, ended.receipt
        return ended

    def synced(self, name: str) -> SyncRun:
        """Sync a source, which must succeed."""
        run = self.sync(name)
        assert run.state is RunState.SUCCEEDED, run.error
        return run

    def goldens(self) -> list[Golden]:
        """Every golden record in use, by id."""
        with self.store.read() as tx:
            return [_golden(found) for found in profiles.page(tx, "", 100_000)]

    def of(self, source: str, stream: str, external_id: object) -> list[Golden]:
        """The golden records that this source record is part of."""
        key = (source, stream, str(external_id))
        return [golden for golden in self.goldens() if key in golden.records]

    def interactions(self, golden: Golden) -> list[Interaction]:
        """What hangs on a golden record, newest first."""
        with self.store.read() as tx:
            keys: list[RecordKey] = [one.record.key for one in profiles.members(tx, golden.id)]
            return profiles.interactions(tx, keys, 10_000)

    def events(self) -> list[tuple[str, str, int]]:
        """The change feed: (golden id, kind, version), in order."""
        columns = change_event.c
        wanted = select(columns.golden_id, columns.kind, columns.version)
        with self.store.read() as tx:
            return [tuple(row) for row in tx.execute(wanted.order_by(columns.sequence))]


def _golden(found: StoredProfile) -> Golden:
    said = orjson.loads(found.body)
    keys = frozenset((r["source"], r["stream"], r["external_id"]) for r in said["records"])
    return Golden(found.id, found.entity, found.version, said["fields"], keys)
