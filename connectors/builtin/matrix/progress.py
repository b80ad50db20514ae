"""How far the messages were read: a position, and the stretches before it that are still open."""

from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from connectors.protocol import StreamState
from daifuku.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Gap:
    """What a room's limited timeline left out: the events back from `start` to `end`.

    `end` None means the beginning of the room.
    """

    room: str
    start: str
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything before `since` was read but for the `gaps`; None before the first reading."""

    since: str | None = None
    gaps: tuple[Gap, ...] = ()

    def to_state(self) -> StreamState:
        """The progress in JSON types."""
        return {"since": self.since, "gaps": [asdict(gap) for gap in self.gaps]}


_ADAPTER = TypeAdapter(Progress)


def from_state(stream: str, state: StreamState | None) -> Progress:
    """The progress that `state` holds; an absent state is the beginning.

    Raises:
        ConfigError: another version or another connector wrote it.
    """
    try:
        return _ADAPTER.validate_python(dict(state or {}))
    except ValidationError:
        raise ConfigError(
            f"The stored position of {stream} cannot be read.",
            hint="Reset the stream; reading it from the beginning changes nothing that is right.",
            stream=stream,
        ) from None
