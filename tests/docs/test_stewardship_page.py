"""The page on stewardship tells the truth: its examples run, its formula is the one in use."""

import re
import shlex
from pathlib import Path

import pytest

from daifuku.records import Settlement, Verdict
from sync.resolution.ranking import priority
from tests.support.commandline import Cli
from tests.support.pages import blocks, matches, page

PAGE = page("stewardship.md")


def test_every_example_prints_what_the_page_shows(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, table in zip(("shop", "desk"), blocks(PAGE, "csv"), strict=True):
        (tmp_path / f"{name}.csv").write_text(table, encoding="utf-8")
    for block in [*blocks(PAGE, "sh"), *blocks(PAGE, "console")]:
        for words, shown in re.findall(
            r"^(?:\$ )?daifuku (.*)\n((?:(?!\$ |daifuku ).*\n)*)", block, re.M
        ):
            ended = cli(*shlex.split(words))
            said = ended.err if shown.startswith("✗") else ended.out
            assert ended.status == (1 if shown.startswith("✗") else 0), f"{words}: {ended.err}"
            assert not shown or matches(shown, said), f"{words}:\n{said}"


@pytest.mark.parametrize("word", [*Verdict, *(s for s in Settlement)])
def test_every_verdict_and_settlement_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_examples_of_the_formula_are_right() -> None:
    assert priority(0, 0.5, 1) == 1
    assert priority(7, 0.5, 1) == 4
    assert priority(0, 0.5, 7) == 3
    assert priority(0, 0.94, 1) == pytest.approx(0.33, abs=0.005)
