"""Lands the deliveries that wait, in the order they came; one that is poison holds up no other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.protocol import PushConnector, Record
from daifuku.errors import BusyError, SourceError
from daifuku.logs import get_logger, redactor
from daifuku.records import Receipt, StreamPhase, StreamRun
from daifuku.storage.engine import Store, StoreUnavailable, Transaction
from daifuku.storage.repositories import inbox, runs, states, stream_runs
from daifuku.storage.repositories.inbox import Delivery
from daifuku.storage.repositories.landing import stored_sources
from mapping.rules import Mapping as RecordMapping
from sync.evidence import storable
from sync.landing import Arrival, land
from sync.notices.watch import run_ended
from sync.runs.delivered import watch_delivered
from sync.runs.journal import Journal
from sync.sources import mapper_with
from sync.standing import Mapper

log = get_logger(__name__)

BATCH = 100
KEPT = timedelta(days=7)
"""How long what a landed delivery said is kept, unless told otherwise."""
REMEMBERED = timedelta(days=90)
"""How long a landed delivery is recognised when it comes again."""

Parsed = tuple[Delivery, Sequence[Record] | SourceError]


def land_waiting(
    store: Store,
    source: str,
    connector: PushConnector,
    mapping: RecordMapping,
    *,
    keep: timedelta = KEPT,
) -> Receipt:
    """Land what waits, and forget what landed deliveries said once `keep` has passed."""
    landing = _Landing(store, source, mapping, mapper_with(mapping))
    total = Receipt()
    while True:
        with store.read() as tx:
            waiting = inbox.waiting(tx, source, BATCH)
        if not waiting:
            break
        total += landing.land([_parse(connector, delivery) for delivery in waiting])
    now = datetime.now(UTC)
    with store.write() as tx:
        inbox.drop_bodies(tx, source, now - keep)
        inbox.forget(tx, source, now - max(keep, REMEMBERED))
    return total


def _parse(connector: PushConnector, delivery: Delivery) -> Parsed:
    try:
        return delivery, list(connector.parse_webhook(delivery.headers, delivery.body))
    except SourceError as error:
        return delivery, error
    except Exception as error:
        log.exception("a delivery could not be parsed for a fault of ours", id=delivery.id)
        return delivery, SourceError(f"The connector failed on it: {type(error).__name__}.")


@dataclass(frozen=True, slots=True)
class _Landing:
    """Lands deliveries of one source."""

    store: Store
    source: str
    mapping: RecordMapping
    mapper: Mapper

    def land(self, deliveries: Sequence[Parsed]) -> Receipt:
        """Land them together; if that fails each by itself, so that the poison one is found."""
        try:
            return self.store.transact(lambda tx: self._land(tx, deliveries))
        except (StoreUnavailable, BusyError):
            raise
        except Exception as error:
            if len(deliveries) > 1:
                return sum((self.land([one]) for one in deliveries), Receipt())
            ((delivery, _),) = deliveries
            log.exception("a delivery could not be landed for a fault of ours", id=delivery.id)
            with self.store.write() as tx:
                inbox.failed(tx, delivery.id, f"Landing it failed: {type(error).__name__}.")
            return Receipt()

    def _land(self, tx: Transaction, deliveries: Sequence[Parsed]) -> Receipt:
        now = datetime.now(UTC)
        arrivals: defaultdict[str, list[Arrival]] = defaultdict(list)
        for delivery, parsed in deliveries:
            if isinstance(parsed, SourceError):
                inbox.failed(tx, delivery.id, redactor.text(str(parsed)))
                continue
            inbox.landed(tx, delivery.id, now)
            for record in self._not_overtaken(tx, delivery, parsed):
                arrivals[record.stream].append(record)
        if not arrivals:
            return Receipt()
        run_id = runs.record(tx, self.source, now)
        journal = Journal(run_id)
        by_stream = [
            self._land_stream(tx, stream, records, journal, now)
            for stream, records in arrivals.items()
        ]
        total = sum((one.receipt for one in by_stream), Receipt())
        runs.credit(tx, run_id, total)
        stream_runs.begin(tx, run_id, by_stream)
        journal.close(tx)
        for one in by_stream:
            if one.error and one.error_kind:
                runs.doubt(tx, run_id, error=one.error, error_kind=one.error_kind)
                run_ended(tx, runs.get(tx, run_id), now)
        return total

    def _land_stream(
        self,
        tx: Transaction,
        stream: str,
        records: Sequence[Arrival],
        journal: Journal,
        now: datetime,
    ) -> StreamRun:
        doubt = watch_delivered(
            tx,
            self.source,
            stream,
            records,
            mapping=self.mapping,
            mapper=self.mapper,
            journal=journal,
            at=now,
        )
        receipt = land(
            tx,
            self.source,
            stream,
            records,
            mapper=self.mapper,
            at=now,
            run_id=journal.run_id,
            generation=states.generation(tx, self.source, stream),
        )
        return StreamRun(
            stream=stream,
            state=StreamPhase.DELIVERED,
            receipt=receipt,
            started_at=now,
            checkpoint_at=now,
            ended_at=now,
            error=redactor.text(str(doubt)) if doubt else None,
            error_kind=doubt.kind if doubt else None,
        )

    def _not_overtaken(
        self, tx: Transaction, delivery: Delivery, records: Sequence[Record]
    ) -> list[Record]:
        """The records of a delivery; of one that is replayed those only of which nothing has come
        between then and the replay, for that is newer."""
        if delivery.replayed_at is None:
            return list(records)
        since = delivery.landed_at or delivery.received_at
        by_stream: defaultdict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_stream[record.stream].append(record)
        overtaken: set[tuple[str, str]] = set()
        for stream, some in by_stream.items():
            ids = {storable(record.external_id) for record in some}
            for name, stored in stored_sources(tx, self.source, stream, ids).items():
                if since < stored.observed_at < delivery.replayed_at:
                    overtaken.add((stream, name))
        return [r for r in records if (r.stream, storable(r.external_id)) not in overtaken]
