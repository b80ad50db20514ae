"""The headings of every table follow `--lang` wherever a command has it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import api.cli
from api.cli.headings import word
from tests.support.commandline import Cli

SOURCES = sorted(Path(api.cli.__file__).parent.rglob("*.py"))
CALLED_THE_SAME = {"ID", ""}


def tables(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print_table":
            yield node


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function that is told a language and prints a table."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name != "print_table":
                arguments = (*node.args.args, *node.args.kwonlyargs)
                if any(argument.arg == "lang" for argument in arguments) and [*tables(node)]:
                    yield f"{path.stem}.{node.name}", node


FOUND = dict(functions())


def columns(function: ast.FunctionDef, call: ast.Call) -> list[str]:
    """The headings that stand in the source: in the call, or in what it names."""
    asked = call.args[0]
    if isinstance(asked, ast.Call):  # translated before
        asked = asked.args[0]
    if isinstance(asked, ast.Name):
        asked = next(
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == asked.id
        )
    assert isinstance(asked, ast.Tuple), ast.unparse(asked)
    return [str(item.value) for item in asked.elts if isinstance(item, ast.Constant)]


@pytest.mark.parametrize("name", FOUND)
def test_a_table_has_japanese_headings_where_its_command_has_a_language(name: str) -> None:
    for call in tables(FOUND[name]):
        assert "lang" in ast.unparse(call), f"{name}: {ast.unparse(call)}"
        for heading in columns(FOUND[name], call):
            known = word(heading, "ja")
            assert known != heading or heading in CALLED_THE_SAME, f"{heading} has no word"
            assert word(heading, "en") == heading


def test_tables_with_a_language_were_found() -> None:
    assert {"review.list_tasks", "steward.list_decisions", "runs.print_streams"} <= FOUND.keys()


def test_a_pair_of_values_is_told_in_japanese(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("field,a,b\nphone,03-1234-5678,0312345678\n")
    heading = cli("compare", "--pairs", file, "--lang", "ja").out.splitlines()[0]
    assert heading.split() == ["項目", "値", "A", "値", "B", "判定", "理由"]
