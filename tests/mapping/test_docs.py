"""The page on the mapping language tells the truth: its examples load, its tables are complete."""

import re
from pathlib import Path

import pytest

from mapping.loader import check_mapping
from mapping.records import FIELDS
from mapping.transforms import TRANSFORMS

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_loads(example: str) -> None:
    assert check_mapping(example) == ()


@pytest.mark.parametrize("name", [*TRANSFORMS, *FIELDS])
def test_every_transform_and_field_is_named(name: str) -> None:
    assert re.search(rf"`{name}[`:]", PAGE)


def test_every_reject_code_is_named() -> None:
    source = Path(__file__).parents[2] / "mapping"
    text = "".join(file.read_text(encoding="utf-8") for file in source.rglob("*.py"))
    codes = re.findall(r'(?:Unmappable|RejectedRecord)\(\s*(?:record\.key,\s*)?"(\w+)"', text)
    assert codes
    assert not [code for code in codes if f"`{code}`" not in PAGE]
