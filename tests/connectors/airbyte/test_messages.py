"""Whatever a program prints, the hub's own code does not fail on it."""

import contextlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.airbyte_process.catalog import configured_catalog, streams_in
from connectors.airbyte_process.messages import message_of, rotated_by
from connectors.airbyte_process.reading import Reading
from connectors.airbyte_process.states import as_told
from connectors.manifest.redaction import Redactor
from daifuku.errors import SourceError, TransientError
from tests.connectors.airbyte.tiny import PEOPLE, STREAMS

KEYS = st.sampled_from(
    ["type", "record", "state", "trace", "control", "log", "stream", "global", "data", "error"]
    + ["stream_status", "stream_descriptor", "stream_state", "stream_states", "shared_state"]
    + ["name", "namespace", "status", "reasons", "rate_limited", "quota_reset", "message", "level"]
    + ["sourceStats", "recordCount", "failure_type", "connectorConfig", "config", "id"]
)
VALUES = st.sampled_from(
    ["RECORD", "STATE", "TRACE", "CONTROL", "LOG", "ERROR", "STREAM_STATUS", "STREAM", "GLOBAL"]
    + ["LEGACY", PEOPLE, "COMPLETE", "RATE_LIMITED", None, True, 0, 1e300]
)
NODES = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)


@given(
    kind=VALUES,
    bodies=st.dictionaries(KEYS, NODES, max_size=5),
    before=st.sampled_from([{}, {"stream": {"next": 1}}, {"global": 1, "stream": 2, "number": 3}]),
)
def test_no_message_makes_it_fail(kind: Any, bodies: dict[str, Any], before: Any) -> None:
    found = streams_in({"streams": STREAMS}, ())
    reading = Reading(found, {PEOPLE: before}, Redactor(()))
    line = json.dumps({**bodies, "type": kind}).encode()
    with contextlib.suppress(SourceError):
        message = message_of(line)
        if message is not None:
            rotated_by(message)
            list(reading.take(message))
    ended = list(reading.close(TransientError("It ended.")))
    assert len(ended) >= 2 * len(found)
    as_told(found, {PEOPLE: before})


@given(line=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_line_makes_it_fail(line: bytes) -> None:
    with contextlib.suppress(SourceError):
        assert message_of(line) is None or b"{" in line


STREAM = st.dictionaries(
    st.sampled_from(list(STREAMS[0])), NODES | st.lists(st.lists(VALUES)), max_size=6
)


@given(streams=st.lists(STREAM | NODES, max_size=3))
def test_no_catalog_makes_it_fail(streams: list[Any]) -> None:
    found = streams_in({"streams": streams}, ())
    assert len(configured_catalog(found)["streams"]) == len(found)
    assert all(isinstance(one.spec.primary_key, str) for one in found)
