"""Digits without any prefix are read in Japan as phonenumbers reads them, by a shorter way."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from identity.normalize.telephones import phones


def by_the_library(digits: str) -> list[str]:
    try:
        number = phonenumbers.parse(digits, "JP")
    except phonenumbers.NumberParseException:
        return []
    valid = phonenumbers.is_valid_number(number)
    said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return [said] if valid and len({*said[-8:]}) > 1 else []


@given(st.from_regex(r"[1-9][0-9]{4,13}", fullmatch=True))
def test_the_shorter_way_gives_what_the_library_gives(digits: str) -> None:
    found = [phone.e164 for phone in phones(digits, "JP")]
    assert found in (by_the_library(digits), [f"+81{digits}"])  # the latter lost its 0


@given(st.from_regex(r"[1-6][0-9]{9}", fullmatch=True))
def test_what_cannot_have_lost_its_zero_is_left_to_the_library(digits: str) -> None:
    if not digits.startswith("81"):
        assert [phone.e164 for phone in phones(digits, "JP")] == by_the_library(digits)
