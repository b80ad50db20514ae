"""A tiny source written against airbyte-cdk, as its owner would write it."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from airbyte_cdk.models import FailureType
from airbyte_cdk.sources import AbstractSource
from airbyte_cdk.sources.streams import CheckpointMixin, Stream
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

SECRET = "planted-token-4711"


class Letters(Stream):
    """Ten records, always all of them."""

    primary_key = "id"
    name = "letters"

    def read_records(self, *_: Any, **__: Any) -> Iterable[Mapping[str, Any]]:
        yield from ({"id": letter} for letter in "abcdefghij")


class Numbers(Letters, CheckpointMixin):
    """Numbers in two slices, from where the state says."""

    name = "numbers"
    cursor_field = "id"
    fails_at: int | None = None
    error: Exception = RuntimeError(f"odd {SECRET}")

    def __init__(self) -> None:
        super().__init__()
        self._state: dict[str, Any] = {}

    @property
    def state(self) -> MutableMapping[str, Any]:
        return self._state

    @state.setter
    def state(self, value: MutableMapping[str, Any]) -> None:
        self._state = dict(value)

    def stream_slices(self, **_: Any) -> Iterable[Mapping[str, Any]]:
        return [{"from": 0}, {"from": 1_500}]

    def read_records(
        self, *_: Any, stream_slice: Mapping[str, Any] | None = None, **__: Any
    ) -> Iterable[Mapping[str, Any]]:
        start = (stream_slice or {})["from"]
        for number in range(max(start, self._state.get("id", -1) + 1), start + 1_500):
            if number == self.fails_at:
                raise self.error
            self._state = {"id": number}
            yield {"id": number}


class Ascending(Numbers):
    name = "ascending"
    state_checkpoint_interval = 100


class Source(AbstractSource):
    streams_made: tuple[Stream, ...] = ()

    def check_connection(self, logger: Any, config: Mapping[str, Any]) -> tuple[bool, Any]:
        del logger
        return (config["token"] == SECRET, f"{config['token']} is refused")

    def streams(self, config: Mapping[str, Any]) -> list[Stream]:
        del config
        return [Letters(), Numbers(), Ascending(), *self.streams_made]


def failing(error: Exception, at: int = 1_600) -> Numbers:
    """The stream `failing`, which raises `error` at a number."""

    class Failing(Numbers):
        name = "failing"
        fails_at = at

    stream = Failing()
    stream.error = error
    return stream


def traced(message: str, *, passing: bool) -> Exception:
    """An error as the CDK's own components raise it."""
    kind = FailureType.transient_error if passing else FailureType.config_error
    return AirbyteTracedException(message=message, failure_type=kind)
