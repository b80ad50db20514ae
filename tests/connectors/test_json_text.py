"""One bad letter does not cost a page; what is no JSON is still none."""

from typing import Any

import orjson
import pytest
from hypothesis import given

from connectors.json_text import parse_json
from tests.support.payloads import payloads


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'{"name": "\xe5\xb1\xb1"}', {"name": "山"}),
        (b'{"name": "Anna \\ud83d"}', {"name": "Anna \ufffd"}),
        (b'{"\\udc00": [1, "\\ud83d\\ude00"]}', {"\ufffd": [1, "😀"]}),
        (b'{"name": "\xff\xfe"}', {"name": "\ufffd\ufffd"}),
        (b'\xef\xbb\xbf{"name": "A"}', {"name": "A"}),
        (b'{"sum": NaN, "most": -Infinity}', {"sum": None, "most": None}),
    ],
)
def test_a_letter_that_is_none_is_replaced(body: bytes, read: Any) -> None:
    found = parse_json(body)
    assert found == read
    assert orjson.dumps(found)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"<html>", b'{"name": "cut', b"{'name': 1}", b"[" * 100_000]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        parse_json(body)


@given(payloads())
def test_what_is_right_is_read_as_it_is(payload: Any) -> None:
    try:
        body = orjson.dumps(payload)
    except TypeError:
        return
    assert parse_json(body) == orjson.loads(body)
