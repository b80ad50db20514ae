"""Documents as they travel: mails in the charsets of Japanese mail programs, form posts."""

from base64 import b64encode
from collections.abc import Mapping
from email.utils import format_datetime
from urllib.parse import urlencode

import orjson

from demo.world.chance import chance
from demo.world.documents import Document

_BOUNDARY = "----daifuku-7a1c"
_HTML_SHARE = 0.2


def mail_bytes(document: Document) -> bytes:
    """A mail of the world as an IMAP server would hand it out."""
    body = document.body
    charset, text = _encoded(body["text"], body["charset"])
    draw = chance(0, "wire", int(document.id, 16))
    sender = body["from"][1]
    lines = [
        f"Date: {format_datetime(document.at)}",
        f"From: {_mailbox(body['from'], charset)}",
        f"To: {_mailbox(body['to'], charset)}",
        f"Subject: {_word(body['subject'], charset)}",
        f"Message-ID: <{document.id}@{sender.rpartition('@')[2]}>",
        "MIME-Version: 1.0",
    ]
    if draw.hits(_HTML_SHARE):
        lines += _alternative(body["text"], charset)
    else:
        lines += _plain(text, charset)
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def is_sent(document: Document) -> bool:
    """Whether a mail lies in the folder of sent mail."""
    return document.kind == "sent"


def form_request(document: Document) -> tuple[str, bytes]:
    """Content type and body of a form post, as a browser or a server sends it."""
    fields: Mapping[str, str] = document.body["fields"]
    match document.body["encoding"]:
        case "json":
            return "application/json", orjson.dumps(fields)
        case "multipart":
            return f"multipart/form-data; boundary={_BOUNDARY}", _multipart(fields)
        case _:
            return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _multipart(fields: Mapping[str, str]) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode()


def _plain(text: bytes, charset: str) -> list[str]:
    head = f"Content-Type: text/plain; charset={charset}"
    if charset == "iso-2022-jp":
        return [head, "Content-Transfer-Encoding: 7bit", "", text.decode("ascii")]
    return [head, "Content-Transfer-Encoding: base64", "", _base64_lines(text)]


def _alternative(text: str, charset: str) -> list[str]:
    """The text both plain and as HTML, as webmail sends it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    html = "<html><body><div>" + escaped.replace("\r\n", "<br>\r\n") + "</div></body></html>"
    lines = [f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"', ""]
    for kind, content in (("plain", text), ("html", html)):
        lines += [
            f"--{_BOUNDARY}",
            f"Content-Type: text/{kind}; charset={charset}",
            "Content-Transfer-Encoding: base64",
            "",
            _base64_lines(_encoded(content, charset)[1]),
        ]
    return [*lines, f"--{_BOUNDARY}--"]


def _base64_lines(raw: bytes) -> str:
    text = b64encode(raw).decode()
    return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))


def _mailbox(party: tuple[str, str], charset: str) -> str:
    name, address = party
    if not name:
        return address
    if name.isascii():
        return f'"{name}" <{address}>'
    return f"{_word(name, charset)} <{address}>"


def _word(text: str, charset: str) -> str:
    """An RFC 2047 encoded word; ASCII stays as it is."""
    if text.isascii():
        return text
    charset, raw = _encoded(text, charset)
    return f"=?{charset}?B?{b64encode(raw).decode()}?="


def _encoded(text: str, charset: str) -> tuple[str, bytes]:
    """The text in that charset, or in UTF-8 where the charset has no such letter.

    As mail programs do, vendor letters (㈱, 髙) go out under the name of the charset they extend.
    """
    try:
        if charset == "iso-2022-jp":
            return charset, _cp50220(text)
        if charset == "shift_jis":
            return charset, text.encode("cp932")
    except UnicodeEncodeError:
        pass
    return "utf-8", text.encode()


def _cp50220(text: str) -> bytes:
    """Microsoft's ISO-2022-JP: JIS rows of cp932's letters, NEC and IBM rows included."""
    out, in_kanji = bytearray(), False
    for letter in text:
        code = letter.encode("cp932")
        if len(code) == 1 and code[0] >= 0x80:
            raise UnicodeEncodeError("iso-2022-jp", letter, 0, 1, "half-width katakana")
        if (len(code) == 2) != in_kanji:
            in_kanji = not in_kanji
            out += b"\x1b$B" if in_kanji else b"\x1b(B"
        out += _jis(*code) if in_kanji else code
    return bytes(out + b"\x1b(B") if in_kanji else bytes(out)


def _jis(lead: int, trail: int) -> bytes:
    """A Shift_JIS pair as its JIS row and cell. IBM's rows 115 and up have none in seven bits."""
    if lead >= 0xF0:
        raise UnicodeEncodeError("iso-2022-jp", "", 0, 0, "a letter outside the JIS rows")
    row = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 2 + 0x21
    if trail >= 0x9F:
        return bytes((row + 1, trail - 0x7E))
    return bytes((row, trail - (0x1F if trail < 0x80 else 0x20)))
