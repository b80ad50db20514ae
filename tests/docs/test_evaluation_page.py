"""The page on measuring models tells the truth: its commands run and print what it shows."""

import re
import shlex
from pathlib import Path

import pytest

from tests.support.commandline import Cli
from tests.support.pages import blocks, matches, page

PAGE = page("evaluation.md")


def test_every_example_prints_what_the_page_shows(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (customers,), (truth,) = blocks(page("cli.md"), "csv"), blocks(PAGE, "csv")
    (tmp_path / "customers.csv").write_text(customers, encoding="utf-8")
    (tmp_path / "truth.csv").write_text(truth, encoding="utf-8")
    table = ("--set", "path=customers.csv", "--set", "id_column=番号")
    assert cli("source", "add", "shop", "--connector", "file", *table).status == 0
    assert cli("source", "sync", "shop").status == 0
    for block in blocks(PAGE, "console"):
        for example in re.split(r"^\$ daifuku ", block, flags=re.M)[1:]:
            words, _, shown = example.partition("\n")
            ended = cli(*shlex.split(words))
            assert ended.status == 0, f"{words}: {ended.err}"
            assert matches(shown, ended.out), f"{words}:\n{ended.out}"
