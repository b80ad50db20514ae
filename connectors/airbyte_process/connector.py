"""`AirbyteProcess`: an Airbyte connector run as a program, as a connector of the hub."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.airbyte_process.catalog import Found, configured_catalog, streams_in
from connectors.airbyte_process.child import Child, Limits
from connectors.airbyte_process.failures import of_ending, of_trace, short
from connectors.airbyte_process.messages import Node, log_of, message_of, part, rotated_by
from connectors.airbyte_process.reading import Reading
from connectors.airbyte_process.states import as_told
from connectors.airbyte_process.workspace import Workspace, workspace
from connectors.low_code.config_model import sealed
from connectors.manifest.redaction import Redactor
from connectors.protocol import (
    CheckResult,
    ConfigUpdate,
    ConnectorSpec,
    Keep,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamState,
    StreamStatus,
)
from connectors.settings import plain, secrets
from daifuku.errors import ConfigError, SourceError

CONFIG, CATALOG, STATE = "config.json", "catalog.json", "state.json"


@dataclass(frozen=True, slots=True)
class Program:
    """How a connector is run. Streams in `full_pass` list every record each time."""

    command: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    proxy: SecretStr | None = None
    ca_file: Path | None = None
    full_pass: Collection[str] = ()


class AirbyteProcess:
    """Reads what the program reads with `config`, whose secrets are `SecretStr`."""

    def __init__(self, spec: ConnectorSpec, program: Program, config: Mapping[str, Any]) -> None:
        self._spec = spec
        self._program = program
        self._config: Mapping[str, Any] = plain(dict(config))
        self._secrets = {*secrets(dict(config)), *secrets(program.proxy)}
        self._redact = Redactor(self._secrets)
        self._found: list[Found] | None = None
        self._keep: Keep | None = None
        self._rotated = False

    def __repr__(self) -> str:
        return f"AirbyteProcess({Path(self._program.command[0]).name})"

    @property
    def spec(self) -> ConnectorSpec:
        return self._spec

    def keep_with(self, keep: Keep) -> None:
        """As `Rotating` says."""
        self._keep = keep

    def settings_schema(self) -> dict[str, Any]:
        """The JSON schema of the program's settings.

        Raises:
            SourceError: the program does not run.
        """
        with workspace() as space:
            told = part(self._answer(space, ["spec"], "SPEC"), "spec")
        return dict(part(told, "connectionSpecification"))

    def check(self) -> CheckResult:
        """Let the program check its settings and reach its source."""
        try:
            with workspace() as space:
                words = ["check", "--config", space.put(CONFIG, self._config)]
                status = part(self._answer(space, words, "CONNECTION_STATUS"), "connectionStatus")
        except SourceError as error:
            return CheckResult(False, str(error))
        message = short(self._redact(str(status.get("message") or "")))
        if status.get("status") == "SUCCEEDED":
            return CheckResult(True, message)
        return CheckResult(False, message or "The connector refuses, and gives no reason.")

    def discover(self) -> Sequence[StreamInfo]:
        """The streams of its catalog.

        Raises:
            SourceError: it cannot say.
        """
        return [found.info for found in self._streams()]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says; streams may come side by side."""
        try:
            known = {found.spec.name: found for found in self._streams()}
        except SourceError as error:
            yield from _all_failed(streams, error)
            return
        for name in streams:
            if name not in known:
                raise ConfigError(
                    f"There is no stream named {name}.",
                    hint=f"Known: {', '.join(known)}.",
                    stream=name,
                )
        if self._rotated and self._keep is None:
            yield ConfigUpdate({"config": self._config})
        if streams:
            yield from self._read([known[name] for name in streams], state)

    def _read(
        self, streams: Sequence[Found], state: Mapping[str, StreamState]
    ) -> Iterator[Message]:
        reading = Reading(streams, state, self._redact)
        with workspace() as space:
            words = ["read", "--config", space.put(CONFIG, self._config)]
            words += ["--catalog", space.put(CATALOG, configured_catalog(streams))]
            told = as_told(streams, state)
            if told is not None:
                words += ["--state", space.put(STATE, told)]
            ended: SourceError
            try:
                with self._child(space, words) as child:
                    for line in child.lines():
                        for message in self._taken(reading, line):
                            if isinstance(message, ConfigUpdate):
                                self._rotate(message.fields["config"])
                                reading.redact = self._redact
                            yield message
                ended = of_ending(child, self._redact)
            except SourceError as error:
                ended = error
        yield from reading.close(ended)

    def _taken(self, reading: Reading, line: bytes) -> Iterator[Message]:
        message = message_of(line)
        if message is not None:
            yield from reading.take(message)
        elif line.strip():
            yield log_of("INFO", self._redact(line.decode(errors="replace")))

    def _rotate(self, rotated: Mapping[str, Any]) -> None:
        """Go on with the new settings; what is new in them is not to be shown either."""
        fresh = {name: value for name, value in rotated.items() if value != self._config.get(name)}
        self._config = rotated
        self._secrets |= set(secrets(sealed(fresh)))
        self._redact = Redactor(self._secrets)
        if self._keep is not None:
            self._keep({"config": rotated})

    def _streams(self) -> list[Found]:
        if self._found is None:
            with workspace() as space:
                words = ["discover", "--config", space.put(CONFIG, self._config)]
                catalog = part(self._answer(space, words, "CATALOG"), "catalog")
            self._found = streams_in(catalog, self._program.full_pass)
        return self._found

    def _answer(self, space: Workspace, words: Sequence[str], kind: str) -> Node:
        """The one message of that kind that the program answers with."""
        failure: SourceError | None = None
        with self._child(space, words) as child:
            for line in child.lines():
                message = message_of(line) or {}
                if message.get("type") == kind:
                    return message
                rotated = rotated_by(message)
                if rotated is not None:
                    self._rotated = True
                    self._rotate(rotated)
                trace = part(message, "trace")
                if trace.get("type") == "ERROR":
                    failure = failure or of_trace(trace, self._redact)
        raise failure or of_ending(child, self._redact)

    @contextmanager
    def _child(self, space: Workspace, words: Sequence[str]) -> Iterator[Child]:
        program = self._program
        proxy = program.proxy.get_secret_value() if program.proxy else None
        environment = space.environment(proxy=proxy, ca_file=program.ca_file)
        command = [*program.command, *words]
        with Child(command, env=environment, cwd=space.folder, limits=program.limits) as child:
            yield child


def _all_failed(streams: Sequence[str], error: SourceError) -> Iterator[Message]:
    for name in streams:
        yield Status(name, StreamStatus.STARTED)
        yield StreamFailure(name, error)
        yield Status(name, StreamStatus.INCOMPLETE)
