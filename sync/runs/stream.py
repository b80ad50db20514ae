"""One stream while it is read: what waits to be landed, and what has come of it so far."""

from dataclasses import replace

from daifuku.errors import SourceError
from daifuku.records import StreamPhase
from daifuku.storage.repositories.states import StreamRow
from sync.landing import Arrival
from sync.runs.drift import Watch
from sync.runs.passes import Start
from sync.runs.tally import Tally


class OneStream:
    """`row` is where the stream stood before; `generation` numbers this pass, None before its
    first landing. Nothing more of one that is `held` lands."""

    __slots__ = (
        *("arrivals", "error", "generation", "held", "name", "row", "start", "tally"),
        "watch",
    )

    def __init__(self, row: StreamRow, start: Start, watch: Watch) -> None:
        self.name = row.stream
        self.row = row
        self.start = start
        self.watch = watch
        self.tally = Tally(row.stream)
        self.arrivals: list[Arrival] = []
        self.generation: int | None = None
        self.error: SourceError | None = None
        self.held = False

    @property
    def phase(self) -> StreamPhase:
        return self.tally.run.state

    def pause(self, reason: str) -> None:
        """Leave the stream out of this run."""
        self.tally.run = replace(self.tally.run, state=StreamPhase.PAUSED, error_kind=reason)

    def take_arrivals(self) -> list[Arrival]:
        """What waited, which now waits no more."""
        arrivals, self.arrivals = self.arrivals, []
        return arrivals
