"""Errors classed by what to do about them.

    DaifukuError
    ├── UserError              the caller can mend it: message says how
    │   ├── SettingsError      a DAIFUKU_* variable
    │   ├── MappingError       a mapping file: path, line, field
    │   ├── ModelError         a match model file
    │   ├── NotFoundError      no such source, profile, run ...
    │   ├── ConflictError      it changed meanwhile: read again
    │   └── ContradictionError decisions that cannot all hold: undo one first
    ├── SourceError            reading a source failed
    │   ├── ConfigError        pause the source, tell its owner (401, 403, bad address)
    │   ├── AuthExpiredError   sign in again
    │   ├── RateLimitedError   re-queue after `retry_after` seconds; never sleep in a worker
    │   ├── TransientError     try again with backoff
    │   └── RecordError        one record is bad: reject it, go on
    ├── BusyError              the store was not to be had: nothing was changed, try again later
    └── SystemFault            a bug or a broken installation: report it

Messages name the thing at fault and the next step. They carry no secret and no personal data.
"""

from typing import ClassVar


class DaifukuError(Exception):
    """Root of all errors raised on purpose. `hint` is the next step, for the person reading."""

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UserError(DaifukuError):
    """The caller asked for something that cannot be done; the message says how to mend it."""

    kind = "user"


class SettingsError(UserError):
    """A DAIFUKU_* variable has no usable value."""

    kind = "settings"


class MappingError(UserError):
    """A mapping is wrong. `where` points at it as `file:line`, `field` names the key at fault."""

    kind = "mapping"

    def __init__(self, message: str, *, where: str = "", field: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.where = where
        self.field = field

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.where, self.field) if part)
        text = super().__str__()
        return f"{place}: {text}" if place else text


class ModelError(MappingError):
    """A match model file is wrong; it points at the place as a mapping error does."""

    kind = "model"


class NotFoundError(UserError):
    """The named thing does not exist."""

    kind = "not_found"


class ConflictError(UserError):
    """The thing changed since the caller read it."""

    kind = "conflict"


class ContradictionError(UserError):
    """It cannot hold together with what was decided before; the message names those decisions."""

    kind = "contradiction"


class SourceError(DaifukuError):
    """Reading a source failed. `stream` names the stream at fault where it is known."""

    kind = "source"

    def __init__(self, message: str, *, hint: str = "", stream: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.stream = stream


class ConfigError(SourceError):
    """The source's settings are wrong: pause it and tell its owner."""

    kind = "config"


class AuthExpiredError(SourceError):
    """The source's credentials ran out: its owner must sign in again."""

    kind = "auth_expired"


class RateLimitedError(SourceError):
    """The source asks to wait `retry_after` seconds: run the sync again then."""

    kind = "rate_limited"

    def __init__(
        self, message: str, *, retry_after: float, hint: str = "", stream: str | None = None
    ) -> None:
        super().__init__(message, hint=hint, stream=stream)
        self.retry_after = retry_after


class TransientError(SourceError):
    """The source failed in a way that usually passes: try again with backoff."""

    kind = "transient"


class RecordError(SourceError):
    """One record is unreadable: reject it with this reason and go on."""

    kind = "record"


class BusyError(DaifukuError):
    """Others kept the store for so long that it was not to be had; nothing was changed."""

    kind = "busy"
    retry_after: ClassVar[float] = 30.0
    """Seconds after which to try again."""


class SystemFault(DaifukuError):
    """A bug or a broken installation; retrying does not help."""

    kind = "system"
