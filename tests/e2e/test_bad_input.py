"""Input nobody should send: refused by name with the next step; the rest lands in little memory."""

import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from daifuku.errors import MappingError
from daifuku.records import RunState
from daifuku.storage.engine import Store
from daifuku.storage.repositories import inbox, rejections, sources
from demo.simulators.faults import Fault
from demo.simulators.imap import ImapServer
from demo.simulators.line import LineSimulator
from tests.connectors.imap.mails import mail, raw_mail
from tests.connectors.line.accounts import profile, user
from tests.support.customers import MAPPING as CUSTOMERS
from tests.support.deadline import until
from tests.support.hub import Hub

MEGABYTE = 1_000_000
MAPPING = """
version: 1
connector: file
streams:
  customers:
    records:
      - entity: person
        fields:
          name: name
          emails: [email]
"""


@contextmanager
def memory_within(limit: int) -> Iterator[None]:
    """The block may hold so many bytes at once beyond what was held before."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak:,} bytes"


def add_file(hub: Hub, path: Path, **config: Any) -> None:
    hub.add("crm", "file", {"path": str(path), "id_column": "id", **config}, MAPPING)


def rejected(hub: Hub, source: str = "crm") -> list[str]:
    with hub.store.read() as tx:
        return [rejection.reason for rejection in rejections.of_source(tx, source, 100)]


def names(hub: Hub) -> list[str]:
    return sorted(golden.fields["name"] for golden in hub.goldens())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 1\nconnector: [", ":2"),
        ("version: 1\n\tconnector: crm", ":2"),
        (CUSTOMERS.replace("entity: person", "entity: persn"), "persn"),
        (CUSTOMERS.replace("apply: [date]", "apply: [dat]", 1), "dat"),
        ("\x00", "mapping"),
        ("- 1", "mapping"),
    ],
)
def test_a_broken_mapping_is_refused_with_its_place(hub: Hub, text: str, told: str) -> None:
    with pytest.raises(MappingError) as caught:
        hub.add("crm", "file", {"path": "/nowhere.csv"}, text)
    assert told in str(caught.value)
    with hub.store.read() as tx:
        assert sources.list_all(tx) == []


def test_a_mapping_that_breaks_later_pauses_its_source_and_loses_nothing(
    hub: Hub, tmp_path: Path
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id,name,email\n1,山田 太郎,t@example.jp\n")
    add_file(hub, path)
    hub.synced("crm")
    before = hub.goldens()
    with hub.store.write() as tx:
        sources.set_mapping(tx, "crm", MAPPING.replace("person", "persn"), datetime.now(UTC))

    run = hub.sync("crm")

    assert (run.state, run.error_kind) == (RunState.FAILED, "mapping")
    assert run.error is not None
    assert "the mapping of crm:7" in run.error
    assert "persn" in run.error
    assert hub.goldens() == before


def big_mail(megabytes: int) -> bytes:
    """A mail whose attachment stands before its text."""
    head = "From: 大山 大 <big@customer.example>\nMessage-ID: <big@customer.example>\n".encode()
    parts = (
        b"--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"QUJD" * (megabytes * MEGABYTE // 4),
        b"\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
        "詳細は添付の通りです。".encode(),
        b"\r\n--b--\r\n",
    )
    return raw_mail(head + b"Content-Type: multipart/mixed; boundary=b", b"".join(parts))


def test_a_mail_of_50_mb_costs_no_memory_and_holds_up_no_other(hub: Hub) -> None:
    with ImapServer({"INBOX": [mail(1), big_mail(50), mail(2)]}) as mailbox:
        hub.add("mail", "imap", mailbox.config())
        with memory_within(25 * MEGABYTE):
            receipt = hub.synced("mail").receipt
    assert receipt.rejected == 0
    found = {golden.fields["emails"][0]: golden for golden in hub.goldens()}
    assert set(found) == {"taro@customer.example", "big@customer.example"}
    assert len(hub.interactions(found["big@customer.example"])) == 1
    assert len(hub.interactions(found["taro@customer.example"])) == 2


def workbook(path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("customers", 0)
    sheet.append(["id", "name", "email"])
    sheet.append([1, "山田 太郎", "taro@example.jp"])
    book.save(path)


def bomb(path: Path, *, lies: bool) -> None:
    """A workbook that unpacks to 300 MB; one that lies says in its directory that it does not."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b"0" * MEGABYTE)
        if lies:
            archive.filelist[0].file_size = 1_000


@pytest.mark.parametrize(
    ("lies", "told"), [(False, "Export the sheet as CSV"), (True, "Save it anew as .xlsx")]
)
def test_a_zip_bomb_of_a_spreadsheet_is_refused_unopened(
    hub: Hub, tmp_path: Path, lies: bool, told: str
) -> None:
    path = tmp_path / "customers.xlsx"
    workbook(path)
    add_file(hub, path)
    hub.synced("crm")
    before = hub.goldens()
    bomb(path, lies=lies)

    with memory_within(10 * MEGABYTE):
        run = hub.sync("crm")

    assert (run.state, run.error_kind) == (RunState.FAILED, "config")
    assert run.error is not None
    assert "workbook" in run.error
    assert told in run.error
    assert hub.goldens() == before
    workbook(path)
    assert hub.sync("crm").state is RunState.SUCCEEDED


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "customers.csv",
            [b"id,name", "1,山田 太郎".encode(), b"2,\xff\xfe\xe5", "3,鈴木 花子".encode()],
        ),
        (
            "customers.jsonl",
            [
                '{"id": 1, "name": "山田 太郎"}'.encode(),
                b'{"id": 2, "name": "\xff\xfe\xe5"}',
                '{"id": 3, "name": "鈴木 花子"}'.encode(),
            ],
        ),
    ],
)
def test_bytes_that_are_no_text_reject_their_row_alone(
    hub: Hub, tmp_path: Path, name: str, lines: list[bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(b"\n".join(lines) + b"\n")
    add_file(hub, path, encoding="utf-8")

    receipt = hub.synced("crm").receipt

    assert (receipt.new, receipt.rejected) == (2, 1)
    assert names(hub) == ["山田 太郎", "鈴木 花子"]
    (reason,) = rejected(hub)
    assert "Row 3" in reason or "Row 2" in reason
    assert "Save it as UTF-8" in reason


@pytest.mark.parametrize(
    "name", [b"\xe5\xb1 Anna", b"Anna \\ud83d"], ids=["bytes", "half an emoji"]
)
def test_half_a_letter_in_json_costs_neither_its_record_nor_the_page(hub: Hub, name: bytes) -> None:
    profiles = [profile(number) for number in (1, 2)]
    with LineSimulator(profiles) as account:
        body = b'{"userId": "%b", "displayName": "%b"}' % (user(1).encode(), name)
        account.fail(f"/v2/bot/profile/{user(1)}", Fault(status=200, body=body))
        hub.add("line", "line", account.config())
        assert hub.synced("line").receipt.new == 2
    (golden,) = hub.of("line", "followers", user(1))
    assert "Anna" in golden.fields["display_name"]


CONTROLS = "\x00\x07\x1b[31m\u202e\u200b\ud800"


def test_control_characters_are_kept_as_evidence_and_go_no_further(
    store: Store, tmp_path: Path
) -> None:
    hub = Hub(store)
    path = tmp_path / "customers.jsonl"
    escaped = "".join(f"\\u{ord(char):04x}" for char in CONTROLS)
    path.write_text(
        f'{{"id": "a{escaped}", "name": "山田{escaped} 太郎", "email": "t@example.jp{escaped}"}}\n'
        '{"id": "b", "name": "鈴木 花子", "email": "h@example.jp"}\n'
    )
    add_file(hub, path)

    receipt = hub.synced("crm").receipt

    assert receipt.fetched == receipt.new + receipt.rejected
    for golden in hub.goldens():
        assert not any(ord(char) < 32 or char == "\u202e" for char in str(golden.fields["name"]))
    assert "鈴木 花子" in names(hub)
    assert hub.synced("crm").receipt.changed == 0


FORM = {"id": "contact", "allowed_origins": ["*"]}


def megabytes(count: int) -> Iterator[bytes]:
    chunk = b"a" * MEGABYTE
    yield b"name="
    for _ in range(count):
        yield chunk


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize("path", ["/forms/website/contact", "/webhooks/website"])
def test_a_post_of_100_mb_is_refused_at_once_and_the_next_one_lands(
    hub: Hub, url: str, path: str, announced: bool
) -> None:
    hub.add("website", "webform", {"forms": [FORM]})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if announced:
        headers["Content-Length"] = str(100 * MEGABYTE + 5)

    with memory_within(20 * MEGABYTE):
        status, said = post(url + path, headers)

    assert status == 413
    assert "larger than" in said
    assert "raise the form's max_bytes" in said or "fewer events" in said
    form = f"{url}/forms/website/contact"
    good = httpx.post(form, data={"お名前": "山田 太郎", "email": "t@example.jp"}, trust_env=False)
    assert good.status_code == 201
    until(hub.goldens, what="the worker to land and resolve the good post")
    with hub.store.read() as tx:
        assert inbox.counts(tx, "website") == {inbox.LANDED: 1}


def post(address: str, headers: dict[str, str]) -> tuple[int, str]:
    """Post 100 MB; the status and text answered."""
    answer = httpx.post(address, content=megabytes(100), headers=headers, trust_env=False)
    return answer.status_code, answer.text
