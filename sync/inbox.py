"""Webhooks and form posts: stored before they are acknowledged, landed by a job soon after."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from connectors.protocol import ConnectorSpec, PushConnector, Record
from daifuku.errors import NotFoundError, TransientError
from daifuku.records import Receipt
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import inbox, jobs, sources
from daifuku.storage.repositories.sources import SourceRow
from sync.deliveries import KEPT, land_waiting
from sync.evidence import storable
from sync.jobs.asking import ask_sync
from sync.jobs.wishes import Wish
from sync.sources import connect_source, mapping_of

RECEIVED_AT = "x-daifuku-received-at"
"""Header added to a stored delivery: Unix seconds. A signature's age is judged by it."""
MOST_WAITING = 100_000
"""Deliveries of a source that may wait to be landed; further ones are refused for now."""
_KEPT = ("content-", "x-", "webhook-")
_KEPT_TOO = ("origin", "date")
_SIGNS = "-signature"
_DROPPED = ("x-forwarded-", "x-real-ip", "x-api-key")


class InboxFullError(TransientError):
    """So many deliveries wait to be landed that no further one is taken for now."""

    kind = "inbox_full"
    retry_after = 60.0
    """Seconds after which its sender may try again."""


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
        InboxFullError: too many wait to be landed.
        BusyError: the store was not to be had.
    """
    with store.read() as tx:
        row = sources.get(tx, source)
    connector = push_connector(box, row)
    lower = {name.lower(): value for name, value in headers.items()}
    # The hub's own word on when it came: a sender's would make an old signature young again.
    lower.pop(RECEIVED_AT, None)
    records = connector.parse_webhook(lower, body)
    news = () if row.paused else _announced(connector.spec, records)
    return deliver(store, source, connector.delivery_id(lower, body), lower, body, news=news)


def deliver(
    store: Store,
    source: str,
    delivery_id: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    news: Collection[str] = (),
    most_waiting: int = MOST_WAITING,
) -> bool:
    """Store a delivery that was checked, durably; False if it was delivered before.

    It says that there is `news` in these streams: they are read as soon as a worker is free.

    Raises:
        InboxFullError: more than `most_waiting` wait to be landed.
    """
    now = datetime.now(UTC)
    kept = {name: value for name, value in headers.items() if _is_kept(name)}
    kept[RECEIVED_AT] = str(int(now.timestamp()))
    with store.write() as tx:
        if inbox.is_full(tx, source, most_waiting):
            raise InboxFullError(
                f"{most_waiting:,} deliveries of {source} wait to be landed.",
                hint="Is a worker running? Start one: daifuku worker",
            )
        fresh = inbox.put(tx, source, storable(delivery_id), headers=kept, body=body, at=now)
        if fresh:
            _land_soon(tx, source, now)
            if news:
                ask_sync(tx, source, now, Wish(streams=tuple(news)))
    return fresh


def replay_deliveries(
    store: Store, source: str, *, failed_only: bool = True, since: datetime | None = None
) -> int:
    """Have deliveries landed again that failed, or all whose bodies are kept; returns how many.

    What has come since by any other way is newer, and stays.

    Raises:
        NotFoundError: there is no such source.
    """
    now = datetime.now(UTC)
    with store.write() as tx:
        sources.get(tx, source)
        again = inbox.replay(tx, source, now, failed_only=failed_only, since=since)
        if again:
            _land_soon(tx, source, now)
    return again


def process_inbox(store: Store, box: SecretBox, source: str, *, keep: timedelta = KEPT) -> Receipt:
    """Land every waiting delivery of a source, in the order they came.

    One that cannot be parsed or landed is kept as failed, with the reason; the others go on.
    What those that landed said is forgotten after `keep`.
    """
    with store.read() as tx:
        row = sources.get(tx, source)
    return land_waiting(store, row.id, push_connector(box, row), mapping_of(row), keep=keep)


def _announced(spec: ConnectorSpec, records: Sequence[Record]) -> list[str]:
    """The streams in which there is news, as these records of others say."""
    delivered = {record.stream for record in records}
    announced = {name for one in spec.streams if one.name in delivered for name in one.announces}
    return sorted(announced)


def _land_soon(tx: Transaction, source: str, now: datetime) -> None:
    jobs.enqueue(tx, "inbox", {"source": source}, now=now, dedup_key=f"inbox:{source}")


def _is_kept(name: str) -> bool:
    if name in _KEPT_TOO or name.endswith(_SIGNS):
        return True
    return name.startswith(_KEPT) and not name.startswith(_DROPPED)
