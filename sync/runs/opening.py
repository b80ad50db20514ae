"""Opens the streams of a run: which are read, in which order, and where each begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter

from connectors.protocol import Connector, Rewindable, StreamSpec, StreamState
from daifuku.errors import SourceError, SystemFault
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import states, stream_runs
from daifuku.storage.repositories.states import StreamRow
from sync.runs.drift import Watch
from sync.runs.passes import Rewound, start_of
from sync.runs.profile import Profile
from sync.runs.stream import OneStream
from sync.standing import Mapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is asked of a run; `streams` of None are all. See `sync.runner.RunOptions`."""

    source: str
    run_id: int
    streams: Sequence[str] | None
    full: bool
    since: datetime | None
    asked_at: datetime | None
    mapper: Mapper
    mapping_digest: str


def open_streams(
    store: Store, connector: Connector, specs: Sequence[StreamSpec], opening: Opening
) -> tuple[list[OneStream], dict[str, StreamState]]:
    """The streams of the run in the order in which they are read, paused ones too, and the state
    the connector begins at. They are noted in the store, and so is what each is to re-read.

    Raises:
        SourceError: the source has no such stream.
    """
    names = _chosen(ordered(specs), opening.streams)
    rewound = _rewound(connector)
    with store.read() as tx:
        rows = states.of_source(tx, opening.source)
    # Setting a cursor back may ask the source, so that it is not done while writing.
    streams = [
        _stream(rows.get(name) or StreamRow(stream=name), opening, rewound) for name in names
    ]

    def begin(tx: Transaction) -> None:
        now = datetime.now(UTC)
        for one in streams:
            wanted = one.start.rereading
            if wanted and not (one.row.rereading == wanted and one.row.reread_state):
                states.begin_reread(tx, opening.source, one.name, wanted, now)
        stream_runs.begin(tx, opening.run_id, [one.tally.run for one in streams])

    store.transact(begin)
    state = {name: row.state for name, row in rows.items()}
    state |= {one.name: one.start.state for one in streams}
    return streams, {name: held for name, held in state.items() if held}


def ordered(specs: Sequence[StreamSpec]) -> list[StreamSpec]:
    """The streams, each after those it depends on; otherwise in the order given."""
    by_name = {spec.name: spec for spec in specs}
    graph = {spec.name: [name for name in spec.depends_on if name in by_name] for spec in specs}
    try:
        return [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError:
        raise SystemFault("The streams of a connector depend on each other in a circle.") from None


def _chosen(specs: Sequence[StreamSpec], streams: Sequence[str] | None) -> list[str]:
    names = [spec.name for spec in specs]
    unknown = set(streams or ()) - set(names)
    if unknown:
        raise SourceError(
            f"There is no stream {', '.join(sorted(unknown))}.", hint=f"Known: {', '.join(names)}."
        )
    return [name for name in names if streams is None or name in streams]


def _stream(row: StreamRow, opening: Opening, rewound: Rewound) -> OneStream:
    fresh = opening.asked_at is None or row.reread_at is None or row.reread_at < opening.asked_at
    start = start_of(
        row,
        full=opening.full and fresh,
        since=opening.since if fresh else None,
        rewound=rewound,
    )
    profile = Profile.load(row.profile, opening.mapping_digest)
    watch = Watch(opening.source, row.stream, profile, opening.mapper)
    one = OneStream(row, start, watch)
    if row.paused_reason is not None:
        one.pause(row.paused_reason)
    return one


def _rewound(connector: Connector) -> Rewound:
    """What sets a stream's cursor back, for connectors that can."""
    if isinstance(connector, Rewindable):
        return connector.rewound

    def cannot(_stream: str, _state: StreamState, _since: datetime) -> None:
        return None

    return cannot
