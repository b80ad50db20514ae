"""A source written against airbyte-cdk is read in sequence and keeps its state."""

import importlib
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from connectors.manifest.quiet import undisturbed
from connectors.protocol import ConnectorSpec, StreamSpec, StreamStatus
from connectors.python_source.connector import PythonSourceConnector
from daifuku.errors import ConfigError, SourceError, TransientError
from tests.contract.reading import leaks, read_all

with undisturbed():
    letters: Any = importlib.import_module("tests.connectors.python_source.letters")

SECRET = letters.SECRET


class Settings(BaseModel):
    token: SecretStr = SecretStr(SECRET)


def connector(*more: Any, token: str = SECRET) -> PythonSourceConnector:
    spec = ConnectorSpec(
        name="letters",
        title={"en": "Letters", "ja": "文字"},
        kind="file",
        config=Settings,
        streams=(
            StreamSpec("letters", "id"),
            StreamSpec("numbers", "id", "id"),
            StreamSpec("ascending", "id", "id"),
            StreamSpec("failing", "id", "id"),
        ),
    )
    source = letters.Source()
    source.streams_made = more
    return PythonSourceConnector(spec, lambda: source, Settings(token=SecretStr(token)))


def test_a_stream_without_state_is_read_whole() -> None:
    reading = read_all(connector(), ["letters"])["letters"]
    assert reading.ids == list("abcdefghij")
    assert reading.state == {}
    assert reading.statuses == [StreamStatus.STARTED, StreamStatus.COMPLETE]


@pytest.mark.parametrize("name", ["numbers", "ascending"])
def test_every_checkpoint_resumes_without_loss(name: str) -> None:
    reading = read_all(connector(), [name])[name]
    assert reading.ids == [str(number) for number in range(3_000)]
    for checkpoint in reading.checkpoints:
        rest = read_all(connector(), [name], {name: checkpoint.state})[name]
        assert reading.before(checkpoint) | set(rest.ids) == set(reading.ids)
    assert read_all(connector(), [name], {name: reading.state})[name].ids == []


def test_only_an_ascending_stream_checkpoints_within_a_slice() -> None:
    readings = read_all(connector(), ["numbers", "ascending"])
    states = {name: [c.state for c in reading.checkpoints] for name, reading in readings.items()}
    assert states["ascending"][0] == {"id": 999}
    assert states["numbers"][0] == {}
    assert states["numbers"][-1] == {"id": 2_999}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RuntimeError(f"odd {SECRET}"), ConfigError),
        (ConnectionResetError("gone"), TransientError),
        (letters.traced("busy", passing=True), TransientError),
        (letters.traced("key", passing=False), ConfigError),
        (TransientError("later"), TransientError),
    ],
)
def test_a_failure_is_classed_and_tells_no_secret(
    error: Exception, kind: type[SourceError]
) -> None:
    reading = read_all(connector(letters.failing(error)), ["failing"])["failing"]
    assert type(reading.failures[0].error) is kind
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    assert not leaks([failure.error for failure in reading.failures], [SECRET])


def test_check_repeats_the_reason_without_the_secret() -> None:
    assert connector().check().ok
    result = connector(token="planted-wrong-one").check()
    assert result.message == "**** is refused"


def test_an_unknown_stream_is_refused() -> None:
    with pytest.raises(ConfigError, match="lettters"):
        connector().read(["lettters"], {})


def test_discovery_gives_the_fields_seen() -> None:
    found = {
        i.spec.name: dict(i.properties) for i in connector(letters.failing(OSError())).discover()
    }
    assert found["letters"] == {"id": {"type": ["string"]}}
    assert found["numbers"] == {"id": {"type": ["integer"]}}
