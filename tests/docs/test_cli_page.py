"""The page on the command line tells the truth: its examples run, its commands are complete."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.support.commandline import Cli
from tests.support.commands import every_command

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
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
    (table,) = re.findall(r"^```csv\n(.*?)^```$", PAGE, re.M | re.S)
    (tmp_path / "customers.csv").write_text(table, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.M | re.S):
        for example in re.split(r"^\$ daifuku ", block, flags=re.M)[1:]:
            words, _, shown = example.partition("\n")
            ended = cli(*shlex.split(words))
            assert ended.status == 0, f"{words}: {ended.err}"
            assert re.fullmatch(pattern(shown), steady(ended.out)), f"{words}:\n{ended.out}"


def pattern(shown: str) -> str:
    """A regular expression of the output: `...` stands for anything."""
    return re.escape(steady(shown)).replace(re.escape("..."), r"[\s\S]*")


def steady(output: str) -> str:
    """The output without what is different each time: keys, days, and spaces at the end."""
    output = re.sub(r"dfk_[\w-]+", "dfk_KEY", output)
    output = re.sub(r"^[\w-]{43}=$", "SECRET", output, flags=re.M)
    output = re.sub(r"\b20[2-9]\d-\d\d-\d\d\b", "DAY", output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines())
