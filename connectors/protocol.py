"""The contract between a source and the hub. Everything that can be synced implements `Connector`.

A connector is built from a validated config and then only yields messages; it never writes,
never retries for ever, never sleeps long, and is safe to abandon at any message.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from daifuku.errors import SourceError

StreamState = Mapping[str, Any]
"""A stream's cursor, JSON-compatible, meaningful to its connector alone."""


ANY_STREAM = "*"
"""The one stream a spec names where only the source knows its streams: `discover` tells them."""


class DeletePolicy(StrEnum):
    """How the hub learns that a record is gone from a stream."""

    NONE = "none"
    """It does not: records are events or the source keeps all."""
    TOMBSTONE = "tombstone"
    """The connector yields `Record(deleted=True)`."""
    FULL_PASS = "full_pass"
    """A complete pass lists every record; those not seen in it are gone."""


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """A stream a connector offers. `cursor` names what makes it incremental, None if nothing does.

    `depends_on` names streams that a record of this one refers to, so that they are read first.
    `announces` names streams to be read at once where a record of this one is delivered: it only
    says that there is news.
    """

    name: str
    primary_key: str
    cursor: str | None = None
    deletes: DeletePolicy = DeletePolicy.NONE
    depends_on: tuple[str, ...] = ()
    announces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OAuth2:
    """How to be let in by OAuth 2.0 (RFC 6749); the config is then an `OAuthSettings`.

    The two URLs may hold {fields} of the config, such as {tenant}. Without `authorize_url` the
    client alone is let in (client credentials). `extra` goes along with the authorisation
    request, such as access_type=offline. `client_auth` says whether the token endpoint takes
    the client's secret in the body or as HTTP Basic.
    """

    authorize_url: str | None
    token_url: str
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    scope_separator: str = " "
    pkce: bool = True
    client_auth: Literal["body", "basic"] = "body"


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """What a connector is: its config model (secrets as `SecretStr`), kind and streams.

    `kind` is one of email, form, social, erp, scm, file, sql, or any where only the source's
    owner knows.
    `pushes` is true where records arrive by webhook or form post as well.
    `oauth` says how its owner signs in, where that is by OAuth.
    """

    name: str
    title: Mapping[Literal["en", "ja"], str]
    kind: str
    config: type[BaseModel]
    streams: tuple[StreamSpec, ...]
    pushes: bool = False
    oauth: OAuth2 | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether the source can be reached with this config; `message` says what to mend if not."""

    ok: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """A stream as found at the source: fields seen, as JSON schema properties."""

    spec: StreamSpec
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `external_id` is unique in its stream and stable; `data` is JSON-compatible."""

    stream: str
    external_id: str
    data: Mapping[str, Any]
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record the connector could not decode: it is rejected with `reason`, not dropped."""

    stream: str
    external_id: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All records of `stream` yielded so far are covered by `state`: commit them with it."""

    stream: str
    state: StreamState


class StreamStatus(StrEnum):
    STARTED = "started"
    COMPLETE = "complete"
    """Every record was read. With `full_pass` it covered the stream from the beginning."""
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Status:
    stream: str
    status: StreamStatus
    full_pass: bool = False


@dataclass(frozen=True, slots=True)
class StreamFailure:
    """A stream failed; the other streams go on. State so far stays valid."""

    stream: str
    error: SourceError


@dataclass(frozen=True, slots=True)
class ConfigUpdate:
    """The source rotated a credential: persist these config fields before reading on."""

    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Log:
    """A redacted line for the run's log."""

    level: Literal["debug", "info", "warning", "error"]
    message: str


Message = Record | Unreadable | Checkpoint | Status | StreamFailure | ConfigUpdate | Log


class Connector(Protocol):
    """A source of records. Construct it with an instance of `spec.config`."""

    @property
    def spec(self) -> ConnectorSpec: ...

    def check(self) -> CheckResult:
        """Connect and authenticate. Never raises for a source that refuses: it says why."""
        ...

    def discover(self) -> Sequence[StreamInfo]:
        """The streams this source has.

        Raises:
            SourceError: the source cannot be reached.
        """
        ...

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Yield the records of `streams` that changed since `state`, oldest first.

        Per stream: Status STARTED, then records with a Checkpoint at least every 1,000 records,
        a last Checkpoint, then Status COMPLETE, or a StreamFailure and Status INCOMPLETE.
        A record may come twice; none is missed. Deletions that are found together come without a
        Checkpoint among them, however many: the hub holds all of them if they are too many.

        Raises:
            ConfigError: an unknown stream, before anything is read.
        """
        ...


@runtime_checkable
class Rewindable(Protocol):
    """A connector that can begin reading a stream at a date; the hub reads others in full."""

    def rewound(self, stream: str, state: StreamState, since: datetime) -> StreamState | None:
        """A state from which all that changed at `since` or later is read; None if it cannot say.

        `state` is the stream's own, empty before the first reading. `since` is aware, in UTC.
        """
        ...


@runtime_checkable
class Challenged(Protocol):
    """A connector whose source asks, before it delivers, whether the address is ours."""

    def answer_challenge(self, query: Mapping[str, str]) -> str:
        """The plain text to answer to a GET with these parameters.

        Raises:
            AuthExpiredError: whoever asks does not know the word agreed on.
        """
        ...


Keep = Callable[[Mapping[str, Any]], None]
"""Stores config fields that the source changed by itself."""


@runtime_checkable
class Rotating(Protocol):
    """A connector whose source may rotate its credentials at any answer, not only while read."""

    def keep_with(self, keep: Keep) -> None:
        """Hand rotated config fields to `keep` at once, as they come.

        Without it those that come before reading are told by a ConfigUpdate as it begins.
        """
        ...


class PushConnector(Connector, Protocol):
    """A connector that also takes deliveries by HTTP."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        """The records in one delivery; `headers` keys are lower case, `body` is the raw bytes.

        Raises:
            AuthExpiredError: the signature is wrong.
            RecordError: the body cannot be read.
        """
        ...

    def delivery_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """What makes this delivery unique, so that a redelivery is recognised."""
        ...
