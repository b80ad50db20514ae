"""Numbers of North America in E.164 are read as phonenumbers reads them, by a shorter way."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from identity.normalize.telephones import phones


@given(area=st.integers(200, 999), rest=st.integers(0, 9_999_999))
def test_the_shorter_way_gives_what_the_library_gives(area: int, rest: int) -> None:
    text = f"+1{area}{rest:07d}"
    number = phonenumbers.parse(text)
    said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    filler = len({*text[-8:]}) == 1
    expected = [said] if phonenumbers.is_valid_number(number) and not filler else []
    assert [phone.e164 for phone in phones(text, "JP")] == expected
    assert [phone.e164 for phone in phones(f"({area}) {rest:07d}", "US")] == expected
