"""However a command fails, it says what is at fault and what to do, and never a traceback."""

import logging
import sqlite3
from pathlib import Path

import pytest

from api.cli.commands import resolve
from daifuku.storage import sqlite
from tests.support.commandline import Cli

NOWHERE = "postgresql://daifuku:planted-password@127.0.0.1:1/daifuku"


@pytest.mark.parametrize("words", ["source list", "db status", "db upgrade", "key list"])
def test_a_database_that_does_not_answer(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("DAIFUKU_DATABASE_URL", NOWHERE)
    told = cli(*words.split())
    assert (told.status, told.out) == (1, "")
    assert "Connection refused" in told.err
    assert "DAIFUKU_DATABASE_URL" in told.err
    assert "planted" not in told.err
    assert "refused" in cli(*words.split(), "--json").json["error"]["message"]


def test_a_store_that_is_busy_with_something_long(
    cli: Cli, shop: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.02)
    other = sqlite3.connect(home / "daifuku.sqlite", isolation_level=None)
    other.execute("begin immediate")
    told = cli("source", "pause", shop)
    other.close()
    assert told.status == 1
    assert told.err.startswith("✗ The store is busy with a long piece of work")
    assert "daifuku jobs list" in told.err
    assert "fault" not in told.err
    assert cli("source", "pause", shop).status == 0


def test_the_doctor_reports_it_as_a_finding(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIFUKU_DATABASE_URL", NOWHERE)
    examined = cli("doctor")
    assert examined.status == 1
    assert "✗ database: It does not answer." in examined.out


@pytest.mark.parametrize("words", ["source list", "db status", "doctor"])
def test_a_database_that_is_none(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("This is another kind of file altogether, and longer than a header.")
    monkeypatch.setenv("DAIFUKU_DATABASE_URL", f"sqlite:///{letter}")
    told = cli(*words.split())
    assert told.status == 1
    assert f"{letter} is no SQLite database." in told.out + told.err


def test_a_setting_without_sense_is_named_and_its_value_is_not(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIFUKU_WORKER_THREADS", "planted")
    told = cli("source", "list")
    assert told.status == 1
    assert "DAIFUKU_WORKER_THREADS" in told.err
    assert "planted" not in told.err


def test_a_role_without_a_broker(cli: Cli) -> None:
    told = cli("worker", "--only", "scheduler")
    assert told.status == 1
    assert "DAIFUKU_REDIS_URL" in told.err.splitlines()[-1]


def fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError("password=planted")


def test_a_fault_of_ours_is_owned_up_to(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "resolve_due", fail)
    told = cli("resolve")
    assert told.status == 1
    assert told.err.splitlines()[-1].startswith(
        "✗ Daifuku failed here for a fault of its own: Zero"
    )
    assert "Traceback" not in told.err
    assert cli("resolve", "--json").json["error"]["kind"] == "system"


def test_its_details_are_there_for_whoever_wants_them(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIFUKU_LOG_LEVEL", "debug")
    monkeypatch.setattr(resolve, "resolve_due", fail)
    told = cli("resolve")
    assert "Traceback" in told.err
    assert "planted" not in told.err


@pytest.mark.parametrize("words", ["source", "source add", "profile show", "source sync a --what"])
def test_words_that_do_not_fit_end_with_status_2_and_say_nothing_on_stdout(
    cli: Cli, words: str
) -> None:
    told = cli(*words.split())
    assert told.status == 2
    assert "Usage" in told.err + told.out


def test_commands_log_warnings_only_unless_told_otherwise(
    cli: Cli, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("source", "sync", shop).err == ""
    monkeypatch.setenv("DAIFUKU_LOG_LEVEL", "info")
    assert "The run succeeded" in cli("source", "sync", shop).err
    assert logging.getLogger().level == logging.INFO
