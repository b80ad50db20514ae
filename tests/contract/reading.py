"""What a connector's messages say: helpers of the contract suite and of connectors' own tests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, SecretStr

from connectors.protocol import (
    Checkpoint,
    Connector,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamState,
    StreamStatus,
)


@dataclass(slots=True)
class StreamReading:
    """One stream's part of a reading, in the order it came."""

    messages: list[Message] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        return [message for message in self.messages if isinstance(message, Record)]

    @property
    def ids(self) -> list[str]:
        return [record.external_id for record in self.records]

    @property
    def checkpoints(self) -> list[Checkpoint]:
        return [message for message in self.messages if isinstance(message, Checkpoint)]

    @property
    def statuses(self) -> list[StreamStatus]:
        return [message.status for message in self.messages if isinstance(message, Status)]

    @property
    def failures(self) -> list[StreamFailure]:
        return [message for message in self.messages if isinstance(message, StreamFailure)]

    @property
    def state(self) -> StreamState:
        """The state of the last checkpoint."""
        return self.checkpoints[-1].state

    def before(self, checkpoint: Checkpoint) -> set[str]:
        """The ids of the records that came before `checkpoint`: those it covers."""
        position = next(i for i, message in enumerate(self.messages) if message is checkpoint)
        return {m.external_id for m in self.messages[:position] if isinstance(m, Record)}


def read_all(
    connector: Connector,
    streams: Sequence[str],
    state: Mapping[str, StreamState] | None = None,
) -> dict[str, StreamReading]:
    """Read `streams` to the end and sort the messages by stream."""
    readings = {stream: StreamReading() for stream in streams}
    for message in connector.read(streams, state or {}):
        stream = getattr(message, "stream", None)
        if stream is not None:
            readings[stream].messages.append(message)
    return readings


def secrets_of(config: BaseModel) -> Iterator[str]:
    """The plain values of every `SecretStr` in a config, nested models included."""
    for _, value in config:
        inner = value.values() if isinstance(value, dict) else value
        for item in inner if isinstance(value, list | tuple | dict) else [value]:
            if isinstance(item, SecretStr):
                yield item.get_secret_value()
            elif isinstance(item, BaseModel):
                yield from secrets_of(item)


def leaks(texts: Iterable[object], secrets: Iterable[str]) -> list[str]:
    """Those of `secrets` that one of `texts` shows, in its str or repr."""
    seen = "\n".join(f"{text}\n{text!r}" for text in texts)
    return [secret for secret in secrets if secret and secret in seen]


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it, as a traceback would show them."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def is_json(value: Any) -> bool:
    """Whether `value` is made of what JSON has, and nothing that only turns into it."""
    match value:
        case None | bool() | int() | float() | str():
            return True
        case list():
            return all(map(is_json, value))
        case dict():
            return all(isinstance(k, str) and is_json(v) for k, v in value.items())
    return False
