"""Posts are read however they are encoded; robots, giants and broken ones are told apart."""

from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.builtin.webform.config import Form
from connectors.builtin.webform.fields import Upload
from connectors.builtin.webform.limits import SizeLimit, TooLargeError
from connectors.builtin.webform.submission import Submission, parse_submission
from daifuku.errors import RecordError

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=XX"
FORM = Form(id="contact", honeypot="website2", required=("お名前",))
FIELDS = {"お名前": "髙橋 花子", "メールアドレス": "hanako@customer.example", "内容": "在庫は？\n①"}


def parse(content_type: str, body: bytes, form: Form = FORM) -> Submission:
    return parse_submission(content_type, body, form)


def urlencoded(fields: dict[str, str], charset: str) -> bytes:
    pairs = (
        f"{quote_from_bytes(name.encode(charset))}={quote_from_bytes(value.encode(charset))}"
        for name, value in fields.items()
    )
    return "&".join(pairs).encode()


def multipart(*parts: tuple[str, bytes]) -> bytes:
    written = (
        b"--XX\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + value + b"\r\n"
        for head, value in parts
    )
    return b"".join(written) + b"--XX--\r\n"


@pytest.mark.parametrize("charset", ["utf-8", "cp932"])
def test_urlencoded_in_the_charset_of_the_page(charset: str) -> None:
    assert parse(URLENCODED, urlencoded(FIELDS, charset)).fields == FIELDS


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp"])
def test_the_charset_that_the_form_names(charset: str) -> None:
    fields = {"お名前": "佐藤", "_charset_": charset}
    assert parse(URLENCODED, urlencoded(fields, charset)).fields == {"お名前": "佐藤"}


def test_letters_that_the_charset_lacks_come_as_references() -> None:
    body = urlencoded({"お名前": "&#128512;&#x;佐藤&#55357;", "_charset_": "Shift_JIS"}, "cp932")
    assert parse(URLENCODED, body).fields == {"お名前": "😀&#x;佐藤&#55357;"}


def test_references_in_utf_8_are_what_was_typed() -> None:
    body = urlencode({"お名前": "&#9731;"}).encode()
    assert parse(URLENCODED, body).fields == {"お名前": "&#9731;"}


def test_json_keeps_its_values() -> None:
    values = {"お名前": "佐藤", "tags": ["a", "b"], "agree": True, "detail": {"n": 1}}
    assert parse("application/json; charset=utf-8", orjson.dumps(values)).fields == values


def test_multipart_notes_files_and_keeps_none() -> None:
    body = multipart(
        ('name="お名前"', "佐藤".encode()),
        ('name="filename"', b"a field of that name"),
        ('name="photo"; filename="写真.jpg"', b"x" * 5_000),
        ('name="cv"; filename=""', b""),
    )
    found = parse(MULTIPART, body)
    assert found.fields == {"お名前": "佐藤", "filename": "a field of that name"}
    assert found.uploads == (Upload("photo", "写真.jpg", 5_000),)


def test_repeated_fields_are_lists() -> None:
    body = urlencode([("お名前", "佐藤"), ("topic", "a"), ("topic", "b"), ("kind[]", "c")]).encode()
    assert parse(URLENCODED, body).fields == {"お名前": "佐藤", "topic": ["a", "b"], "kind": "c"}


def test_a_filled_honeypot_is_spam_and_an_empty_one_leaves_no_trace() -> None:
    assert parse(URLENCODED, urlencode({"お名前": "x", "website2": "http://x"}).encode()).spam
    human = parse(URLENCODED, urlencode({"お名前": "佐藤", "website2": ""}).encode())
    assert not human.spam
    assert human.fields == {"お名前": "佐藤"}


@pytest.mark.parametrize(
    ("content_type", "body", "says"),
    [
        (URLENCODED, b"", "no field"),
        (URLENCODED, b"&&=&a=", "no field"),
        (URLENCODED, urlencode({"email": "a@b.example"}).encode(), "お名前"),
        (URLENCODED, b"a=1&" * 2_000, "1000 fields"),
        ("application/json", b"[]", "no JSON object"),
        ("application/json", b'{"a"', "no JSON object"),
        ("application/json", b"[" * 100_000, "no JSON object"),
        ("multipart/form-data", b"", "no boundary"),
        (MULTIPART, b"", "cut off"),
        (MULTIPART, multipart(('name="a"', b"x"))[:-8], "cut off"),
        (MULTIPART, b"nonsense", "broken"),
        ("text/plain", b"a=b", "Content-Type"),
        ("", b"a=b", "Content-Type"),
    ],
)
def test_a_post_that_cannot_be_taken(content_type: str, body: bytes, says: str) -> None:
    with pytest.raises(RecordError, match=says):
        parse(content_type, body)


def test_a_post_of_100_mb_is_refused_by_its_header_alone() -> None:
    with pytest.raises(TooLargeError, match="1024 KB"):
        SizeLimit(FORM.max_bytes, "104857600")


@pytest.mark.parametrize("announced", [None, "10", "-1", "x", ""])
def test_a_header_that_lies_does_not_help(announced: str | None) -> None:
    limit = SizeLimit(FORM.max_bytes, announced)
    for _ in range(FORM.max_bytes // 65_536):
        limit.take(b"x" * 65_536)
    with pytest.raises(TooLargeError):
        limit.take(b"x")
    assert len(limit.body) == FORM.max_bytes


@given(
    st.sampled_from([URLENCODED, MULTIPART, "application/json", "multipart/form-data; boundary="]),
    st.binary(max_size=300) | st.binary(max_size=200).map(lambda raw: b"--XX\r\n" + raw),
)
def test_any_bytes_are_read_or_refused(content_type: str, body: bytes) -> None:
    try:
        found = parse(content_type, body, Form(id="any"))
    except RecordError:
        return
    orjson.dumps(found.fields)


PARTS = st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=40)), min_size=1)


@given(PARTS)
def test_what_a_browser_encodes_comes_out_as_it_was(pairs: list[tuple[str, str]]) -> None:
    plain = [(f"f{n}", value) for n, (_, value) in enumerate(pairs)]
    plain = [(n, v.translate({0: None, 0x1E: None, 0x0D: None})) for n, v in plain]
    expected: dict[str, Any] = {name: value for name, value in plain if value.strip()}
    body = urlencode(plain).encode()
    if not expected:
        return
    found = parse(URLENCODED, body, Form(id="any")).fields
    assert {name: value for name, value in found.items() if value.strip()} == expected
