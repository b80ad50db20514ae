"""The page on matching tells the truth: its code prints what it says, its rules load."""

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

from daifuku.records import Entity
from identity.model.load import SHIPPED, shipped_model
from identity.survivorship.fields import FIELDS
from identity.survivorship.rules import CRITERIA, load_rules

PAGE = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```(?:\n```text\n(.*?)```)?", PAGE, re.DOTALL)
RULES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("code", "output"), CODE)
def test_code_runs_and_prints_what_the_page_says(
    code: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})  # noqa: S102 - the page's own code is what is tested
    assert printed.getvalue() == output


@pytest.mark.parametrize("text", RULES)
def test_rules_load(text: str, tmp_path: Path) -> None:
    file = tmp_path / "survivorship.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_rules(file).criteria.keys() == FIELDS.keys()


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_criterion_is_explained(criterion: str) -> None:
    assert f"| `{criterion}` |" in PAGE


@pytest.mark.parametrize("entity", Entity)
def test_the_thresholds_are_those_of_the_models(entity: Entity) -> None:
    model = shipped_model(entity)
    assert f"| {model.match:.2f} and above | match" in PAGE
    assert f"| {model.possible:.2f} to {model.match:.2f} | possible match" in PAGE
