"""Structured logs that leak nothing: JSON for machines, colours for a terminal.

What a key like `password` or `authorization` holds is masked, and so is every secret
value that was registered, wherever it turns up: in a message, an URL, a traceback.
"""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from threading import Lock
from typing import Any, Protocol

import structlog
from structlog.typing import EventDict, Processor

MASK = "********"
SHORTEST = 4
"""Shorter values are not masked by value: they would blot out ordinary words."""

_SECRET_KEY = re.compile(
    r"(?i)(^|[_\-. ])(authorization|cookie|set-cookie|password|passwd|secret|token|api[_-]?key|"
    r"access[_-]?key|private[_-]?key|client[_-]?secret|signature)s?$"
)
_IN_TEXT = (
    re.compile(r"(?i)\b(?:bearer|basic)\s+(?P<value>[a-z0-9._~+/=-]{8,})"),
    re.compile(
        r"(?i)\b(?:(?:access_|refresh_)?token|api_?key|password|secret)=(?P<value>[^\s&\"']+)"
    ),
    re.compile(r"\w+://[^\s:/@]*:(?P<value>[^\s/@]+)(?=@)"),
)


class Redactor:
    """Masks registered secret values and everything that looks like a credential."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self._secrets: tuple[str, ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Mask these values from now on."""
        fresh = {secret for secret in secrets if len(secret) >= SHORTEST}
        with self._lock:
            self._secrets = tuple(sorted({*self._secrets, *fresh}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text with secrets masked, each by itself or where they overlap by one mask."""
        spans = [match.span("value") for pattern in _IN_TEXT for match in pattern.finditer(text)]
        for secret in self._secrets:
            if secret in text:
                spans += [match.span() for match in re.finditer(re.escape(secret), text)]
        return _blotted(text, sorted(spans)) if spans else text

    def value(self, value: Any, key: str = "") -> Any:
        """The value, of whatever shape, with secrets masked; `key` is what it stood under."""
        if key and value is not None and _SECRET_KEY.search(key):
            return MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return self.text(value.decode(errors="replace"))
        if isinstance(value, MutableMapping):
            return {name: self.value(inner, str(name)) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        """As a structlog processor."""
        return {name: self.value(inner, name) for name, inner in event.items()}


def _blotted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a mask in place of each span; spans come in order and may overlap."""
    parts, kept = [], 0
    for start, end in spans:
        if start >= kept:
            parts += [text[kept:start], MASK]
        kept = max(kept, end)
    return "".join(parts) + text[kept:]


redactor = Redactor()
"""The redactor of this process's logs and stored errors; register secrets as they are decrypted."""


class LogSettings(Protocol):
    """The part of the settings that shapes the logs."""

    @property
    def log_level(self) -> str: ...
    @property
    def log_format(self) -> str: ...


def configure_logs(settings: LogSettings) -> None:
    """Send our logs and those of the libraries, redacted, to standard error."""
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not sys.stderr.isatty()
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redactor,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())


def until_configured() -> None:
    """Hand events, redacted, to the standard library's logging: nothing reaches standard output."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            redactor,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log.info("sync ended", source=source, run=run)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


until_configured()
