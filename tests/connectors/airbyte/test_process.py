"""An Airbyte connector is a program: whatever it does, nothing is lost and nothing is left."""

import gc
import json
import os
import select
import subprocess
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.airbyte_process import workspace as workspaces
from connectors.airbyte_process.child import Child, Limits
from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Log,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamStatus,
)
from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError
from tests.connectors.airbyte.programs import tiny
from tests.connectors.airbyte.tiny import KEY, NOTES, PEOPLE
from tests.contract.reading import StreamReading, read_all

PATIENCE = 10.0
"""Seconds until a killed process has to be gone; it is in milliseconds on a machine at rest."""


def people(state: Any = None, **config: Any) -> StreamReading:
    return read_all(tiny(**config), [PEOPLE], {PEOPLE: state} if state else {})[PEOPLE]


def failure(reading: StreamReading) -> SourceError:
    (found,) = reading.failures
    assert reading.statuses == [StreamStatus.STARTED, StreamStatus.INCOMPLETE]
    return found.error


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test no folder with settings is there, and no child, dead or alive."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(processes(parent=os.getpid(), word="tiny.py"))
    yield
    gc.collect()
    assert list(tmp_path.glob("daifuku-airbyte-*")) == []
    assert set(processes(parent=os.getpid(), word="tiny.py")) <= before


def processes(*, parent: int, word: str = "") -> list[int]:
    """The children of a process with that word in their command line, and its zombies."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, ppid = (path / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (path / "cmdline").read_text()
        except OSError:
            continue
        if int(ppid) == parent and (state == "Z" or word in command):
            found.append(int(path.name))
    return found


def ends(pid: int) -> bool:
    """Whether that process, whoever's child it is, is gone by itself in a moment."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], PATIENCE)[0])
    finally:
        os.close(process)


# What it reads


def test_state_is_taken_where_the_connector_gives_it() -> None:
    reading = people(count=10)
    states = [checkpoint.state["stream"]["next"] for checkpoint in reading.checkpoints]
    assert reading.ids == [str(number) for number in range(10)]
    assert states == [4, 8, 10, 10]
    assert reading.before(reading.checkpoints[0]) == {"0", "1", "2", "3"}


def test_it_resumes_from_its_state() -> None:
    reading = people({"stream": {"next": 8}}, count=10)
    last = reading.messages[-1]
    assert reading.ids == ["8", "9"]
    assert isinstance(last, Status)
    assert not last.full_pass


def test_between_its_states_records_are_committed_with_the_last() -> None:
    reading = people(count=2_500, every=10_000)
    assert [checkpoint.state for checkpoint in reading.checkpoints[:2]] == [{}, {}]
    assert reading.state == {"stream": {"next": 2_500}}


def test_what_cannot_resume_is_read_whole_each_time() -> None:
    first = read_all(tiny(), [NOTES])[NOTES]
    again = read_all(tiny(), [NOTES], {NOTES: first.state})[NOTES]
    last = again.messages[-1]
    assert first.state == {}
    assert again.ids == first.ids
    assert isinstance(last, Status)
    assert last.full_pass


def test_records_without_a_key_are_known_by_their_content() -> None:
    reading = read_all(tiny(notes=3), [NOTES])[NOTES]
    spec = next(info.spec for info in tiny().discover() if info.spec.name == NOTES)
    assert spec.primary_key == "@content"
    assert len(set(reading.ids)) == 3


def test_a_row_deleted_in_a_log_of_changes_is_a_tombstone() -> None:
    reading = people(count=3, gone=[1])
    assert [(record.external_id, record.deleted) for record in reading.records] == [
        ("0", False),
        ("1", True),
        ("2", False),
    ]
    assert reading.records[1].data == {}


def test_a_state_of_all_streams_is_given_back_as_it_was() -> None:
    first = people(count=5, shared=True)
    again = people(first.state, count=7, shared=True)
    assert first.state["global"] == {"lsn": 5}
    assert again.ids == ["5", "6"]
    assert again.state["number"] > first.state["number"]


def test_an_unknown_stream_is_refused_before_it_runs() -> None:
    with pytest.raises(ConfigError, match="no stream named persons"):
        list(tiny().read(["persons"], {}))


# What goes wrong


@pytest.mark.parametrize("act", ["die", "quit", "leave"])
def test_without_its_word_a_stream_is_not_complete(act: str) -> None:
    reading = people(act=act, at=6)
    assert isinstance(failure(reading), TransientError)
    assert reading.ids == [str(number) for number in range(6)]
    assert reading.state == {"stream": {"next": 4}}


def test_a_killed_connector_goes_on_where_its_state_was() -> None:
    first = people(act="die", at=6)
    again = people(first.state)
    assert "signal 9" in str(failure(first))
    assert again.ids == ["4", "5", "6", "7", "8", "9"]
    assert again.statuses[-1] is StreamStatus.COMPLETE


def test_its_last_words_are_told_without_its_secrets() -> None:
    said = str(failure(people(act="quit", at=1)))
    assert "ended with status 3" in said
    assert "no more, ****" in said
    assert KEY not in said


def test_a_hanging_connector_is_ended_with_all_it_started() -> None:
    messages = list(tiny(act="hang", at=6, silence=0.5).read([PEOPLE], {}))
    (text,) = [m.message for m in messages if isinstance(m, Log) and "sleeper" in m.message]
    (failed,) = [m for m in messages if isinstance(m, StreamFailure)]
    assert "said nothing for 0.5 s" in str(failed.error)
    assert ends(int(text.removeprefix("sleeper ")))


def test_an_abandoned_connector_is_ended() -> None:
    messages = tiny(count=100_000).read([PEOPLE], {})
    next(message for message in messages if isinstance(message, Record))
    del messages


def test_garbage_on_stdout_is_logged_and_passed_over() -> None:
    messages = list(tiny(act="babble", at=2, count=4).read([PEOPLE], {}))
    logged = [message.message for message in messages if isinstance(message, Log)]
    assert [m.external_id for m in messages if isinstance(m, Record)] == ["0", "1", "2", "3"]
    assert "Hello" in logged
    assert "my key is ****" in logged
    assert not [text for text in logged if KEY in text]


def test_a_broken_message_ends_the_stream_for_it_may_be_a_record() -> None:
    reading = people(act="broken", at=6)
    assert "a message that cannot be read" in str(failure(reading))
    assert reading.state == {"stream": {"next": 4}}


def test_a_giant_line_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    program = ["/bin/sh", "-c", "head -c 3000000 /dev/zero; sleep 60"]
    limits = Limits(line=1_000_000, farewell=0.5)
    with (
        Child(program, env=dict(os.environ), cwd=tmp_path, limits=limits) as child,
        pytest.raises(ConfigError, match="a line of more than 1000000 bytes"),
    ):
        list(child.lines())
    assert child.exit_code is not None
    assert child.exit_code < 0


def test_a_long_line_within_the_limit_comes_whole(tmp_path: Path) -> None:
    program = ["/bin/sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo; printf a\\\\nb"]
    with Child(program, env=dict(os.environ), cwd=tmp_path, limits=Limits()) as child:
        assert list(map(len, child.lines())) == [3_000_000, 1, 1]
    assert child.exit_code == 0


def test_a_flood_on_stderr_neither_blocks_nor_fills_the_memory(tmp_path: Path) -> None:
    program = ["/bin/sh", "-c", "seq 1 200000 >&2; echo done; echo the end >&2"]
    with Child(program, env=dict(os.environ), cwd=tmp_path, limits=Limits()) as child:
        tracemalloc.start()
        assert list(child.lines()) == [b"done"]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert child.last_words == "the end"
    assert peak < 2 * 1024 * 1024


def test_records_that_it_counts_and_that_did_not_come_fail_the_stream() -> None:
    reading = people(act="drop", at=6)
    assert "counted 10000 records, and 2 came through" in str(failure(reading))
    assert reading.state == {"stream": {"next": 4}}


@pytest.mark.parametrize(
    ("act", "kind"),
    [("refused", ConfigError), ("passing", TransientError), ("own_fault", TransientError)],
)
def test_errors_are_classed_by_what_the_stream_says(act: str, kind: type[SourceError]) -> None:
    error = failure(people(act=act, at=6))
    assert type(error) is kind
    assert "401 for ****" in str(error)
    assert error.stream == PEOPLE


def test_a_long_wait_is_the_hubs_to_wait() -> None:
    error = failure(people(act="wait", at=6))
    assert isinstance(error, RateLimitedError)
    assert 800 < error.retry_after <= 900


def test_a_stream_that_was_complete_stays_so_though_another_fails() -> None:
    found = read_all(tiny(act="die", at=2), [NOTES, PEOPLE])
    assert found[NOTES].statuses[-1] is StreamStatus.COMPLETE
    assert found[PEOPLE].statuses[-1] is StreamStatus.INCOMPLETE


def test_rotated_settings_are_handed_over_before_reading_goes_on() -> None:
    messages = iter(tiny(act="rotate", at=2).read([PEOPLE], {}))
    before: list[Message] = []
    while not isinstance(message := next(messages), ConfigUpdate):
        before.append(message)
    assert [m.external_id for m in before if isinstance(m, Record)] == ["0", "1"]
    assert message.fields["config"]["api_key"] == "fresh-planted-key"
    logged = [m.message for m in messages if isinstance(m, Log)]
    assert "now it is ****" in logged


def test_settings_rotated_before_reading_are_handed_over_as_it_begins() -> None:
    source = tiny(act="rotate early")
    assert source.check().ok
    first = next(iter(source.read([PEOPLE], {})))
    assert isinstance(first, ConfigUpdate)
    assert first.fields["config"]["api_key"] == "fresh-planted-key"


# What it is given


def test_it_sees_its_own_files_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIFUKU_SECRET_KEY", "planted-key-of-the-hub")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-key-of-a-cloud")
    people({"stream": {"next": 4}}, dump=str(tmp_path / "seen"))
    seen = json.loads((tmp_path / "seen").read_text())
    assert set(seen["env"]) <= {*workspaces.KEPT, "HOME", "TMPDIR", "PYTHONUTF8"}
    assert seen["modes"] == ["600", "600", "600"]
    assert seen["env"]["HOME"] == seen["folder"]
    assert seen["states"][0]["stream"]["stream_state"] == {"next": 4}
    assert seen["catalog"]["streams"][0]["sync_mode"] == "incremental"


def test_settings_left_by_a_killed_hub_are_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"daifuku-airbyte-{ended.pid}-x"
    left.mkdir()
    (left / "config.json").write_text("{}")
    assert tiny().check().ok
    assert not left.exists()


def test_a_program_that_is_not_there_is_named() -> None:
    source = registry.connect("airbyte", {"command": ["/no/such/source-x"]})
    result = source.check()
    assert not result.ok
    assert "source-x cannot be started" in result.message


def test_checkpoints_never_run_ahead() -> None:
    """However many records came, the state of a checkpoint covers only those before it."""
    reading = people(count=50, every=7)
    for checkpoint in reading.checkpoints:
        assert isinstance(checkpoint, Checkpoint)
        covered = int(checkpoint.state["stream"]["next"])
        assert reading.before(checkpoint) >= {str(number) for number in range(covered)}
