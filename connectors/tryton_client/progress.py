"""The state of a stream: how far it was read, and what is known to exist."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from connectors.ids import IdSet
from connectors.protocol import StreamState
from connectors.tryton_client.changes import Mark
from connectors.tryton_client.fingerprints import Fingerprints
from daifuku.errors import ConfigError

_INSTANT = timedelta(microseconds=1)
"""What Tryton tells times apart by: a reading begins after its mark."""


@dataclass(frozen=True, slots=True)
class Position:
    """A complete view: everything up to these marks and fingerprints was read."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    parts: Mapping[str, Fingerprints] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """`base` is the last complete position, None before the first. `target` is the one that the
    reading under way will reach; its records up to id `after` were yielded.

    `known` are the records yielded and not since deleted, as ranges. `syncs` counts the syncs
    since deletions were looked for.
    """

    base: Position | None = None
    target: Position | None = None
    after: int = 0
    known: str = ""
    syncs: int = 0

    def to_state(self) -> StreamState:
        return asdict(self)

    def set_back(self, since: datetime) -> "Progress | None":
        """The progress from which what was written at `since` or later is read; None before the
        first complete view. What is known to exist stays known."""
        if self.base is None:
            return None
        at = (since.astimezone(UTC).replace(tzinfo=None) - _INSTANT).isoformat()
        marks = {name: _earlier(mark, at) for name, mark in self.base.marks.items()}
        return replace(self, base=replace(self.base, marks=marks), target=None, after=0)


def _earlier(mark: Mark, at: str) -> Mark:
    if mark.at is None or datetime.fromisoformat(mark.at) <= datetime.fromisoformat(at):
        return mark
    return Mark(at)


_ADAPTER = TypeAdapter(Progress)


def from_state(stream: str, state: StreamState | None) -> Progress:
    """The progress that `state` holds; an absent state is the beginning.

    Raises:
        ConfigError: another version or another connector wrote it.
    """
    try:
        progress = _ADAPTER.validate_python(dict(state or {}))
        IdSet.parse(progress.known)
    except (ValidationError, ValueError):
        raise ConfigError(
            f"The stored position of {stream} cannot be read.",
            hint="Reset the stream; reading it from the beginning changes nothing that is right.",
            stream=stream,
        ) from None
    return progress
