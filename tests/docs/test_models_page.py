"""The page on match models over tables tells the truth: its models load, its code runs."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from identity.model.load import load_model
from identity.model.sentences import KNOWN
from identity.model.tables import TABLE_CLUSTERING
from identity.model.types import CLEANING
from identity.model.write import dump_model

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
MODELS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
CODE = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", MODELS)
def test_models_load_and_are_written_as_they_were_read(text: str, tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(text, encoding="utf-8")
    model = load_model(file)
    file.write_text(dump_model(model).text, encoding="utf-8")
    assert load_model(file).version == model.version


def test_the_code_runs_and_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("members.yaml").write_text(MODELS[0], encoding="utf-8")
    names: dict[str, object] = {}
    for code, output in CODE:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, names)  # noqa: S102 - the page's own code is what is tested
        assert printed.getvalue() == output


@pytest.mark.parametrize("check", KNOWN)
def test_every_check_is_explained(check: str) -> None:
    assert f"| `{check}` |" in PAGE


def test_what_can_be_cleaned_and_the_default_clustering_are_told() -> None:
    assert f"`clean: [{', '.join(CLEANING)}]`" in PAGE
    spec = TABLE_CLUSTERING
    told = f"{{clip: {spec.clip:g}, doubt: {spec.doubt:g}, conflict: {spec.conflict:g},"
    assert told in PAGE.replace("\n", " ")
