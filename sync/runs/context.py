"""What the parts of a run share, and how a run can end before its time."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.protocol import DeletePolicy, StreamSpec
from daifuku.errors import DaifukuError, TransientError
from daifuku.records import Receipt
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import runs
from sync.leases import lease_end
from sync.runs.guards import Guards
from sync.runs.journal import Journal
from sync.standing import Mapper

Progress = Callable[[str, Receipt], None]
"""Told after each checkpoint: the stream, and the run's receipt so far."""


class RunLostError(DaifukuError):
    """The run was cancelled, or its lease ran out and another took over."""

    kind = "run_lost"


class RunStoppedError(DaifukuError):
    """The process is shutting down: the run ends at a checkpoint, to be gone on with."""

    kind = "interrupted"


class RunBrokenError(TransientError):
    """The hub's own database failed: the run ends, to be gone on with from its last checkpoint."""

    kind = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What reading needs of the run it belongs to. `lost` is set once the run is not ours."""

    store: Store
    source: str
    run_id: int
    mapper: Mapper
    specs: Mapping[str, StreamSpec]
    journal: Journal
    lease_seconds: float
    update_config: Callable[[Mapping[str, Any]], None]
    progress: Progress = lambda _stream, _receipt: None
    stop: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    guards: Guards = field(default_factory=Guards)
    allow_deletions: bool = False

    def counts_passes(self, stream: str) -> bool:
        """Whether what a whole pass over the stream does not list is gone."""
        spec = self.specs.get(stream)
        return spec is not None and spec.deletes is DeletePolicy.FULL_PASS

    def count(self, tx: Transaction, receipt: Receipt) -> None:
        """Count in the transaction that lands: a run that is no longer ours writes nothing.

        Raises:
            RunLostError: it is no longer ours.
        """
        if not runs.count(tx, self.run_id, receipt, lease_end(self.lease_seconds)):
            raise lost_error()

    def check_time(self) -> None:
        """Raise what ends the run at this point, if anything does."""
        if self.lost.is_set():
            raise lost_error()
        if self.stop.is_set():
            raise RunStoppedError("The process is shutting down; the next run goes on from here.")


def lost_error() -> RunLostError:
    """The run was cancelled or taken over."""
    return RunLostError("The sync was cancelled, or another process took it over.")
