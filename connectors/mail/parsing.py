"""A mail's bytes as what the hub needs of it: who, to whom, when, about what, and the text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime

from connectors.charsets import decode
from connectors.mail.headers import Mailbox, header_mailboxes, header_text
from connectors.mail.html_text import text_of_html
from daifuku.errors import RecordError

_START = 256 * 1024
"""Bytes that nearly always hold a mail's header and text, whatever is attached."""

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_PARSER_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)
"""What the standard library's MIME parser is known to raise for broken or hostile mails."""


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail as fetched: its first bytes, or all of them. `received` is the server's own date.

    `part` is the text part where the first bytes do not reach it: its MIME header and body.
    """

    size: int
    received: datetime
    head: bytes
    part: bytes = b""

    @property
    def is_cut(self) -> bool:
        return len(self.head) < self.size

    @property
    def has_whole_header(self) -> bool:
        return _HEADER_END.search(self.head) is not None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as read. `date` is UTC; `text` is empty where there is none.

    `automatic` mails are written by no one (out of office, bounces), `bulk` ones to everyone.
    """

    message_id: str
    date: datetime
    written_date: str
    subject: str
    sender: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    in_reply_to: str
    text: str
    automatic: bool
    bulk: bool


def mail_of(content: bytes, received: datetime) -> RawMail:
    """A mail given whole; only its start is parsed where that holds the text."""
    start = RawMail(len(content), received, content[:_START])
    if not start.is_cut or (start.has_whole_header and mail_text(start)):
        return start
    return RawMail(len(content), received, content)


def read_mail(raw: RawMail) -> Mail:
    """Read a mail.

    Raises:
        RecordError: it names no sender, so it tells of nobody.
    """
    fields = _fields(raw.head)
    senders = header_mailboxes(fields.get("from", b"")) or header_mailboxes(
        fields.get("sender", b"")
    )
    if not senders:
        raise RecordError("The mail has no readable sender.")
    return Mail(
        message_id=_first_id(fields.get("message-id", b"")),
        date=_date(fields.get("date", b""), raw.received),
        written_date=header_text(fields.get("date", b"")),
        subject=header_text(fields.get("subject", b""))[:500],
        sender=senders[0],
        to=header_mailboxes(fields.get("to", b"")),
        cc=header_mailboxes(fields.get("cc", b"") + b", " + fields.get("bcc", b"")),
        in_reply_to=_first_id(fields.get("in-reply-to", b"")),
        text=mail_text(raw),
        automatic=_is_automatic(fields),
        bulk=_is_bulk(fields),
    )


def mail_text(raw: RawMail) -> str:
    """The mail's first text: plain if it has any, else its HTML as text. Never raises."""
    try:
        message = BytesParser().parsebytes(raw.part or raw.head)
        found = {kind: part for part in _texts(message) for kind in [part.get_content_type()]}
        if "text/plain" in found:
            return _decoded(found["text/plain"], raw.is_cut)
        if "text/html" in found:
            return text_of_html(_decoded(found["text/html"], raw.is_cut))
    except _PARSER_FAULTS:
        pass
    return ""


def _fields(head: bytes) -> Mapping[str, bytes]:
    """Header fields by lower-case name as raw bytes; repeated ones are joined by a comma."""
    end = _HEADER_END.search(head)
    parsed = BytesHeaderParser().parsebytes(head[: end.end()] if end else head)
    fields: dict[str, bytes] = {}
    for name, value in parsed.raw_items():
        raw = str(value).encode("ascii", "surrogateescape")
        key = name.lower()
        if key in ("to", "cc", "bcc") and key in fields:
            fields[key] += b", " + raw
        else:
            fields.setdefault(key, raw)
    return fields


def _texts(message: Message) -> Iterator[Message]:
    """The text parts in reverse order, attachments and attached mails left out."""
    todo = [message]
    found: list[Message] = []
    while todo:
        part = todo.pop()
        if part.get_content_maintype() == "message" or part.get_content_disposition() == (
            "attachment"
        ):
            continue
        payload = part.get_payload()
        if part.is_multipart() and isinstance(payload, list):
            todo.extend(reversed([sub for sub in payload if isinstance(sub, Message)]))
        elif part.get_content_maintype() == "text":
            found.append(part)
    return reversed(found)


def _decoded(part: Message, cut: bool) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        label = part.get_content_charset() or ""
    except _PARSER_FAULTS:
        label = ""
    return decode(raw, label, cut=cut)


def _first_id(raw: bytes) -> str:
    text = header_text(raw)
    match = _MESSAGE_ID.search(text)
    return match[1] if match else text.split(" ")[0][:900]


def _date(raw: bytes, received: datetime) -> datetime:
    """When it was written; when it was received if that is unreadable or cannot be."""
    arrived = received.astimezone(UTC) if received.tzinfo else received.replace(tzinfo=UTC)
    try:
        written = parsedate_to_datetime(header_text(raw))
        written = (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return arrived
    is_possible = datetime(1990, 1, 1, tzinfo=UTC) < written < arrived + timedelta(days=2)
    return written if is_possible else arrived


def _is_automatic(fields: Mapping[str, bytes]) -> bool:
    answered = fields.get("auto-submitted", b"no").strip().lower()
    return (
        not answered.startswith(b"no")
        or b"<>" in fields.get("return-path", b"")
        or fields.get("precedence", b"").strip().lower() == b"auto_reply"
        or "x-autoreply" in fields
        or "x-autorespond" in fields
    )


def _is_bulk(fields: Mapping[str, bytes]) -> bool:
    return (
        fields.get("precedence", b"").strip().lower() in (b"bulk", b"junk", b"list")
        or "list-id" in fields
        or "list-unsubscribe" in fields
    )
