"""What a source record comes to as versions of it arrive: the rules of landing, without SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.protocol import Record, Unreadable
from daifuku.records import MappingResult, RecordKey, RejectedRecord, SourceRecord
from daifuku.storage.repositories.landing import StoredSource
from sync.evidence import encode, storable

Mapper = Callable[[SourceRecord], MappingResult | RejectedRecord]
"""Maps a source record. Pure, and never raises for what a source sends."""

Count = Literal["new", "changed", "unchanged", "rejected"]

NOTHING = MappingResult()
_NO_CONTENT = b""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record is rejected: at `read` by its connector, or at `map` by the mapping."""

    stage: Literal["read", "map"]
    code: str
    reason: str
    field: str | None = None


class Standing:
    """One source record: as it is stored, then as each arrival leaves it.

    The last arrival wins. A record that could not be decoded says nothing of the content, so
    that what was known stays. A record that cannot be mapped has no mapped records.
    """

    __slots__ = (
        *("content_hash", "deleted", "key", "observed_at", "outcome"),
        *("payload", "rejection", "rejection_is_new", "stored"),
    )

    def __init__(self, key: RecordKey, stored: StoredSource | None) -> None:
        self.key = key
        self.stored = stored
        self.content_hash = stored.content_hash if stored else _NO_CONTENT
        self.deleted = stored.deleted if stored else False
        self.observed_at: datetime | None = stored.observed_at if stored else None
        self.payload: bytes | None = None
        """The new payload as JSON; None while it is as stored."""
        self.outcome: MappingResult | None = None
        """What the record is mapped to now; None while that is as stored."""
        self.rejection = _stored_rejection(stored)
        self.rejection_is_new = False

    @property
    def content_changed(self) -> bool:
        """Whether the row of the source record must be written."""
        return (
            self.stored is None
            or self.payload is not None
            or self.deleted != self.stored.deleted
            or self.observed_at != self.stored.observed_at
        )

    def arrive(self, arrival: Record | Unreadable, at: datetime, mapper: Mapper) -> Count:
        """Take one arrival in; returns what it is counted as."""
        if isinstance(arrival, Unreadable):
            return self._cannot_be_read(arrival.code, arrival.reason, at)
        if arrival.deleted:
            return self._is_gone(arrival, at)
        encoded = encode(arrival.data)
        if encoded is None:
            return self._cannot_be_read("too_deep", "The record is nested too deeply.", at)
        payload, digest = encoded
        first = self.observed_at is None
        if not first and not self.deleted and digest == self.content_hash:
            return self._is_as_before(arrival, mapper)
        self.content_hash, self.payload = digest, payload
        self.deleted, self.observed_at = False, at
        if not self._map(arrival, mapper):
            return "rejected"
        return "new" if first else "changed"

    def _cannot_be_read(self, code: str, reason: str, at: datetime) -> Count:
        self._reject(Rejection("read", storable(code), storable(reason)))
        if self.observed_at is None:
            self.observed_at, self.payload, self.outcome = at, b"{}", NOTHING
        return "rejected"

    def _is_gone(self, arrival: Record, at: datetime) -> Count:
        first = self.observed_at is None
        self._reject(None)
        if self.deleted:
            return "unchanged"
        if first:
            encoded = encode(arrival.data)
            self.payload, self.content_hash = encoded or (b"{}", _NO_CONTENT)
        self.deleted, self.observed_at, self.outcome = True, at, NOTHING
        return "new" if first else "changed"

    def _is_as_before(self, arrival: Record, mapper: Mapper) -> Count:
        if self.rejection is None:
            return "unchanged"
        if self.rejection.stage == "map":
            return "rejected"
        return "unchanged" if self._map(arrival, mapper) else "rejected"

    def _map(self, arrival: Record, mapper: Mapper) -> bool:
        if self.observed_at is None:
            raise AssertionError("a record is mapped after it was observed")
        return self.map(SourceRecord(self.key, arrival.data, self.observed_at), mapper)

    def map(self, record: SourceRecord, mapper: Mapper) -> bool:
        """Map the content anew; False if the mapping rejects it."""
        mapped = mapper(record)
        if isinstance(mapped, MappingResult):
            mapped = _with_distinct_parts(mapped, self.key)
        if isinstance(mapped, RejectedRecord):
            self.outcome = NOTHING
            code, reason = storable(mapped.code), storable(mapped.reason)
            self._reject(Rejection("map", code, reason, mapped.field))
            return False
        self.outcome = mapped
        self._reject(None)
        return True

    def remap(self, record: SourceRecord, mapper: Mapper) -> None:
        """Map stored content anew. That its last arrival could not be decoded stays true."""
        unreadable = self.rejection if self.rejection and self.rejection.stage == "read" else None
        self.map(record, mapper)
        if unreadable is not None:
            self.rejection, self.rejection_is_new = unreadable, False

    def _reject(self, rejection: Rejection | None) -> None:
        self.rejection_is_new = self.rejection_is_new or rejection != self.rejection
        self.rejection = rejection


def _stored_rejection(stored: StoredSource | None) -> Rejection | None:
    if stored is None or stored.rejected_stage is None:
        return None
    stage: Literal["read", "map"] = "read" if stored.rejected_stage == "read" else "map"
    return Rejection(stage, stored.rejected_code or "", stored.rejected_reason or "")


def _with_distinct_parts(result: MappingResult, key: RecordKey) -> MappingResult | RejectedRecord:
    parts = {record.key.part for record in result.records}
    if len(parts) == len(result.records):
        return result
    reason = "Two records were mapped to the same part: give each a part, or each element an id."
    return RejectedRecord(key, "duplicate_part", reason, "part")
