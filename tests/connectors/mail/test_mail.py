"""Any bytes are a mail with a sender, or a clear refusal; the text is that which a reader sees."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.builtin.imap.config import ImapConfig
from connectors.mail.parsing import Mail, RawMail, mail_text, read_mail
from connectors.mail.sightings import records_of
from daifuku.errors import RecordError
from tests.connectors.imap.mails import raw_mail

RECEIVED = datetime(2026, 5, 1, tzinfo=UTC)
CONFIG = ImapConfig.model_validate(
    {"host": "mail.example", "user": "support@daifuku.example", "password": "x"}
)


def raw(head: bytes) -> RawMail:
    return RawMail(len(head), RECEIVED, head)


def read(headers: str, body: str = "") -> Mail:
    return read_mail(raw(raw_mail(headers.encode(), body.encode())))


def html(body: str) -> str:
    return mail_text(raw(raw_mail(b"From: a@b.example\nContent-Type: text/html", body.encode())))


def test_html_as_a_reader_sees_it() -> None:
    text = html(
        "<html><head><style>p{}</style><title>t</title></head><body><p>承知&nbsp;しました。</p>"
        "<div>佐藤<br>TEL 03-1234-5678</div><blockquote>引用<p>文</p></blockquote></body></html>"
    )
    assert text == "承知 しました。\n\n佐藤\nTEL 03-1234-5678\n\n> 引用\n> 文"


def test_plain_text_is_preferred_and_attachments_are_left_out() -> None:
    headers = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b"
    parts = [
        "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nattached",
        "Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\n\r\nforwarded",
        "Content-Type: text/html; charset=utf-8\r\n\r\n<b>html</b>",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nplain",
    ]
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    assert mail_text(raw(raw_mail(headers, body.encode()))).strip() == "plain"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 27 Apr 2026 10:00:00 +0900", "2026-04-27T01:00:00+00:00"),
        ("Mon, 27 Apr 2026 10:00:00", "2026-04-27T10:00:00+00:00"),
        ("99 Foo 99999", RECEIVED.isoformat()),
        ("", RECEIVED.isoformat()),
        ("Fri, 31 Dec 2049 00:00:00 +0000", RECEIVED.isoformat()),
        ("Thu, 01 Jan 1970 00:00:00 +0000", RECEIVED.isoformat()),
    ],
)
def test_a_date_that_cannot_be_is_when_it_was_received(date: str, expected: str) -> None:
    assert read(f"From: a@b.example\nDate: {date}").date.isoformat() == expected


def test_a_mail_without_a_sender_is_refused() -> None:
    with pytest.raises(RecordError, match="no readable sender"):
        read("Subject: hello")


def test_mails_that_share_a_message_id_are_told_apart() -> None:
    first, second = (
        records_of(read(f"From: {who}@b.example\nMessage-ID: <form@b.example>"), CONFIG.is_own)
        for who in ("a", "c")
    )
    assert first.message_id != second.message_id


def test_a_mail_among_colleagues_is_nobodys() -> None:
    found = records_of(
        read("From: support@daifuku.example\nTo: support@daifuku.example"), CONFIG.is_own
    )
    assert not found.people
    assert found.message["counterparts"] == []


def test_a_mail_nested_2000_deep_keeps_its_sender() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(2000)
    )
    headers = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=a"
    found = read_mail(raw(raw_mail(headers, b"--a\r\n" + nested)))
    assert (found.sender.address, found.text) == ("a@b.example", "")


@given(st.binary(max_size=500), st.binary(max_size=300))
def test_any_bytes(headers: bytes, body: bytes) -> None:
    for head in (headers, b"From: a@b.example\r\n" + headers + b"\r\n\r\n" + body):
        try:
            found = read_mail(raw(head))
        except RecordError:
            continue
        records_of(found, CONFIG.is_own).message_id.encode()


MIME = st.lists(
    st.sampled_from(
        [
            b"--b",
            b"--b--",
            b"Content-Type: text/plain; charset=",
            b"iso-2022-jp",
            b"\x1b$B",
            b"\r\n",
        ]
        + [
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Disposition: attachment",
            b"\xff",
        ]
        + [b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode", b"="]
        + [b"Content-Type: text/html", b"<blockquote>", b"<![CDATA[", b"<!doctype [", b"&#x110000;"]
    ),
    max_size=40,
)


@given(MIME)
def test_any_arrangement_of_mime(pieces: list[bytes]) -> None:
    mail_text(raw(b"From: a@b.example\r\n" + b"\r\n".join(pieces)))
