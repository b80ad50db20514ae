"""Mails for the tests, as bytes on the wire."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

FIRST = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)


def mail(
    number: int,
    *,
    sender: str = "山田 太郎 <taro@customer.example>",
    to: str = "support@daifuku.example",
    text: str = "お世話になっております。",
    **headers: str,
) -> bytes:
    """A well-formed mail; its number gives Message-ID, date and subject."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"ご相談 {number}"
    message["Date"] = format_datetime(FIRST + timedelta(hours=number))
    message["Message-ID"] = f"<{number}@customer.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def raw_mail(headers: bytes, body: bytes) -> bytes:
    """A mail exactly as given, with line ends as on the wire."""
    return headers.strip().replace(b"\n", b"\r\n") + b"\r\n\r\n" + body
