"""Watches the fields of records that are delivered.

They land whatever they lack, for their sender was told that they had come. That a field of the
mapping comes no more is told as it is of records that are read, and holds back reading alone.
"""

from collections.abc import Sequence
from datetime import datetime

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import states
from daifuku.storage.repositories.states import StreamRow
from mapping.rules import Mapping as RecordMapping
from sync.landing import Arrival
from sync.runs.drift import SchemaDriftError, Watch, words_of
from sync.runs.journal import Journal
from sync.runs.profile import Profile
from sync.standing import Mapper


def watch_delivered(
    tx: Transaction,
    source: str,
    stream: str,
    records: Sequence[Arrival],
    *,
    mapping: RecordMapping,
    mapper: Mapper,
    journal: Journal,
    at: datetime,
) -> SchemaDriftError | None:
    """Take in what was delivered of a stream; returns what its owner is to be told, once.

    No pass over it ends, so that it is known once there were enough records to judge by.
    """
    row = states.of_source(tx, source).get(stream) or StreamRow(stream=stream)
    watch = Watch(source, stream, Profile.load(row.profile, mapping.digest), mapper)
    told = row.paused_reason is not None
    changes = [one for one in watch.look(records, at) if not (one.pauses and told)]
    watch.profile.settle_once_known()
    watch.save(tx, changes, run_id=journal.run_id, at=at)
    for change in changes:
        journal.note("info", words_of(change), stream)
    gone = next((change for change in changes if change.pauses), None)
    if gone is None:
        return None
    watch.pause(tx, at)
    error = watch.error(gone, delivered=True)
    journal.note("error", str(error), stream)
    return error
