"""Webhooks and form posts: stored before they are acknowledged, landed by a job soon after."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import cast

from connectors.protocol import PushConnector, Record
from daifuku.errors import NotFoundError, SourceError
from daifuku.logs import get_logger, redactor
from daifuku.records import Receipt, StreamPhase, StreamRun
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import inbox, jobs, runs, sources, states, stream_runs
from daifuku.storage.repositories.inbox import Delivery
from daifuku.storage.repositories.sources import SourceRow
from sync.evidence import storable
from sync.landing import Arrival, land
from sync.sources import connect_source, mapper_of
from sync.standing import Mapper

log = get_logger(__name__)

RECEIVED_AT = "x-daifuku-received-at"
"""Header added to a stored delivery: Unix seconds. A signature's age is judged by it."""
BATCH = 100
_KEPT = ("content-", "x-", "webhook-")
_KEPT_TOO = ("origin", "date")
_SIGNS = "-signature"
_DROPPED = ("x-forwarded-", "x-real-ip", "x-api-key")


def push_connector(box: SecretBox, row: SourceRow) -> PushConnector:
    """The source's connector, as one that takes deliveries.

    Raises:
        NotFoundError: this source takes none.
    """
    connector = connect_source(box, row)
    if not connector.spec.pushes:
        raise NotFoundError(f"The source {row.id} takes no deliveries: it is read from.")
    return cast(PushConnector, connector)


def receive(
    store: Store, box: SecretBox, source: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Check a delivery and store it; False if it was delivered before. Answer 2xx after this.

    `body` is the raw bytes; header names may be in any case.

    Raises:
        NotFoundError: there is no such source, or it takes no deliveries.
        AuthExpiredError: the signature is wrong.
        RecordError: the body cannot be read.
    """
    with store.read() as tx:
        row = sources.get(tx, source)
    connector = push_connector(box, row)
    lower = {name.lower(): value for name, value in headers.items()}
    # The hub's own word on when it came: a sender's would make an old signature young again.
    lower.pop(RECEIVED_AT, None)
    connector.parse_webhook(lower, body)
    return deliver(store, source, connector.delivery_id(lower, body), lower, body)


def deliver(
    store: Store, source: str, delivery_id: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Store a delivery that was checked, durably; False if it was delivered before."""
    now = datetime.now(UTC)
    kept = {name: value for name, value in headers.items() if _is_kept(name)}
    kept[RECEIVED_AT] = str(int(now.timestamp()))
    with store.write() as tx:
        fresh = inbox.put(tx, source, storable(delivery_id), headers=kept, body=body, at=now)
        if fresh:
            jobs.enqueue(tx, "inbox", {"source": source}, now=now, dedup_key=f"inbox:{source}")
    return fresh


def process_inbox(store: Store, box: SecretBox, source: str) -> Receipt:
    """Land every waiting delivery of a source, in the order they came.

    One that cannot be parsed is kept as failed, with the reason; the others go on.
    """
    with store.read() as tx:
        row = sources.get(tx, source)
    connector = push_connector(box, row)
    mapper = mapper_of(row)
    total = Receipt()
    while True:
        with store.read() as tx:
            waiting = inbox.waiting(tx, source, BATCH)
        if not waiting:
            return total
        parsed = [_parse(connector, delivery) for delivery in waiting]
        total += store.transact(partial(_land, source=source, mapper=mapper, deliveries=parsed))


Parsed = tuple[Delivery, list[Record] | SourceError]


def _parse(connector: PushConnector, delivery: Delivery) -> Parsed:
    try:
        return delivery, list(connector.parse_webhook(delivery.headers, delivery.body))
    except SourceError as error:
        return delivery, error
    except Exception as error:
        log.exception("a delivery could not be parsed for a fault of ours", id=delivery.id)
        return delivery, SourceError(f"The connector failed on it: {type(error).__name__}.")


def _land(tx: Transaction, *, source: str, mapper: Mapper, deliveries: list[Parsed]) -> Receipt:
    now = datetime.now(UTC)
    arrivals: defaultdict[str, list[Arrival]] = defaultdict(list)
    for delivery, parsed in deliveries:
        if isinstance(parsed, SourceError):
            inbox.mark(tx, delivery.id, inbox.FAILED, redactor.text(str(parsed)))
            continue
        inbox.mark(tx, delivery.id, inbox.LANDED)
        for record in parsed:
            arrivals[record.stream].append(record)
    if not arrivals:
        return Receipt()
    run_id = runs.record(tx, source, now)
    by_stream: list[StreamRun] = []
    for stream, records in arrivals.items():
        receipt = land(
            tx,
            source,
            stream,
            records,
            mapper=mapper,
            at=now,
            run_id=run_id,
            generation=states.generation(tx, source, stream),
        )
        by_stream.append(_delivered(stream, receipt, now))
    total = sum((one.receipt for one in by_stream), Receipt())
    runs.credit(tx, run_id, total)
    stream_runs.begin(tx, run_id, by_stream)
    return total


def _delivered(stream: str, receipt: Receipt, at: datetime) -> StreamRun:
    return StreamRun(
        stream=stream,
        state=StreamPhase.DELIVERED,
        receipt=receipt,
        started_at=at,
        checkpoint_at=at,
        ended_at=at,
    )


def _is_kept(name: str) -> bool:
    if name in _KEPT_TOO or name.endswith(_SIGNS):
        return True
    return name.startswith(_KEPT) and not name.startswith(_DROPPED)
