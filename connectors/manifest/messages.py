"""What CDK components say on the side, kept for the hub instead of printed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from airbyte_cdk.models import AirbyteMessage, Level, Type
from airbyte_cdk.sources.message import MessageRepository

from connectors.manifest.redaction import Redactor
from connectors.protocol import ConfigUpdate, Keep, Log

_LEVELS = {
    Level.FATAL: "error",
    Level.ERROR: "error",
    Level.WARN: "warning",
    Level.INFO: "info",
}


class SideMessages(MessageRepository):
    """Collects logs from info up, and rotated credentials; states are taken from the cursors."""

    def __init__(
        self, config: Mapping[str, Any], redact: Redactor, keep: Keep | None = None
    ) -> None:
        """With `keep` credentials are kept as they rotate, before a request bears them."""
        self._keep = keep
        self._config = deepcopy(dict(config))  # sections of it are changed in place
        self._redact = redact
        self._waiting: deque[Log | ConfigUpdate] = deque()

    def emit_message(self, message: AirbyteMessage) -> None:
        if message.type is Type.LOG and message.log and message.log.level in _LEVELS:
            self._log(message.log.level, message.log.message)

    def log_message(self, level: Level, message_provider: Callable[[], Any]) -> None:
        if level in _LEVELS:
            self._log(level, str(message_provider()))

    def consume_queue(self) -> Iterable[AirbyteMessage]:
        return ()

    def rotated(self, config: Mapping[str, Any]) -> None:
        """Note the fields of the config that a component changed: a new refresh token."""
        changed = {key: value for key, value in config.items() if self._config.get(key) != value}
        if changed:
            fresh = deepcopy(changed)
            self._config.update(fresh)
            if self._keep is not None:
                self._keep(fresh)
            self._waiting.append(ConfigUpdate(fresh))

    def drain(self) -> Iterator[Log | ConfigUpdate]:
        """The messages since the last call."""
        while self._waiting:
            yield self._waiting.popleft()

    def _log(self, level: Level, text: str) -> None:
        name = _LEVELS[level]
        match name:
            case "error" | "warning" | "info":
                self._waiting.append(Log(name, self._redact(text)))
