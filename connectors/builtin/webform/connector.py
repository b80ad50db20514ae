"""The `webform` connector: posts to the company's web forms. It is pushed to, never read from.

The HTTP endpoint checks and stores a post at once and parses it again later, from what it
stored:

    limit = SizeLimit(form.max_bytes, headers.get("content-length"))    # TooLargeError: 413
    accepted = connector.accept("contact", headers, limit.body, now=now)
    deliver(store, source, accepted.delivery_id, accepted.headers, limit.body)

A client that sends an `Idempotency-Key` may send again: one key is one submission. Without one
each post is a submission of its own.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from connectors.builtin.webform.config import Form, WebformConfig
from connectors.builtin.webform.senders import SIGNATURE, check_sender, origin_allowed
from connectors.builtin.webform.submission import SUBMISSIONS, parse_submission
from connectors.protocol import (
    Checkpoint,
    CheckResult,
    ConnectorSpec,
    Message,
    PushConnector,
    Record,
    Status,
    StreamInfo,
    StreamSpec,
    StreamState,
    StreamStatus,
)
from daifuku.errors import ConfigError, NotFoundError, RecordError

SPEC = ConnectorSpec(
    name="webform",
    title={"en": "Web forms", "ja": "Webフォーム"},
    kind="form",
    config=WebformConfig,
    streams=(StreamSpec(SUBMISSIONS, primary_key="submission id"),),
    pushes=True,
)

FORM, SUBMISSION, PAGE = "x-daifuku-form", "x-daifuku-submission", "x-daifuku-page"
RECEIVED_AT = "x-daifuku-received-at"
"""Unix seconds; set by the hub when it stores a delivery, never taken from a client."""

_LONGEST_KEY = 128
_PROPERTIES = {
    "form": {"type": "string"},
    "received_at": {"type": "string", "format": "date-time"},
    "fields": {"type": "object"},
    "files": {"type": "array"},
    "origin": {"type": "string"},
    "page": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checked post: store `headers` with the body under `delivery_id`, unless it is spam.

    `origin` is to be answered as Access-Control-Allow-Origin, "" if there is none.
    """

    delivery_id: str
    headers: Mapping[str, str]
    spam: bool
    origin: str


class WebformConnector:
    """Takes the posts to the forms of one source."""

    spec = SPEC

    def __init__(self, config: WebformConfig) -> None:
        self._config = config

    def check(self) -> CheckResult:
        """Whether every form can be posted to by someone."""
        closed = [f.id for f in self._config.forms if not (f.allowed_origins or f.secret)]
        if closed:
            text = f"The form {closed[0]} takes no post: give it allowed_origins or a secret."
            return CheckResult(False, text)
        return CheckResult(True, f"Forms: {', '.join(form.id for form in self._config.forms)}.")

    def discover(self) -> Sequence[StreamInfo]:
        """The one stream."""
        return [StreamInfo(SPEC.streams[0], _PROPERTIES)]

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """Nothing: submissions arrive by post."""
        unknown = set(streams) - {SUBMISSIONS}
        if unknown:
            raise ConfigError(
                f"Web forms have no stream named {min(unknown)!r}.", hint=f"It is {SUBMISSIONS}."
            )
        for stream in streams:
            yield Status(stream, StreamStatus.STARTED)
            yield Checkpoint(stream, state.get(stream) or {})
            yield Status(stream, StreamStatus.COMPLETE)

    def form(self, form_id: str) -> Form:
        """The settings of a form; raises NotFoundError for an unknown one."""
        return self._config.form(form_id)

    def accept(
        self, form_id: str, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Accepted:
        """Check a post as it comes in; `headers` keys are lower case, `body` is the raw bytes.

        Raises:
            NotFoundError: there is no such form.
            AuthExpiredError: the signature is wrong or old, or the origin not allowed.
            RecordError: the body cannot be read, or a required field is empty.
        """
        form = self.form(form_id)
        check_sender(form, headers, body, now)
        submission = parse_submission(headers.get("content-type", ""), body, form)
        key = _storable_key(headers.get("idempotency-key", "")) or uuid4().hex
        origin = headers.get("origin", "")
        kept = {
            FORM: form_id,
            SUBMISSION: key,
            PAGE: headers.get("referer", "")[:2_000],
            RECEIVED_AT: str(int(now.timestamp())),
            "origin": origin,
            "content-type": headers.get("content-type", ""),
            SIGNATURE: headers.get(SIGNATURE, ""),
        }
        return Accepted(
            delivery_id=f"{form_id}/{key}",
            headers={name: value for name, value in kept.items() if value},
            spam=submission.spam,
            origin=origin if origin_allowed(form, origin) else "",
        )

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[Record]:
        """The submission in a delivery that `accept` let in; none if it is spam.

        Raises:
            AuthExpiredError: the signature is wrong or old, or the origin not allowed.
            RecordError: no known form is named, or the body cannot be read.
        """
        try:
            form = self.form(headers.get(FORM, ""))
        except NotFoundError:
            raise RecordError(
                f"The post names no known form in its header {FORM}.",
                hint="Post to the form's own address.",
            ) from None
        received_at = _received_at(headers)
        check_sender(form, headers, body, received_at)
        submission = parse_submission(headers.get("content-type", ""), body, form)
        if submission.spam:
            return []
        key = _key(headers, body)
        page, origin = headers.get(PAGE, ""), headers.get("origin", "")
        return [submission.record(key, received_at, origin, page)]

    def delivery_id(self, headers: Mapping[str, str], body: bytes) -> str:
        """The form and the submission's id."""
        return f"{headers.get(FORM, '')}/{_key(headers, body)}"


def _received_at(headers: Mapping[str, str]) -> datetime:
    text = headers.get(RECEIVED_AT, "")
    if text.isascii() and text.isdigit() and len(text) <= 11:
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.now(UTC)


def _key(headers: Mapping[str, str], body: bytes) -> str:
    """The submission's id; of a post that was given none, the digest of what and when it said."""
    given = headers.get(SUBMISSION) or _storable_key(headers.get("idempotency-key", ""))
    if given:
        return given
    when = headers.get(SIGNATURE) or headers.get(RECEIVED_AT, "")
    return hashlib.blake2b(when.encode() + b"\n" + body, digest_size=16).hexdigest()


def _storable_key(key: str) -> str:
    """The client's key as it is if it is short and plain, else its digest."""
    if len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable():
        return key.strip()
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()


def connect(config: WebformConfig) -> PushConnector:
    """The connector for a validated config."""
    return WebformConnector(config)
