"""The page on survivorship tells the truth: its code prints what it says, its rules load."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from daifuku.errors import ModelError
from identity.survivorship.rules import load_rules
from tests.support.pages import blocks, page

PAGE = page("survivorship.md")


def test_the_code_prints_what_the_page_says() -> None:
    shared: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for code, output in examples:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, shared)  # noqa: S102 - the page's own code is what is tested
        assert printed.getvalue() == output


def test_the_rules_load(tmp_path: Path) -> None:
    (text,) = blocks(PAGE, "yaml")
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_rules(file).version == "ours-1"


def test_a_fault_reads_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ((text, says),) = re.findall(r"```fault\n(.*?)```\n```text\n(.*?)\n```", PAGE, re.DOTALL)
    Path("rules.yaml").write_text(f"version: ours-1\n{text}", encoding="utf-8")
    with pytest.raises(ModelError) as fault:
        load_rules(Path("rules.yaml"))
    assert str(fault.value) == says
