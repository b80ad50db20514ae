"""The change feed as downstream systems read it: page after page, from where they stopped."""

from dataclasses import dataclass

import orjson

from daifuku.errors import ConflictError
from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions, history
from daifuku.storage.repositories.resolution.history import StoredEvent


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes in their order. `next` is where to go on, `head` the newest change there is."""

    changes: list[StoredEvent]
    next: int
    head: int


def feed_page(tx: Transaction, after: int, limit: int, entity: Entity | None = None) -> FeedPage:
    """At most `limit` changes after that one, of one entity or both.

    Changes are written by one transaction at a time, so that none ever appears before one that
    was read already.

    Raises:
        ConflictError: the hub has not come as far as `after`.
    """
    head = decisions.last_event(tx)
    if after > head:
        raise ConflictError(
            f"The newest change is {head}; there is none {after} yet.",
            hint="The hub was restored from a backup: list all profiles, then go on from there.",
        )
    found = history.page(tx, after, head, limit, entity)
    return FeedPage(found, found[-1].sequence if len(found) == limit else head, head)


def feed_json(page: FeedPage) -> bytes:
    """The page as JSON; what golden records said is passed on as it was stored."""
    head = orjson.dumps({"next": page.next, "head": page.head})
    return b'{"changes":[%s],%s' % (b",".join(map(_change, page.changes)), head[1:])


def _change(event: StoredEvent) -> bytes:
    said = {
        "sequence": event.sequence,
        "id": event.golden_id,
        "entity": event.entity,
        "kind": event.kind,
        "version": event.version,
        "into": event.into,
        "at": event.at,
        "decision": event.decision_id,
    }
    return orjson.dumps(said)[:-1] + b',"profile":%s}' % (event.body or b"null")
