"""A store a steward works on: persons landed and resolved, and what the store then says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select

from daifuku.records import Entity, MappedRecord, RecordKey, ReviewState, ReviewTask
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import decisions, named, reviews
from daifuku.storage.tables import golden_record, link, mapped_record
from sync.resolution import resolve_pending
from sync.stewardship import Answer, Order
from tests.support.landed import land, remove

SEEN = datetime(2026, 4, 1, tzinfo=UTC)
Given = tuple[str, str]


def key(name: str) -> RecordKey:
    """The key of a record: the first letter is its source."""
    return RecordKey(name[0], "customers", name)


def person(name: str, given: Given = ("佐藤", "花子"), **fields: Any) -> MappedRecord:
    """A person in the source that the first letter of the record's name is."""
    return MappedRecord(
        key=key(name),
        entity=Entity.PERSON,
        observed_at=SEEN,
        family_name=given[0],
        given_name=given[1],
        **fields,
    )


def hanako(name: str) -> MappedRecord:
    """A record that the engine joins with every other one of hers."""
    return person(name, emails=("hanako@example.jp",), birth_date="1980-04-01")


def jiro(name: str) -> MappedRecord:
    """A record that the engine joins with every other one of his, and with none of hers."""
    return person(name, ("鈴木", "次郎"), emails=("jiro@example.com",), birth_date="1975-12-24")


@dataclass(frozen=True)
class Office:
    """A store, and a steward before it."""

    store: Store

    def sync(self, *records: MappedRecord) -> None:
        """Land these records and resolve what is due."""
        land(self.store, records)
        resolve_pending(self.store)

    def remove(self, *names: str) -> None:
        """Let the source delete these records, and resolve what is due."""
        remove(self.store, [key(name) for name in names])
        resolve_pending(self.store)

    def id_of(self, name: str) -> str:
        """The golden id of a record."""
        with self.store.read() as tx:
            found = named.find(tx, [key(name)])[key(name)].golden_id
        assert found is not None
        return found

    def groups(self) -> set[frozenset[str]]:
        """The records that are there, by name, as they are grouped."""
        found: dict[str, set[str]] = {}
        with self.store.read() as tx:
            wanted = select(mapped_record).where(mapped_record.c.removed.is_(False))
            for row in tx.execute(wanted):
                found.setdefault(row.golden_id, set()).add(row.external_id)
        return {frozenset(group) for group in found.values()}

    def leads_to(self, golden_id: str) -> str | None:
        """The golden record that an id answers with."""
        with self.store.read() as tx:
            found = profiles.find(tx, golden_id)
        return found.id if found and found.state == "active" else None

    def version(self, golden_id: str) -> int:
        with self.store.read() as tx:
            found = profiles.find(tx, golden_id)
        assert found is not None
        return found.version

    def says(self) -> dict[str, Any]:
        """What golden records in use say, by id, without version and time."""
        with self.store.read() as tx:
            wanted = select(golden_record).where(golden_record.c.state == "active")
            bodies = [orjson.loads(row.body) for row in tx.execute(wanted)]
        return {
            body["id"]: {part: body[part] for part in ("fields", "lineage", "records")}
            for body in bodies
        }

    def redirects(self) -> dict[str, str]:
        """Where retired ids lead."""
        with self.store.read() as tx:
            wanted = select(golden_record).where(golden_record.c.state == "merged")
            return {row.id: row.merged_into for row in tx.execute(wanted)}

    def links(self) -> set[tuple[str, str, float]]:
        """The links of records, by name."""
        with self.store.read() as tx:
            names: dict[int, list[str]] = {}
            for row in tx.execute(select(mapped_record)):
                names.setdefault(row.feature_set_id, []).append(row.external_id)
            return {
                (*sorted((a, b)), row.weight)  # type: ignore[misc] - two names and a weight
                for row in tx.execute(select(link))
                for a in names.get(row.a_id, ())
                for b in names.get(row.b_id, ())
            }

    def tasks(self, state: ReviewState = ReviewState.OPEN) -> list[ReviewTask]:
        """The review tasks in a state, the most urgent first."""
        with self.store.read() as tx:
            return reviews.page(tx, state=state)

    def decisions_taken(self) -> int:
        with self.store.read() as tx:
            return len(decisions.latest(tx, limit=1_000))

    def do(self, command: Callable[..., Answer], *what: Any, **options: Any) -> Answer:
        """Give a command as the steward of these tests."""
        return command(self.store, *what, options.pop("order", STEWARD), **options)


STEWARD = Order(by="sato", reason="asked them")


def at(minute: int) -> Order:
    """An order of a given time."""
    return Order(by="sato", reason="asked them", at=SEEN + timedelta(minutes=minute))


def of(groups: Iterable[str]) -> set[frozenset[str]]:
    """Groups of records written as words, the records as letters and numbers: `"a1 b1"`."""
    return {frozenset(group.split()) for group in groups}
