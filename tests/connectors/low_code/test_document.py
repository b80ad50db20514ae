"""A manifest is read for its settings and streams without the CDK, and never makes us fail."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.low_code.document import key_text, read_manifest, settings_schema, streams_of
from daifuku.errors import ConfigError


def streams(text: str) -> list[tuple[str, str, str | None]]:
    found = streams_of(read_manifest(text, "The manifest"))
    return [(one.name, one.primary_key, one.cursor) for one in found]


def test_streams_are_known_by_what_they_refer_to() -> None:
    text = """
    definitions:
      cursor: {type: DatetimeBasedCursor, cursor_field: "{{ parameters['by'] }}"}
      base:
        $parameters: {primary_key: id, by: updated}
        incremental_sync: {$ref: "#/definitions/cursor"}
      second: {$ref: "#/definitions/base", $parameters: {name: second}}
    streams:
      - {$ref: "#/definitions/base", name: first}
      - "#/definitions/second"
      - {name: third, primary_key: [[owner, id], line]}
      - type: StateDelegatingStream
        name: fourth
        full_refresh_stream: {name: fourth, primary_key: id}
        incremental_stream:
          {name: fourth, primary_key: id, incremental_sync: {cursor_field: at}}
    check: {stream_names: [second]}
    """
    assert streams(text) == [
        ("second", "id", "updated"),
        ("first", "id", "updated"),
        ("third", "owner.id,line", None),
        ("fourth", "id", "at"),
    ]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("id", "id"),
        (["a", "b"], "a,b"),
        ([["a"], ["b", "c"]], "a,b.c"),
        (None, "@content"),
        ([], "@content"),
        ("", "@content"),
    ],
)
def test_keys_are_written_as_the_hub_has_them(key: Any, text: str) -> None:
    assert key_text(key) == text


WORDS = st.sampled_from(
    ["name", "$ref", "$parameters", "#/a", "#/streams", "type", "primary_key", "incremental_sync"]
    + ["cursor_field", "incremental_stream", "a", "stream_names", "connection_specification"]
)
NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(listed=st.lists(NODES, max_size=3), a=NODES, check=NODES, spec=NODES)
def test_no_manifest_makes_anything_but_a_fault(listed: Any, a: Any, check: Any, spec: Any) -> None:
    text = json.dumps({"streams": listed, "a": a, "check": check, "spec": spec})
    manifest = read_manifest(text, "The manifest")
    for read in (streams_of, settings_schema):
        with contextlib.suppress(ConfigError):
            read(manifest)


def test_references_that_multiply_are_refused() -> None:
    text = "streams: []\na: {x: '#/a', y: '#/a', z: '#/a'}\nspec: '#/a'"
    with pytest.raises(ConfigError, match="lead"):
        settings_schema(read_manifest(text, "The manifest"))
