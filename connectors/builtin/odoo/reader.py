"""Reads one stream: what changed, record by record, then what was deleted.

Each reading first fixes how far it will come and the ids to yield, then yields them in the order
of their ids, so that an interrupted reading goes on after the last id it yielded.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.builtin.odoo.changes import all_ids, before, by_id, changed, newest
from connectors.builtin.odoo.client import OdooClient
from connectors.builtin.odoo.config import OdooConfig
from connectors.builtin.odoo.plan import Plan
from connectors.builtin.odoo.progress import Marks, Progress
from connectors.ids import IdSet
from connectors.protocol import Checkpoint, Message, Record
from daifuku.errors import ConfigError, TransientError

_SMALL = 5
"""A page of ids and times holds so many times the records of a page."""

_BEGINNING = "1970-01-01 00:00:00"


class StreamReader:
    """Reads `plan` from the database behind `client`."""

    def __init__(self, client: OdooClient, plan: Plan, config: OdooConfig) -> None:
        self._client = client
        self._plan = plan
        self._config = config
        self._size = config.page_size
        self._regions: dict[int, Mapping[str, Any]] = {}

    def read(self, progress: Progress) -> Iterator[Message]:
        """Records and checkpoints up to the last one.

        Raises:
            SourceError: as `OdooClient` says; the checkpoints yielded so far stay valid.
        """
        fields = self._fields()
        sweeping = progress.base is None or progress.syncs + 1 >= self._config.sweep_every
        target = progress.target or self._newest(progress.base or {})
        progress = replace(progress, target=target)
        ids = sorted(id_ for id_ in self._changed(progress.base) if id_ > progress.after)
        progress = yield from self._pages(progress, ids, fields)
        if sweeping:
            present = IdSet(self._census())
            # What is there and was never seen came late: written long before it became visible.
            missed = present - IdSet.parse(progress.known)
            progress = yield from self._pages(progress, list(missed), fields)
            for id_ in IdSet.parse(progress.known) - present:
                yield Record(self._plan.stream, str(id_), {}, deleted=True)
            progress = replace(progress, known=present.text)
        syncs = 0 if sweeping else progress.syncs + 1
        end = Progress(base=target, known=progress.known, syncs=syncs)
        yield Checkpoint(self._plan.stream, end.to_state())

    def _pages(
        self, progress: Progress, ids: Sequence[int], fields: Sequence[str]
    ) -> Generator[Message, None, Progress]:
        """Yield these records page by page; gives the progress made."""
        known = IdSet.parse(progress.known)
        for start in range(0, len(ids), self._size):
            page = ids[start : start + self._size]
            rows = self._rows(page, fields)
            yield from (Record(self._plan.stream, str(row["id"]), row) for row in rows)
            known = known.joined({row["id"] for row in rows})
            after = max(progress.after, page[-1])
            progress = replace(progress, after=after, known=known.text)
            yield Checkpoint(self._plan.stream, progress.to_state())
        return progress

    def _fields(self) -> list[str]:
        """The plan's fields that this database has."""
        plan = self._plan
        found = self._client.fields(plan.model, plan.fields)
        if found is None:
            raise ConfigError(
                f"The Odoo database has no {plan.model}.",
                hint=f"Install the module {plan.module} there, or leave {plan.stream} out.",
            )
        return [name for name in plan.fields if name in found]

    def _newest(self, base: Marks) -> Marks:
        """How far a reading that begins now will have come."""
        marks = {}
        for model, domain, _ in self._feeds():
            found = newest(self._client, model, domain)
            marks[model] = max(found or _BEGINNING, base.get(model, _BEGINNING))
        return marks

    def _changed(self, base: Marks | None) -> set[int]:
        """The ids of the records changed since `base`, or whose lines were; all if it is None."""
        if base is None:
            return set(self._census())
        ids: set[int] = set()
        for model, domain, link in self._feeds():
            since = before(base.get(model, _BEGINNING), self._config.lookback_seconds)
            wanted, size = [link] if link else [], self._size * _SMALL
            rows = changed(self._client, model, domain, since=since, fields=wanted, size=size)
            ids.update(filter(None, (_id_at(row, link) for row in rows)))
        return ids

    def _feeds(self) -> Iterator[tuple[str, Sequence[Any], str]]:
        """Models to be watched with their rows, and the field by which these belong to a record.

        A line may change without its record being marked as changed.
        """
        plan = self._plan
        yield plan.model, plan.domain, ""
        if plan.lines:
            yield plan.lines.model, plan.lines.domain, plan.lines.link

    def _census(self) -> Iterator[int]:
        return all_ids(self._client, self._plan.model, self._plan.domain, self._size * _SMALL)

    def _rows(self, ids: Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        """The records with these ids; those that went away meanwhile are left out."""
        plan = self._plan
        domain = [*plan.domain, ["id", "in", list(ids)]]
        rows = self._client.search_read(plan.model, domain, [*fields], order="id", limit=len(ids))
        if not {row["id"] for row in rows} <= set(ids):
            raise TransientError(f"Odoo gives rows of {plan.model} that were not asked for.")
        if plan.lines:
            self._join_lines(rows)
        if "state_id" in fields:
            self._join_regions(rows)
        return rows

    def _join_lines(self, rows: Sequence[dict[str, Any]]) -> None:
        lines = self._plan.lines
        if lines is None or not rows:
            return
        domain = [*lines.domain, [lines.link, "in", [row["id"] for row in rows]]]
        held: dict[int, list[Any]] = {row["id"]: [] for row in rows}
        wanted = [lines.link, *lines.fields]
        for line in by_id(self._client, lines.model, domain, wanted, self._size * _SMALL):
            kept = {name: line.get(name) for name in ("id", *lines.fields)}
            held.get(_id_at(line, lines.link) or 0, []).append(kept)
        for row in rows:
            row["lines"] = held[row["id"]]

    def _join_regions(self, rows: Sequence[dict[str, Any]]) -> None:
        """Give each row its prefecture or state; the code is the same in any language."""
        missing = {_id_at(row, "state_id") for row in rows} - self._regions.keys() - {None}
        if missing:
            domain = [["id", "in", sorted(filter(None, missing))]]
            model, size = "res.country.state", self._size * _SMALL
            for region in by_id(self._client, model, domain, ["name", "code"], size):
                self._regions[region["id"]] = {
                    "name": region.get("name"),
                    "code": region.get("code"),
                }
        for row in rows:
            row["region"] = self._regions.get(_id_at(row, "state_id") or 0)


def _id_at(row: Mapping[str, Any], link: str) -> int | None:
    """The row's id, or that of the record its field `link` points at (`[id, name]` or false)."""
    found = row.get(link) if link else row["id"]
    if isinstance(found, list) and found:
        found = found[0]
    return found if type(found) is int else None
