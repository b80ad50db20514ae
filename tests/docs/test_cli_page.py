"""The page on the command line tells the truth: its examples run, its commands are complete."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.support.commandline import Cli
from tests.support.commands import every_command
from tests.support.pages import blocks, matches, page

PAGE = page("cli.md")
SECTIONS = dict(re.findall(r"^### daifuku ([\w -]+)\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S))
COMMANDS = every_command()
EVERYWHERE = {"--json", "--help"}


def options_of(command: Any) -> set[str]:
    params = [param for param in command.params if param.param_type_name == "option"]
    return {word for param in params for word in (*param.opts, *param.secondary_opts)}


def test_every_command_has_its_section_and_no_other_has() -> None:
    assert sorted(SECTIONS) == sorted(words for words, _ in COMMANDS)


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_every_option_is_named_and_no_other_is(words: str, command: Any) -> None:
    listed = set(re.findall(r"`(--?[a-z-]+)`", SECTIONS[words]))
    spoken = set(re.findall(r" (--[a-z-]+)", " ".join(examples(SECTIONS[words]))))
    assert listed - EVERYWHERE == options_of(command) - EVERYWHERE
    assert spoken <= options_of(command)


def examples(text: str) -> list[str]:
    """The commands of a section, those that are run and those that are shown only."""
    return re.findall(r"^(?:\$ )?daifuku (.*)$", text, re.M)


def test_every_example_prints_what_the_page_shows(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (table,) = blocks(PAGE, "csv")
    (tmp_path / "customers.csv").write_text(table, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for block in blocks(PAGE, "console"):
        for example in re.split(r"^\$ daifuku ", block, flags=re.M)[1:]:
            words, _, shown = example.partition("\n")
            ended = cli(*shlex.split(words))
            assert ended.status == 0, f"{words}: {ended.err}"
            assert matches(shown, ended.out), f"{words}:\n{ended.out}"
