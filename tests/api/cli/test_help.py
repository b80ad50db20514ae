"""What there is to ask for, and that asking is cheap."""

import subprocess
import sys
from typing import Any

import pytest

import daifuku
from api.cli.commands import COMMANDS
from tests.support.commandline import Cli
from tests.support.commands import every_command

FOR_EVER = ("serve", "worker")
HEAVY = {
    *("airbyte_cdk", "alembic", "dramatiq", "fastapi", "numpy", "openpyxl", "phonenumbers"),
    *("pyarrow", "pydantic", "redis", "sqlalchemy", "uvicorn"),
}


ALL = every_command()


@pytest.mark.parametrize("words", [words for words, _ in ALL])
def test_each_command_explains_itself(cli: Cli, words: str) -> None:
    ended = cli(*words.split(), "--help")
    assert ended.status == 0
    assert words.rsplit(" ", maxsplit=1)[-1] in ended.out


@pytest.mark.parametrize(("words", "command"), ALL)
def test_each_command_and_option_says_what_it_is_for(words: str, command: Any) -> None:
    assert command.help, words
    nameless = [p.name for p in command.params if not getattr(p, "help", None)]
    assert not nameless


@pytest.mark.parametrize(("words", "command"), ALL)
def test_each_command_that_ends_can_speak_json(words: str, command: Any) -> None:
    options = [option for param in command.params for option in param.opts]
    assert ("--json" in options) is (words not in FOR_EVER)


def test_without_a_word_the_commands_are_listed(cli: Cli) -> None:
    shown = cli("--help").out
    assert all(name in shown for name in (*COMMANDS, "demo"))


def test_a_misspelt_command_is_set_right(cli: Cli) -> None:
    ended = cli("sorce")
    assert ended.status == 2
    assert "source" in ended.err
    assert not ended.out


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version").out.strip() == daifuku.__version__


def loaded_by(*words: str) -> set[str]:
    """The top-level modules that a process of its own loads for a command."""
    script = (
        "import sys; from api.cli.main import run\n"
        "try: run()\n"
        "finally: sys.stderr.write(' '.join(sys.modules))"
    )
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by("--help") & HEAVY


def test_the_connectors_are_listed_without_the_kit_some_are_built_with() -> None:
    assert "airbyte_cdk" not in loaded_by("connectors", "list")
