"""What holds for the comparison of any two values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.errors import UserError
from identity.verdict import FIELDS, compare
from tests.support.japanese_text import any_text, customer_text

REPEATED = (
    *("a", "1", "あ", "山", "@", "-", " ", "(", "株", "一", "ー", "1-", "a@", "、0", "ﷺ"),
    *("々", "丁目", " 支店", "a. ", "様", "Dr. ", " Inc", "内線", "カ)", "1号", "(a)", "市区町村"),
)


def alike() -> st.SearchStrategy[tuple[str, str]]:
    """Two texts that say something in common, or nothing."""
    text = customer_text()
    return st.builds(lambda one, both, other: (one + both, both + other), text, text, text)


@given(st.sampled_from(FIELDS), alike())
@settings(max_examples=300)
def test_the_order_of_the_two_does_not_matter(field: str, pair: tuple[str, str]) -> None:
    a, b = pair
    there, back = compare(field, a, b), compare(field, b, a)

    assert (there.result, there.why, there.why_ja) == (back.result, back.why, back.why_ja)
    assert (there.a, there.b) == (back.b, back.a)


@given(st.sampled_from(FIELDS), any_text() | customer_text())
@settings(max_examples=300)
def test_a_value_never_differs_from_itself(field: str, value: str) -> None:
    assert compare(field, value, value).result != "differ"


@given(st.sampled_from(FIELDS), any_text(), any_text())
@settings(max_examples=300)
def test_no_text_raises(field: str, a: str, b: str) -> None:
    verdict = compare(field, a, b)

    assert verdict.why
    assert verdict.why_ja


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.timeout(30)
def test_a_long_value_takes_no_longer_than_its_length_allows(field: str, piece: str) -> None:
    # A backtracking pattern would run into the timeout.
    assert compare(field, piece * 10_000, piece * 9_999 + "x").why


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(UserError, match="address") as raised:
        compare("shoe_size", "1", "2")
    assert "shoe_size" in raised.value.message
