"""The state of a stream: how far it was read, and what is known to exist."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from connectors.ids import IdSet
from connectors.protocol import StreamState
from daifuku.errors import ConfigError

Marks = Mapping[str, str]
"""By model the latest time of change that was seen, as Odoo writes it: UTC, in whole seconds."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`base` is how far the last complete reading came, None before the first. `target` is how
    far the reading under way will have come; its records up to id `after` were yielded.

    `known` are the records yielded and not since deleted, as ranges. `syncs` counts the syncs
    since deletions were looked for.
    """

    base: Marks | None = None
    target: Marks | None = None
    after: int = 0
    known: str = ""
    syncs: int = 0
    version: int = field(default=1)

    def to_state(self) -> StreamState:
        """The progress in JSON types."""
        return asdict(self)


_ADAPTER = TypeAdapter(Progress)


def from_state(stream: str, state: StreamState | None) -> Progress:
    """The progress that `state` holds; an absent state is the beginning.

    Raises:
        ConfigError: another version or another connector wrote it.
    """
    try:
        progress = _ADAPTER.validate_python(dict(state or {}))
        IdSet.parse(progress.known)
        for marks in filter(None, (progress.base, progress.target)):
            for mark in marks.values():
                datetime.fromisoformat(mark)
    except (ValidationError, ValueError):
        raise ConfigError(
            f"The stored position of {stream} cannot be read.",
            hint="Reset the stream; reading it from the beginning changes nothing that is right.",
            stream=stream,
        ) from None
    return progress
