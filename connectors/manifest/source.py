"""A manifest's streams, read one partition after the other: no thread, no queue, no cache."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from airbyte_cdk.models import (
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    StreamDescriptor,
)
from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.declarative.models.declarative_component_schema import (
    DeclarativeStream,
    StateDelegatingStream,
)
from airbyte_cdk.sources.declarative.parsers.manifest_component_transformer import (
    ManifestComponentTransformer,
)
from airbyte_cdk.sources.declarative.parsers.manifest_reference_resolver import (
    ManifestReferenceResolver,
)
from airbyte_cdk.sources.streams.concurrent.default_stream import DefaultStream
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from connectors.manifest.answers import of_cdk
from connectors.manifest.bounds import Bounds
from connectors.manifest.cursor import RunningMaximum
from connectors.manifest.factory import HardenedFactory, is_incremental
from connectors.manifest.messages import SideMessages
from connectors.manifest.oauth import GuardedRefresh
from connectors.manifest.redaction import Redactor
from connectors.manifest.rewinding import rewound
from connectors.protocol import ConfigUpdate, Keep, Log, StreamState
from daifuku.errors import ConfigError, DaifukuError, SourceError

Side = Log | ConfigUpdate


class Source:
    """A manifest with its references resolved, and the config it reads with."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        config: Mapping[str, Any],
        *,
        bounds: Bounds,
        redact: Redactor,
        keep: Keep | None = None,
    ) -> None:
        """Resolve the manifest. `keep` is told of credentials as they rotate.

        Raises:
            ConfigError: it is no manifest.
        """
        self._config = dict(config)
        self._bounds = bounds
        self._redact = redact
        self._keep = keep
        try:
            resolved = ManifestReferenceResolver().preprocess_manifest(
                {"type": "DeclarativeSource", **manifest}
            )
            whole = ManifestComponentTransformer().propagate_types_and_parameters("", resolved, {})
            self._definitions = {
                stream["name"]: {"type": "DeclarativeStream", **stream}
                for stream in whole["streams"]
            }
        except (AirbyteTracedException, KeyError, TypeError, ValueError) as error:
            raise self._broken("The manifest", error) from None

    @property
    def streams(self) -> tuple[str, ...]:
        return tuple(self._definitions)

    def open(self, name: str, state: StreamState) -> "OpenStream":
        """A stream ready to be read from `state`.

        Raises:
            SourceError: its part of the manifest is wrong.
        """
        messages = SideMessages(self._config, self._redact, self._keep)
        sessions = ExitStack()
        factory = HardenedFactory(
            bounds=self._bounds,
            redact=self._redact,
            messages=messages,
            states=ConnectorStateManager(_state_messages(name, state)),
            sessions=sessions,
        )
        definition = self._definitions[name]
        delegates = definition["type"] == StateDelegatingStream.__name__
        model = StateDelegatingStream if delegates else DeclarativeStream
        with self.errors_classed(name), warnings.catch_warnings():
            # The CDK marks many of its own components as experimental.
            warnings.simplefilter("ignore")
            stream = factory.create_component(model, definition, self._config)
        return OpenStream(stream, messages, self, sessions)

    def rewound(self, name: str, since: datetime) -> StreamState | None:
        """A state of the stream from which what changed at `since` or later is read, if it has
        a cursor of times."""
        return rewound(self._definitions[name], since)

    def errors_classed(self, name: str) -> "_ErrorsClassed":
        """A context that turns every failure within into one of the hub's, naming the stream."""
        return _ErrorsClassed(name, self)

    def classed(self, name: str, error: Exception) -> DaifukuError:
        if isinstance(error, SourceError):
            error.stream = name
            return error
        if isinstance(error, DaifukuError):
            return error
        if isinstance(error, AirbyteTracedException):
            found = of_cdk(error, self._redact)
            found.stream = name
            return found
        return self._broken(f"The manifest of the stream {name}", error, stream=name)

    def _broken(self, what: str, error: Exception, stream: str | None = None) -> ConfigError:
        detail = self._redact(str(error)).splitlines()
        reason = f" ({type(error).__name__}: {detail[0][:200]})" if detail else ""
        return ConfigError(
            f"{what} cannot be used{reason}.", hint="Correct the manifest.", stream=stream
        )


class OpenStream:
    """One stream in the course of being read; a context manager that closes its connections."""

    def __init__(
        self, stream: DefaultStream, messages: SideMessages, source: Source, sessions: ExitStack
    ) -> None:
        self._sessions = sessions
        self._stream = stream
        self._messages = messages
        self._source = source

    def __enter__(self) -> "OpenStream":
        return self

    def __exit__(self, *_: object) -> None:
        self._sessions.close()

    @property
    def incremental(self) -> bool:
        return is_incremental(self._stream.cursor)

    @property
    def state(self) -> dict[str, Any]:
        """Where to resume: after the last partition that was read to its end."""
        return dict(self._stream.cursor.state) if self.incremental else {}

    def side_messages(self) -> Iterator[Side]:
        """What components had to say since the last call."""
        return self._messages.drain()

    def sign_in(self) -> None:
        """Refresh an expired token now, so that a rotated one is kept before it is used."""
        with self._source.errors_classed(self._stream.name):
            for authenticator in _authenticators(self._stream):
                authenticator.get_access_token()

    def partitions(self) -> Iterator["OpenPartition"]:
        """The partitions in turn; read each to its end before the next."""
        iterator = iter(self._stream.generate_partitions())
        while True:
            with self._source.errors_classed(self._stream.name):
                partition = next(iterator, None)
            if partition is None:
                return
            yield OpenPartition(partition, self._stream, self._source)


class OpenPartition:
    """A slice of a stream, with the newest cursor value of the records that went by."""

    def __init__(self, partition: Any, stream: DefaultStream, source: Source) -> None:
        self._partition = partition
        self._stream = stream
        self._source = source
        self._newest = RunningMaximum(stream.cursor)

    @property
    def newest(self) -> StreamState | None:
        """The state of the newest record so far, for a stream that comes oldest first."""
        value = self._newest.value
        return None if value is None or not self._newest.field else {self._newest.field: value}

    def records(self) -> Iterator[dict[str, Any]]:
        """The records; the partition is closed when they are exhausted.

        Raises:
            SourceError: reading failed.
        """
        see = None if self._newest.idle else self._newest.see
        with self._source.errors_classed(self._stream.name):
            for record in self._partition.read():
                if see is not None:
                    see(record)
                yield record.data
            self._newest.close()
            self._stream.cursor.close_partition(self._partition)


class _ErrorsClassed:
    def __init__(self, name: str, source: Source) -> None:
        self._name = name
        self._source = source

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Exception):
            raise self._source.classed(self._name, error) from None


def _authenticators(stream: DefaultStream) -> Sequence[GuardedRefresh]:
    generator = getattr(stream, "_stream_partition_generator", None)
    factory = getattr(generator, "_partition_factory", None)
    retriever = getattr(factory, "_retriever", None)
    requester = getattr(retriever, "requester", None)
    found = requester.get_authenticator() if requester is not None else None
    return (found,) if isinstance(found, GuardedRefresh) else ()


def _state_messages(name: str, state: StreamState) -> list[AirbyteStateMessage]:
    if not state:
        return []
    return [
        AirbyteStateMessage(
            type=AirbyteStateType.STREAM,
            stream=AirbyteStreamState(
                stream_descriptor=StreamDescriptor(name=name),
                stream_state=AirbyteStateBlob(dict(state)),
            ),
        )
    ]
