"""Reads one stream: what changed, record by record, then what was deleted.

Each reading first fixes the position it will reach and the ids to yield, then yields them in
the order of their ids. What changes meanwhile lies beyond that position and comes next time, so
that an interrupted reading goes on after the last id it yielded.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.ids import IdSet
from connectors.protocol import Checkpoint, Log, Message, Record, Status, StreamState, StreamStatus
from connectors.tryton_client.access import hidden_fields
from connectors.tryton_client.client import Row, TrytonClient
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.plan import STAMPS, StreamPlan
from connectors.tryton_client.progress import Progress, from_state
from connectors.tryton_client.survey import Surveyor


def changed_at(row: Row, timed: Sequence[str]) -> str | None:
    """The latest time at which the record or a row of its relations `timed` was written."""
    held = [row, *(part for relation in timed for part in row.get(relation) or ())]
    times = [part.get(stamp) for part in held for stamp in STAMPS]
    return max(filter(None, times), key=datetime.fromisoformat, default=None)


class StreamReader:
    """Reads `plan` from the database behind `client`. `clock` gives epoch seconds."""

    def __init__(
        self,
        client: TrytonClient,
        plan: StreamPlan,
        config: TrytonConfig,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._plan = plan
        self._page = config.page_size
        self._sweep_every = config.sweep_every
        self._surveyor = Surveyor(client, plan, config, clock)

    def read(self, state: StreamState | None) -> Iterator[Message]:
        """The messages of one reading up to COMPLETE; STARTED is the caller's.

        Raises:
            SourceError: the source failed; the checkpoints yielded so far stay valid.
        """
        stream = self._plan.stream
        progress = from_state(stream, state)
        untouched = progress == Progress()
        sweeping = progress.base is None or progress.syncs + 1 >= self._sweep_every
        progress, ids = self._surveyed(progress, deletions=sweeping)
        hidden = ""
        for page, rows in self._pages(progress, ids):
            if not hidden and (hidden := hidden_fields(self._plan, rows)):
                yield Log("warning", hidden)
            yield from (Record(stream, str(row["id"]), row) for row in rows)
            yield Checkpoint(stream, page.to_state())
            progress = page
        known = progress.known
        if sweeping:
            present = IdSet(self._surveyor.census())
            for id_ in IdSet.parse(known) - present:
                yield Record(stream, str(id_), {}, deleted=True)
            known = present.text
        syncs = 0 if sweeping else progress.syncs + 1
        end = Progress(base=progress.target, known=known, syncs=syncs)
        yield Checkpoint(stream, end.to_state())
        yield Status(stream, StreamStatus.COMPLETE, full_pass=untouched)

    def _surveyed(self, progress: Progress, *, deletions: bool) -> tuple[Progress, Sequence[int]]:
        """The progress towards the position to reach, and the ids still to yield, ascending."""
        known = IdSet.parse(progress.known)
        if progress.base is None:
            survey = self._surveyor.everything()
            known = known.joined(survey.ids)
        else:
            survey = self._surveyor.changes(progress.base, known, deletions=deletions)
        target = progress.target or survey.target  # a reading under way keeps the one it fixed
        left = sorted(id_ for id_ in survey.ids if id_ > progress.after)
        return replace(progress, target=target, known=known.text), left

    def _pages(
        self, progress: Progress, ids: Sequence[int]
    ) -> Iterator[tuple[Progress, list[Row]]]:
        """The rows to yield, page by page, with the progress that each page makes."""
        known = IdSet.parse(progress.known)
        for start in range(0, len(ids), self._page):
            page = ids[start : start + self._page]
            rows = self._rows(page)
            found = {row["id"] for row in rows}
            known = known.joined(found)
            if progress.base is None:
                known = known.without(set(page) - found)
            progress = replace(progress, after=page[-1], known=known.text)
            yield progress, rows

    def _rows(self, ids: Sequence[int]) -> list[Row]:
        """The records with these ids; those that went away meanwhile are left out."""
        domain = [*self._plan.domain, ["id", "in", list(ids)]]
        if self._plan.deactivable:
            # Named in the domain so that archived records come, but not their archived parts.
            domain.append(["active", "in", [True, False]])
        plan = self._plan
        rows = self._client.search(plan.model, domain, plan.all_fields, size=len(ids))
        return [row | {"changed_at": changed_at(row, plan.timed)} for row in rows]
