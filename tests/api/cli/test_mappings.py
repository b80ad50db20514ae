"""`daifuku mapping`: check a mapping, or have one suggested for a table."""

from pathlib import Path

import pytest

from mapping.loader import load_mapping
from tests.support.commandline import Cli

WRONG = """version: 1
connector: file
streams:
  "*":
    records:
      - entity: person
        fields: {nmae: 氏名}
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_a_fault_is_told_by_file_and_line_with_the_nearest_word(cli: Cli, wrong: Path) -> None:
    told = cli("mapping", "check", wrong)
    assert (told.status, told.out) == (1, "")
    assert f"{wrong}:7" in told.err
    assert "'name'" in told.err
    as_json = cli("mapping", "check", wrong, "--json")
    assert as_json.status == 1
    assert len(as_json.json["faults"]) == 1


def test_a_suggestion_gives_its_reasons_and_passes_the_check(
    cli: Cli, table: Path, tmp_path: Path
) -> None:
    printed = cli("mapping", "suggest", table)
    assert "# 氏名: name (95%, its name says so)" in printed.out
    assert load_mapping(printed.out).connector == "file"

    file = tmp_path / "suggested.yaml"
    assert cli("mapping", "suggest", table, "-o", file).out.endswith("maps 5 of 6 columns.\n")
    assert file.read_text(encoding="utf-8") == printed.out
    assert cli("mapping", "check", file, "--json").json == {"faults": []}
    assert "is a valid mapping" in cli("mapping", "check", file).out


def test_a_suggested_mapping_serves_a_source(cli: Cli, table: Path, tmp_path: Path) -> None:
    file = tmp_path / "suggested.yaml"
    cli("mapping", "suggest", table, "-o", file)
    options = ["--connector", "file", "--set", f"path={table}", "--mapping", file]
    assert cli("source", "add", "shop", *options, "--json").json["mapping"] == "own"
    assert cli("source", "sync", "shop").status == 0


def test_a_suggestion_as_json(cli: Cli, table: Path) -> None:
    said = cli("mapping", "suggest", table, "--json").json
    assert said["entity"] == "person"
    assert {"column": "氏名", "target": "name"}.items() <= said["columns"][1].items()
    assert load_mapping(said["mapping"]).connector == "file"


def test_a_file_that_is_there_is_not_written_over(cli: Cli, table: Path, wrong: Path) -> None:
    told = cli("mapping", "suggest", table, "-o", wrong)
    assert told.status == 1
    assert f"{wrong} is there already" in told.err
    assert wrong.read_text(encoding="utf-8") == WRONG


@pytest.mark.parametrize("word", ["check", "suggest"])
def test_a_missing_file_is_named(cli: Cli, word: str) -> None:
    told = cli("mapping", word, "none.csv")
    assert told.status == 1
    assert "none.csv" in told.err
