"""Finds the ids of rows changed since a time.

Odoo tells times in whole seconds but keeps them finer, and rows written together share one: no
page may end at a time. A second that a page ends in is therefore read to its end by id.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.builtin.odoo.client import Domain, OdooClient, Row
from daifuku.errors import TransientError

STAMP = "write_date"
_SECOND = timedelta(seconds=1)


def newest(client: OdooClient, model: str, domain: Domain) -> str | None:
    """The time of the latest change, None if there is no row."""
    rows = client.search_read(model, domain, [STAMP], order=f"{STAMP} desc, id desc", limit=1)
    return stamp_of(rows[0]) if rows else None


def changed(
    client: OdooClient, model: str, domain: Domain, *, since: str, fields: Sequence[str], size: int
) -> Iterator[Row]:
    """The rows written at `since` or later, with their time and `fields`; each once."""
    wanted = [STAMP, *fields]
    while True:
        page = client.search_read(
            model, [*domain, [STAMP, ">=", since]], wanted, order=f"{STAMP}, id", limit=size
        )
        if len(page) < size:
            yield from page
            return
        second = stamp_of(page[-1])
        if second < since:
            raise TransientError(f"Odoo gives rows of {model} that were not asked for.")
        yield from (row for row in page if stamp_of(row) < second)
        end = _text(datetime.fromisoformat(second) + _SECOND)
        within = [[STAMP, ">=", second], [STAMP, "<", end]]
        yield from by_id(client, model, [*domain, *within], wanted, size)
        since = end


def by_id(
    client: OdooClient, model: str, domain: Domain, fields: Sequence[str], size: int
) -> Iterator[Row]:
    """All rows in the order of their ids."""
    last = 0
    while True:
        page = client.search_read(
            model, [*domain, ["id", ">", last]], fields, order="id", limit=size
        )
        yield from page
        if len(page) < size:
            return
        last = _advanced(model, last, page[-1]["id"])


def all_ids(client: OdooClient, model: str, domain: Domain, size: int) -> Iterator[int]:
    """The ids of all rows, ascending."""
    last = 0
    while True:
        page = client.search(model, [*domain, ["id", ">", last]], limit=size)
        yield from page
        if len(page) < size:
            return
        last = _advanced(model, last, page[-1])


def before(mark: str, seconds: int) -> str:
    """The time so many seconds before `mark`."""
    return _text(datetime.fromisoformat(mark) - timedelta(seconds=seconds))


def stamp_of(row: Row) -> str:
    """A row's time of change; TransientError if it has none."""
    stamp: Any = row.get(STAMP)
    if not isinstance(stamp, str) or not stamp:
        raise TransientError("Odoo answered a row without the time at which it was written.")
    return stamp


def _advanced(model: str, last: int, found: int) -> int:
    if found <= last:
        raise TransientError(
            f"Odoo gives the same page of {model} again.",
            hint="It is tried again; if it happens every time, tell its administrator.",
        )
    return found


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
