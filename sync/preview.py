"""Reads a few records of a source and maps them, storing nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.protocol import Connector, Record, StreamFailure, Unreadable
from daifuku.records import MappingResult, RecordKey, RejectedRecord, SourceRecord
from sync.standing import Mapper


@dataclass(frozen=True, slots=True)
class Previewed:
    """A source record and what the mapping makes of it: a result, or a rejection."""

    source: SourceRecord
    result: MappingResult | None = None
    rejected: RejectedRecord | None = None


def preview(connector: Connector, source: str, stream: str, mapper: Mapper) -> Iterator[Previewed]:
    """The records of a stream from its beginning, one by one; abandon it when you have enough.

    Raises:
        SourceError: the stream cannot be read.
    """
    for message in connector.read([stream], {}):
        match message:
            case Record():
                key = RecordKey(source, message.stream, message.external_id)
                record = SourceRecord(key, message.data, datetime.now(UTC), message.deleted)
                mapped = mapper(record)
                if isinstance(mapped, RejectedRecord):
                    yield Previewed(record, rejected=mapped)
                else:
                    yield Previewed(record, result=mapped)
            case Unreadable():
                key = RecordKey(source, message.stream, message.external_id)
                rejected = RejectedRecord(key, message.code, message.reason)
                yield Previewed(SourceRecord(key, {}, datetime.now(UTC)), rejected=rejected)
            case StreamFailure():
                raise message.error
