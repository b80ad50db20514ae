"""The part of a Tryton connector that does not depend on what it reads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.protocol import (
    CheckResult,
    ConnectorSpec,
    Message,
    Status,
    StreamFailure,
    StreamInfo,
    StreamState,
    StreamStatus,
)
from connectors.tryton_client.access import hidden_fields
from connectors.tryton_client.client import TrytonClient
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.plan import StreamPlan
from connectors.tryton_client.progress import from_state
from connectors.tryton_client.reader import StreamReader
from daifuku.errors import ConfigError, SourceError


class TrytonConnector:
    """Reads the streams of `plans`, one per stream of `spec`."""

    def __init__(
        self, spec: ConnectorSpec, plans: Sequence[StreamPlan], config: TrytonConfig
    ) -> None:
        self._spec = spec
        self._plans = {plan.stream: plan for plan in plans}
        self._config = config

    @property
    def spec(self) -> ConnectorSpec:
        return self._spec

    def check(self) -> CheckResult:
        """Ask for rows of every model there is, and say what is not there or not readable."""
        notes: list[str] = []
        try:
            with TrytonClient(self._config) as client:
                found = self._available(client)
                for plan in found.values():
                    rows = client.search(
                        plan.model, plan.domain, plan.fields, size=self._config.page_size
                    )
                    notes.append(hidden_fields(plan, rows))
                    for model in plan.models[1:]:
                        client.search(model, [], ["id"], size=1)
        except SourceError as error:
            return CheckResult(False, str(error))
        if not found:
            return CheckResult(False, "None of this connector's modules is activated there.")
        if missing := [name for name in self._plans if name not in found]:
            notes.append(f"Not available there: {', '.join(missing)}.")
        return CheckResult(True, " ".join(filter(None, notes)))

    def discover(self) -> Sequence[StreamInfo]:
        specs = {stream.name: stream for stream in self._spec.streams}
        with TrytonClient(self._config) as client:
            return [
                StreamInfo(specs[name], _properties(client, plan))
                for name, plan in self._available(client).items()
            ]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        unknown = [name for name in streams if name not in self._plans]
        if unknown:
            raise ConfigError(
                f"{self._spec.name} has no stream named {', '.join(unknown)}.",
                hint=f"Known: {', '.join(self._plans)}.",
            )
        for name in streams:
            yield Status(name, StreamStatus.STARTED)
            try:
                with TrytonClient(self._config) as client:
                    reader = StreamReader(client, self._plan(client, name), self._config)
                    yield from reader.read(state.get(name))
            except SourceError as error:
                error.stream = name
                yield StreamFailure(name, error)
                yield Status(name, StreamStatus.INCOMPLETE)

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """As `Rewindable` says, for streams that were read to their end once."""
        progress = from_state(stream, state).set_back(since)
        return None if progress is None else progress.to_state()

    def _available(self, client: TrytonClient) -> dict[str, StreamPlan]:
        """The plans that the database can serve, without the models that it lacks."""
        models = dict.fromkeys(name for plan in self._plans.values() for name in plan.models)
        absent = client.absent(list(models))
        narrowed = ((name, plan.without(absent)) for name, plan in self._plans.items())
        return {name: plan for name, plan in narrowed if plan is not None}

    def _plan(self, client: TrytonClient, stream: str) -> StreamPlan:
        plan = self._plans[stream]
        found = plan.without(client.absent(plan.models))
        if found is None:
            raise ConfigError(
                f"The Tryton database has no {plan.model}.",
                hint=f"Activate the module that brings it, or leave {stream} out.",
            )
        return found


def _properties(client: TrytonClient, plan: StreamPlan) -> dict[str, Any]:
    """The plan's fields as JSON schema properties, typed after the first record."""
    names = dict.fromkeys(field.partition(".")[0] for field in ("id", *plan.all_fields))
    rows = client.search(plan.model, plan.domain, plan.all_fields, size=1)
    return {name: _json_type(rows[0].get(name) if rows else None) for name in names}


def _json_type(value: Any) -> dict[str, Any]:
    """What JSON schema calls the type of `value`; nothing for null, which says nothing."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    names |= {list: "array", dict: "object"}
    return {"type": names[type(value)]} if type(value) in names else {}
