"""Mails of the world survive the charsets of Japanese mail programs and a strict parser."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import orjson
import pytest

from demo.world import World, generate
from demo.world.wire import form_request, mail_bytes


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=31, scale=2500)


def _text(message: Message) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    charset = str(part.get_content_charset())
    assert isinstance(payload, bytes)
    return payload.decode(
        {"shift_jis": "cp932", "iso-2022-jp": "iso2022_jp_ext"}.get(charset, charset)
    )


def test_mails_say_what_the_world_says(world: World) -> None:
    seen = set()
    for document in world.documents("mail"):
        message = message_from_bytes(mail_bytes(document))
        charset = next(p.get_content_charset() for p in message.walk() if not p.is_multipart())
        seen.add(charset)
        assert parseaddr(message["From"])[1] == document.body["from"][1]
        if charset == "utf-8":
            assert str(make_header(decode_header(message["Subject"]))) == document.body["subject"]
            assert _text(message).strip() == document.body["text"].strip()
    assert seen == {"utf-8", "iso-2022-jp", "shift_jis"}


def test_mails_are_seven_bit_lines_with_an_id_of_their_own(world: World) -> None:
    mails = [mail_bytes(document) for document in world.documents("mail")]
    assert all(mail.isascii() for mail in mails)
    assert all(len(line) < 998 for mail in mails for line in mail.split(b"\r\n"))
    assert len({message_from_bytes(mail)["Message-ID"] for mail in mails}) == len(mails)


def test_form_posts_come_in_three_encodings(world: World) -> None:
    kinds = set()
    for document in world.documents("form"):
        content_type, body = form_request(document)
        kinds.add(content_type.partition(";")[0])
        if content_type == "application/json":
            assert orjson.loads(body) == document.body["fields"]
    assert kinds == {
        "application/json",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    }
