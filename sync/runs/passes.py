"""Where reading a stream begins: at its cursor, at its beginning again, or at a date.

A full re-sync or a backfill reads beside the stream's own cursor, with one of its own that is
kept until the pass is complete: interrupted, the next run goes on with it, and what is new is
not lost meanwhile, because the stream's own cursor stands where it stood.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.protocol import StreamState
from daifuku.storage.repositories.states import StreamRow

FULL = "full"
_SINCE = "since "

Rewound = Callable[[str, StreamState, datetime], StreamState | None]
"""A stream's cursor set back to a moment; None where its connector cannot."""


@dataclass(frozen=True, slots=True)
class Start:
    """`state` is where to begin, empty for the beginning; `words` say so to people.

    `rereading` names the pass beside the stream's own cursor, None for an ordinary one. Where it
    `replaces`, its last cursor becomes the stream's own once it is complete.
    """

    state: StreamState = field(default_factory=dict)
    words: str = ""
    rereading: str | None = None
    replaces: bool = True

    @property
    def from_beginning(self) -> bool:
        return not self.state


def since_word(moment: datetime) -> str:
    """How a backfill from that moment is kept in the store."""
    return _SINCE + moment.astimezone(UTC).isoformat()


def start_of(row: StreamRow, *, full: bool, since: datetime | None, rewound: Rewound) -> Start:
    """Where to begin with a stream that stands as `row` says.

    A full re-sync that is not finished goes on whatever is asked for: it covers the rest. A
    backfill that is not finished goes on unless it is to begin at another date.
    """
    if row.rereading == FULL and row.reread_state:
        return Start(row.reread_state, "goes on with the full re-sync that was interrupted", FULL)
    if full or row.rereading == FULL:
        return Start({}, "reads everything again from the beginning", FULL)
    asked = since_word(since) if since else row.rereading
    if asked is None:
        return Start(row.state, _ordinary(row))
    if asked == row.rereading and row.reread_state:
        words = f"goes on with the backfill {_named(asked)} that was interrupted"
        return Start(row.reread_state, words, asked, replaces=not row.state)
    return _backfill(row, asked, rewound)


def _ordinary(row: StreamRow) -> str:
    return "goes on from its cursor" if row.state else "reads from the beginning"


def _backfill(row: StreamRow, asked: str, rewound: Rewound) -> Start:
    state = rewound(row.stream, row.state, datetime.fromisoformat(asked.removeprefix(_SINCE)))
    if state:
        return Start(state, f"reads again {_named(asked)}", asked, replaces=not row.state)
    words = f"cannot begin at a date, so that it is read in full for the backfill {_named(asked)}"
    return Start({}, words, asked)


def _named(asked: str) -> str:
    """`since 2024-01-01`, without a time where that is midnight."""
    return asked.removesuffix("T00:00:00+00:00")
