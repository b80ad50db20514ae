"""A question is understood by its wording, and not at all where it may be about somebody else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.forms.labels import meaning_of

TITLES = json.loads((Path(__file__).parent / "titles.json").read_text(encoding="utf-8"))
"""Titles by their meaning."""


@pytest.mark.parametrize(
    ("title", "meaning"), [(title, m) for m, titles in TITLES.items() for title in titles]
)
def test_a_title_has_its_meaning(title: str, meaning: str) -> None:
    assert meaning_of(title) == meaning


def test_the_source_tells_where_a_title_does_not() -> None:
    assert meaning_of("どちらにお返事しましょうか", "email") == "email"
    assert meaning_of("ご連絡先", "phone") == "phone"
    assert meaning_of("ご紹介者のご連絡先", "phone") == ""


@given(st.text(max_size=60), st.sampled_from(["", "email", "phone"]))
def test_any_title_is_answered(title: str, known: str) -> None:
    assert isinstance(meaning_of(title, known), str)
