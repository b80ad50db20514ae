"""What a source sent, before anyone interpreted it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """Names one record for ever: which source, which stream, which id there, which part of it.

    `part` is empty unless one source record describes several parties (an order's
    ship-to and bill-to); it is then the name the mapping gave that part.
    """

    source: str
    stream: str
    external_id: str
    part: str = ""

    def __str__(self) -> str:
        base = f"{self.source}/{self.stream}/{self.external_id}"
        return f"{base}#{self.part}" if self.part else base

    def with_part(self, part: str) -> "RecordKey":
        return RecordKey(self.source, self.stream, self.external_id, part)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record as a source sent it: immutable evidence.

    `payload` is JSON-compatible. `deleted` marks a tombstone: the source says
    that the record is gone; its payload is then the last one known, or empty.
    """

    key: RecordKey
    payload: Payload
    observed_at: datetime
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A source record that the mapping could not read, with the reason, replayable.

    `code` is stable for programs, `reason` is a sentence for people and carries no
    personal data, `field` is the canonical field at fault where there is one.
    """

    key: RecordKey
    code: str
    reason: str
    field: str | None = None


def content_hash(payload: Payload) -> bytes:
    """The 16-byte digest by which an unchanged record is recognised; key order does not matter."""
    body = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(body, digest_size=16).digest()
