"""A real IMAP server's mails, in the charsets of Japan, become golden records and touchpoints."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from daifuku.records import Entity
from demo.simulators.imap import ImapServer
from tests.support.hub import Golden, Hub

CUSTOMER, SHOP = "kenta@aoba.example", "support@daifuku.example"


def mail(
    number: int, name: str, *, label: str, codec: str, eight_bit: bool = False, out: bool = False
) -> bytes:
    """A mail of or to `name`, header and text written in `codec` under the name `label`."""

    def word(text: str) -> str:
        return f"=?{label}?B?{b64encode(text.encode(codec)).decode()}?="

    signature = f"\n--\n株式会社青葉商店 営業部\n{name}\nTEL: 03-5555-1234\n{CUSTOMER}\n"
    text = f"お見積りの件{number}です。\n{'' if out else signature}".encode(codec)
    customer = f"{word(name)} <{CUSTOMER}>"
    head = [
        f"From: {SHOP if out else customer}",
        f"To: {customer if out else SHOP}",
        f"Subject: {word('お見積りの件')}",
        f"Date: Wed, 1 Apr 2026 1{number}:00:00 +0900",
        f"Message-ID: <{number}@aoba.example>",
        f"Content-Type: text/plain; charset={label}",
        f"Content-Transfer-Encoding: {'8bit' if eight_bit else 'base64'}",
    ]
    body = text.replace(b"\n", b"\r\n") if eight_bit else b64encode(text)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


RECEIVED = [
    mail(0, "高橋 健太", label="ISO-2022-JP", codec="iso2022_jp", eight_bit=True),
    mail(1, "髙橋 健太", label="Shift_JIS", codec="cp932", eight_bit=True),
    mail(2, "髙橋 健太", label="utf-8", codec="utf-8"),
    mail(3, "高橋 健太", label="us-ascii", codec="euc_jp", eight_bit=True),
]
SENT = [mail(4, "高橋 健太", label="ISO-2022-JP", codec="iso2022_jp", out=True)]


_numbers = count()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Two folders of a test's own on a running server."""

    server: ImapServer
    received: str
    sent: str


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def mailbox(server: ImapServer) -> Mailbox:
    number = next(_numbers)
    made = Mailbox(server, f"Received{number}", f"Sent{number}")
    server.append(made.received, RECEIVED)
    server.append(made.sent, SENT)
    return made


@pytest.fixture
def following(hub: Hub, mailbox: Mailbox) -> Hub:
    """A hub that has read the mailbox."""
    hub.add("mail", "imap", mailbox.server.config(folders=[mailbox.received, mailbox.sent]))
    assert hub.synced("mail").receipt.rejected == 0
    return hub


def the_golden(hub: Hub, entity: Entity) -> Golden:
    (golden,) = [golden for golden in hub.goldens() if golden.entity is entity]
    return golden


def test_mails_in_every_charset_show_one_person_of_one_company(following: Hub) -> None:
    person = the_golden(following, Entity.PERSON)
    assert person.fields["name"] in ("高橋 健太", "髙橋 健太")
    assert person.fields["emails"] == [CUSTOMER]
    assert person.fields["organization"] == "株式会社青葉商店"
    assert the_golden(following, Entity.ORGANIZATION).fields["name"] == "株式会社青葉商店"


def test_every_mail_is_a_touchpoint_of_that_person(following: Hub) -> None:
    mails = following.interactions(the_golden(following, Entity.PERSON))
    assert [mail.refs["message_id"] for mail in mails] == [
        f"{n}@aoba.example" for n in (4, 3, 2, 1, 0)
    ]
    assert [mail.direction for mail in mails] == ["out", "in", "in", "in", "in"]
    assert {mail.subject for mail in mails} == {"お見積りの件"}


def test_only_what_came_since_is_read(following: Hub, mailbox: Mailbox) -> None:
    assert following.synced("mail").receipt.fetched == 0
    again = mail(5, "高橋 健太", label="Shift_JIS", codec="cp932")
    mailbox.server.append(mailbox.received, [again])

    following.synced("mail")

    assert len(following.interactions(the_golden(following, Entity.PERSON))) == 6


def test_a_renumbered_folder_is_read_again_and_changes_nothing(
    following: Hub, mailbox: Mailbox
) -> None:
    golden, events = following.goldens(), following.events()
    mailbox.server.recreate(mailbox.sent)
    mailbox.server.append(mailbox.sent, SENT)

    receipt = following.synced("mail").receipt

    assert receipt.fetched == receipt.unchanged > 0
    assert (following.goldens(), following.events()) == (golden, events)
