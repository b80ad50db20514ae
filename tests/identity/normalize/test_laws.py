"""What holds for the normalisation of any text: normalising again changes nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.records import Address
from identity.normalize import (
    address,
    bare_name,
    company,
    corporate_number,
    date,
    email,
    fold_text,
    kana_key,
    official_name,
    person_name,
    phones,
    postal_code,
    romaji_key,
)
from tests.support.japanese_text import any_text, customer_text

TEXT = customer_text() | any_text()


@given(TEXT)
@settings(max_examples=400)
def test_keys_are_stable(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded) == folded
    assert kana_key(kana_key(text)) == kana_key(text)


@given(st.text("abcdefghijklmnopqrstuvwxyz'- ", max_size=30))
def test_a_romaji_key_is_made_of_letters(text: str) -> None:
    assert romaji_key(text).isalpha() or romaji_key(text) == ""


@given(TEXT)
@settings(max_examples=400)
def test_a_normalised_value_stays_as_it_is(text: str) -> None:
    mailbox = email(text)
    if mailbox:
        assert email(mailbox.address) == mailbox
    for number in phones(text):
        assert [again.e164 for again in phones(number.e164)] == [number.e164]
    for normalise in (date, corporate_number, postal_code):
        value = normalise(text)
        assert value is None or normalise(value) == value


@given(TEXT)
@settings(max_examples=400)
def test_a_core_has_no_more_to_take_off(text: str) -> None:
    core = company(text).core
    assert company(core).core == core


@given(TEXT)
@settings(max_examples=400)
def test_a_folded_name_folds_to_itself(text: str) -> None:
    full = person_name(text).full
    assert person_name(full).full == full


@given(st.builds(Address, text=TEXT, postal_code=TEXT, region=TEXT, city=TEXT, street=TEXT))
@settings(max_examples=200)
def test_any_address_has_a_level(value: Address) -> None:
    assert 0 <= address(value).level <= 4


@given(TEXT)
@settings(max_examples=400)
def test_what_is_shown_of_a_name_says_the_same_and_stays(text: str) -> None:
    shown = official_name(text)
    assert company(shown).key == company(text).key
    assert official_name(shown) == shown


@given(TEXT)
@settings(max_examples=400)
def test_a_bare_name_is_the_same_name_and_stays(text: str) -> None:
    bare = bare_name(text)
    assert bare_name(bare) == bare
    assert person_name(bare).full == person_name(text).full
