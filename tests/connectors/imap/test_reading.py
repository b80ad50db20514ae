"""A mailbox is read once, wholly, and again only where something came: against a real server."""

import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Log, Message, Record, Rewindable, StreamFailure, Unreadable
from daifuku.errors import ConfigError, TransientError
from demo.simulators.imap import ImapServer
from tests.connectors.imap.mails import mail, raw_mail
from tests.connectors.imap.proxy import wire_to
from tests.contract.reading import StreamReading, read_all

BOTH = ["people", "messages"]
OWN = {"own_domains": ["daifuku.example"]}


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def box(server: ImapServer, request: pytest.FixtureRequest) -> str:
    """An empty folder of the test's own."""
    name = f"box-{abs(hash(request.node.nodeid))}"
    server.append(name, [])
    return name


def config(server: ImapServer, *folders: str, **more: Any) -> dict[str, Any]:
    return server.config(folders=list(folders), **OWN, **more)


def read(settings: dict[str, Any], state: dict[str, Any] | None = None) -> dict[str, StreamReading]:
    return read_all(registry.connect("imap", settings), BOTH, state)


def states(readings: dict[str, StreamReading]) -> dict[str, Any]:
    return {name: reading.state for name, reading in readings.items()}


def everything(settings: dict[str, Any], state: dict[str, Any] | None = None) -> list[Message]:
    return list(registry.connect("imap", settings).read(BOTH, state or {}))


def test_people_and_messages_of_a_mail(server: ImapServer, box: str) -> None:
    server.append(box, [mail(1, Cc="info@partner.example", In_Reply_To="<0@customer.example>")])
    readings = read(config(server, box))
    people = {r.data["address"]: r for r in readings["people"].records}
    assert set(people) == {"taro@customer.example", "info@partner.example"}
    taro = people["taro@customer.example"]
    assert taro.data == {
        "address": "taro@customer.example",
        "name": "山田 太郎",
        "role": "person",
        "signature": {},
        "seen_at": "2026-04-01",
    }
    assert people["info@partner.example"].data["role"] == "shared"
    [message] = readings["messages"].records
    assert message.data["direction"] == "in"
    assert message.data["date"] == "2026-04-01T02:00:00+00:00"
    assert message.data["in_reply_to"] == "0@customer.example"
    assert [c["person_id"] for c in message.data["counterparts"]] == [taro.external_id]
    assert message.data["to"] == [{"address": "support@daifuku.example", "name": ""}]


def test_a_mail_sent_has_its_recipients_as_counterparts(server: ImapServer, box: str) -> None:
    to = "Taro <taro@customer.example>, Boss <boss@daifuku.example>"
    sent = mail(1, sender="Support <support@daifuku.example>", to=to, Cc="hana@customer.example")
    server.append(box, [sent])
    [message] = read(config(server, box))["messages"].records
    assert message.data["direction"] == "out"
    addresses = [party["address"] for party in message.data["counterparts"]]
    assert addresses == ["taro@customer.example", "hana@customer.example"]


@pytest.mark.parametrize(
    ("sender", "headers", "role"),
    [
        ("noreply@shop.example", {}, "automatic"),
        ("MAILER-DAEMON@mx.example", {}, "automatic"),
        ("taro@customer.example", {"Auto_Submitted": "auto-replied"}, "automatic"),
        ("news@shop.example", {"List_Unsubscribe": "<mailto:u@shop.example>"}, "bulk"),
        ("taro@customer.example", {"List_Id": "<dev.lists.example>"}, "bulk"),
        ("info@shop.example", {}, "shared"),
        ("taro@customer.example", {"Auto_Submitted": "no"}, "person"),
    ],
)
def test_who_is_no_person(
    server: ImapServer, box: str, sender: str, headers: dict[str, str], role: str
) -> None:
    server.append(box, [mail(1, sender=sender, **headers)])
    assert [r.data["role"] for r in read(config(server, box))["people"].records] == [role]


def test_only_what_came_since(server: ImapServer, box: str) -> None:
    server.append(box, [mail(n) for n in range(3)])
    first = read(config(server, box))
    assert not read(config(server, box), states(first))["messages"].records
    server.append(box, [mail(3)])
    second = read(config(server, box), states(first))
    assert [r.data["message_id"] for r in second["messages"].records] == ["3@customer.example"]


def test_streams_keep_their_own_place(server: ImapServer, box: str) -> None:
    server.append(box, [mail(n, sender=f"c{n}@customer.example") for n in range(3)])
    messages = read_all(registry.connect("imap", config(server, box)), ["messages"])["messages"]
    rest = read(config(server, box), {"messages": messages.state})
    assert len(rest["people"].records) == 3
    assert not rest["messages"].records


def test_a_copy_in_another_folder_is_the_same_message(server: ImapServer, box: str) -> None:
    server.append(box, [mail(1)])
    server.append(f"{box}-copy", [mail(1)])
    readings = read(config(server, box, f"{box}-copy"))
    assert len(readings["messages"].records) == 1
    assert len(readings["people"].records) == 1


def test_renumbering_reads_the_folder_again_under_the_same_ids(
    server: ImapServer, box: str
) -> None:
    server.append(box, [mail(n) for n in range(3)])
    first = read(config(server, box))
    server.recreate(box)
    server.append(box, [mail(n) for n in range(4)])
    said = everything(config(server, box), states(first))
    again = [m for m in said if isinstance(m, Record)]
    assert any(isinstance(m, Log) and "renumbered" in m.message for m in said)
    assert {r.external_id for r in again if r.stream == "people"} == set(first["people"].ids)
    messages = [r.external_id for r in again if r.stream == "messages"]
    assert messages[:3] == first["messages"].ids
    assert len(messages) == 4


def test_equal_sightings_are_one_record_and_a_new_signature_is_another(
    server: ImapServer, box: str
) -> None:
    old = "見積依頼です。\n-- \n山田 太郎\n株式会社旧社\nTEL 03-1111-2222\n"
    new = "転職しました。\n-- \n山田 太郎\n株式会社新社\nTEL 03-3333-4444\n"
    server.append(box, [mail(1, text=old), mail(2, text=old), mail(30, text=new)])
    people = read(config(server, box))["people"].records
    companies = [(r.data["signature"]["company"], r.data["seen_at"]) for r in people]
    assert companies == [("株式会社旧社", "2026-04-01"), ("株式会社新社", "2026-04-02")]


BROKEN = [
    b"",
    b"\x00\xff\xfe" * 50,
    raw_mail(b"Subject: nobody", b"text"),
    raw_mail(b"From: undisclosed", b"text"),
]


def test_broken_mails_are_unreadable_and_the_others_are_read(server: ImapServer, box: str) -> None:
    server.append(box, [mail(1), *[m for m in BROKEN if m], mail(2)])
    said = everything(config(server, box))
    assert len([m for m in said if isinstance(m, Record) and m.stream == "messages"]) == 2
    unreadable = [m for m in said if isinstance(m, Unreadable) and m.stream == "messages"]
    assert [m.external_id for m in unreadable] == [f"{box}|{uid}" for uid in (102, 103, 104)]
    assert {m.code for m in unreadable} == {"unreadable_mail"}


def odd_mails() -> dict[str, bytes]:
    headers = b"From: Taro <taro@customer.example>\nMIME-Version: 1.0\nContent-Type: "
    return {
        "unknown charset": raw_mail(headers + b"text/plain; charset=x-nonsense", "髙橋".encode()),
        "broken base64": raw_mail(
            headers + b"text/plain\nContent-Transfer-Encoding: base64", b"\x80\xff=A==B="
        ),
        "no boundary": raw_mail(headers + b"multipart/mixed", b"--x\r\n\r\ntext"),
        "date of no calendar": raw_mail(headers + b"text/plain\nDate: 99 Foo 99999", b"x"),
        "NUL bytes": raw_mail(headers + b"text/plain", b"a\x00b"),
        "raw header": raw_mail("From: 髙橋 <taro@customer.example>".encode("cp932"), b"x"),
    }


@pytest.mark.parametrize("kind", list(odd_mails()))
def test_odd_mails_still_tell_of_their_sender(server: ImapServer, box: str, kind: str) -> None:
    server.append(box, [odd_mails()[kind]])
    readings = read(config(server, box))
    assert [r.data["address"] for r in readings["people"].records] == ["taro@customer.example"]
    assert len(readings["messages"].records) == 1


def big_mail(megabytes: int) -> bytes:
    """An attachment before the text, as some programs send it."""
    head = b"From: big@customer.example\nMessage-ID: <big@customer.example>\nMIME-Version: 1.0\n"
    parts = (
        b"--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"QUJD" * (megabytes * 1024 * 256),
        b"\r\n--b\r\nContent-Type: text/plain; charset=Shift_JIS\r\n\r\n",
        "詳細は添付の通りです。".encode("cp932"),
        b"\r\n--b--\r\n",
    )
    return raw_mail(head + b"Content-Type: multipart/mixed; boundary=b", b"".join(parts))


def test_a_mail_of_50_mb_costs_no_memory_and_its_text_is_read(server: ImapServer, box: str) -> None:
    server.append(box, [big_mail(50)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [message] = read(config(server, box))["messages"].records
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10 * 1024
    assert message.data["snippet"] == "詳細は添付の通りです。"


def test_a_header_longer_than_the_first_bytes_is_read_whole(server: ImapServer, box: str) -> None:
    to = ",\n ".join(f"customer-{n}@customer.example" for n in range(3_000))
    server.append(box, [raw_mail(f"To: {to}\nFrom: support@daifuku.example".encode(), b"x")])
    readings = read(config(server, box))
    assert len(readings["people"].records) == 3_000 - 1_000
    assert len(readings["people"].checkpoints) > 2


def test_older_mails_can_be_left_out(server: ImapServer, box: str) -> None:
    server.append(box, [mail(1)])
    assert not read(config(server, box, since="2999-01-01"))["messages"].records


def test_a_folder_can_be_read_again_from_a_date_on(server: ImapServer, box: str) -> None:
    server.append(box, [mail(1), mail(2)])
    settings = config(server, box)
    source = registry.connect("imap", settings)
    assert isinstance(source, Rewindable)
    held = states(read(settings))["messages"]

    from_long_ago = source.rewound("messages", held, datetime(2000, 1, 1, tzinfo=UTC))
    from_the_future = source.rewound("messages", held, datetime(2999, 1, 1, tzinfo=UTC))

    assert len(read(settings, {"messages": from_long_ago})["messages"].records) == 2
    assert not read(settings, {"messages": from_the_future})["messages"].records
    unread = source.rewound("messages", {}, datetime(2999, 1, 1, tzinfo=UTC))
    assert not read(settings, {"messages": unread})["messages"].records


def test_a_broken_line_resumes_at_the_last_checkpoint(server: ImapServer, box: str) -> None:
    server.append(box, [mail(n, text="x" * 1_000) for n in range(250)])
    whole = read(config(server, box))
    with wire_to(server.port) as wire:
        settings = config(server, box, port=wire.port)
        wire.cut_after = 250_000
        first = read(settings)
        [failure] = first["messages"].failures
        assert isinstance(failure.error, TransientError)
        assert 0 < len(first["messages"].checkpoints) < len(whole["messages"].checkpoints)
        wire.cut_after = None
        kept = first["messages"].before(first["messages"].checkpoints[-1])
        rest = read(settings, states(first))
    assert kept | set(rest["messages"].ids) == set(whole["messages"].ids)
    assert not kept & set(rest["messages"].ids)


def test_a_folder_that_does_not_exist_is_named(server: ImapServer) -> None:
    result = registry.connect("imap", config(server, "Archiv")).check()
    assert not result.ok
    assert "'Archiv'" in result.message
    assert "INBOX" in result.message
    failures = [m for m in everything(config(server, "Archiv")) if isinstance(m, StreamFailure)]
    assert [type(f.error) for f in failures] == [ConfigError, ConfigError]


def test_the_inbox_and_sent_mail_are_read_by_default() -> None:
    sent = mail(2, sender="support@daifuku.example", to="hana@customer.example")
    with ImapServer({"INBOX": [mail(1)], "Sent": [sent], "Trash": [mail(3)]}) as server:
        readings = read(server.config(**OWN))
    assert [r.data["direction"] for r in readings["messages"].records] == ["in", "out"]
