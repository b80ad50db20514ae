"""Watches what the records of a stream look like, and stops it where its mapping would starve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.protocol import Record
from daifuku.errors import SourceError
from daifuku.records import RecordKey, SourceRecord
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import schema_changes, states
from daifuku.storage.repositories.schema_changes import SchemaChange
from sync.landing import Arrival
from sync.notices.watch import over
from sync.runs.profile import Change, Profile
from sync.runs.usage import fields_used
from sync.standing import Mapper

PAUSED = "schema_drift"
"""Why a stream is left out until its owner has looked."""
_WATCHED = 2
"""Records of a batch of which it is seen what the mapping reads."""


class SchemaDriftError(SourceError):
    """A field that the mapping uses, and that was always there, comes no more."""

    kind = PAUSED


@dataclass(frozen=True, slots=True)
class Watch:
    """Watches one stream of a source."""

    source: str
    stream: str
    profile: Profile
    mapper: Mapper

    def look(self, arrivals: Sequence[Arrival], at: datetime) -> list[Change]:
        """Take in a batch; returns what is new about the stream."""
        records = [one for one in arrivals if isinstance(one, Record) and not one.deleted]
        if not records:
            return []
        watched = [records[0], records[-1]][:_WATCHED]
        used = fields_used(self.mapper, [self._source_record(one, at) for one in watched])
        return self.profile.observe([one.data for one in records], used)

    def save(
        self, tx: Transaction, changes: Sequence[Change], *, run_id: int, at: datetime
    ) -> None:
        """Write what was seen so far, and what is new about it."""
        states.save_profile(tx, self.source, self.stream, self.profile.dump(), at)
        noted = [
            SchemaChange(
                source=self.source,
                stream=self.stream,
                run_id=run_id,
                kind=change.kind,
                field=change.field,
                before=change.before,
                after=change.after,
                pauses=change.pauses,
                seen_at=at,
            )
            for change in changes
        ]
        schema_changes.add(tx, noted)

    def settle(self, tx: Transaction, at: datetime) -> None:
        """A pass over the stream came to its end: it is known how the stream is."""
        self.profile.settle()
        states.save_profile(tx, self.source, self.stream, self.profile.dump(), at)

    def pause(self, tx: Transaction, at: datetime) -> None:
        """Let runs leave the stream out until `accept`."""
        states.set_paused(tx, self.source, self.stream, PAUSED, at)

    def error(self, gone: Change, *, delivered: bool = False) -> SchemaDriftError:
        """What to tell the owner of a field that is gone."""
        meanwhile = "The stream is paused, the others go on."
        if delivered:
            meanwhile = "What is delivered lands without it; runs leave the stream out."
        return SchemaDriftError(
            f"{self.source}/{self.stream} no longer sends `{gone.field}`, which its mapping uses: "
            f"{gone.had:,} records had it, and the last {gone.without:,} have not.",
            hint=f"{meanwhile} Mend the source or the mapping, then: "
            f"daifuku source accept-drift {self.source} {self.stream}",
            stream=self.stream,
        )

    def _source_record(self, record: Record, at: datetime) -> SourceRecord:
        return SourceRecord(
            RecordKey(self.source, self.stream, record.external_id), record.data, at
        )


def still_paused(source: str, streams: Sequence[str]) -> SchemaDriftError | None:
    """What a run says that left out these streams because of what an earlier one saw."""
    if not streams:
        return None
    return SchemaDriftError(
        f"{source} is read without {', '.join(streams)}: paused, because fields have changed.",
        hint=f"See `daifuku source drift {source}`, then: "
        f"daifuku source accept-drift {source} {streams[0]}",
        stream=streams[0],
    )


def words_of(change: Change) -> str:
    """What is new about a field, as a line of the run's log."""
    match change.kind:
        case "added":
            return f"A field was added: {change.field} ({change.after or 'no type seen yet'})."
        case "retyped":
            return f"A field has a new type: {change.field}, {change.after} beside {change.before}."
        case "gone":
            used = "which the mapping uses" if change.uses else "which the mapping does not use"
            return f"A field is gone: {change.field}, {used}."


def accept(tx: Transaction, source: str, stream: str, at: datetime) -> bool:
    """Expect what a paused stream lacks no longer, and let runs read it again from its cursor.

    What was told of it is over with the last such stream. False if the stream is not paused.
    """
    row = states.of_source(tx, source).get(stream)
    if row is None or row.paused_reason is None:
        return False
    if row.profile is not None:
        profile = Profile.load(row.profile, "")
        for change in schema_changes.open_ones(tx, source, stream):
            profile.forget(change.field)
        states.save_profile(tx, source, stream, profile.dump(), at)
    schema_changes.accept(tx, source, stream, at)
    states.set_paused(tx, source, stream, None, at)
    if not any(one.paused_reason for one in states.of_source(tx, source).values()):
        over(tx, source, PAUSED, at)
    return True
