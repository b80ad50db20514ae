"""Telephones, e-mail, dates and registered numbers."""

import pytest

from identity.normalize import (
    Phone,
    corporate_number,
    date,
    email,
    is_placeholder_date,
    phones,
    postal_code,
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("０３－１２３４－５６７８", ["+81312345678"]),
        ("090ー1234ー5678", ["+819012345678"]),
        ("9012345678", ["+819012345678"]),
        ("0081-3-1234-5678", ["+81312345678"]),
        ("+81(0)3-1234-5678", ["+81312345678"]),
        ("TEL:(03)1234-5678 / 携帯 090-1111-2222", ["+81312345678", "+819011112222"]),
        ("+1 650-253-0000", ["+16502530000"]),
        ("1-650-253-0000", []),
        ("000-0000-0000", []),
        ("090-0000-0000", []),
        ("なし", []),
    ],
)
def test_reads_telephone_numbers(text: str, numbers: list[str]) -> None:
    assert [number.e164 for number in phones(text)] == numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03-1234-5678(代) 内線123", Phone("+81312345678", "123", "landline", shared_hint=True)),
        ("0120-123-456", Phone("+81120123456", "", "toll_free", shared_hint=True)),
        ("090-1234-5678", Phone("+819012345678", "", "mobile")),
        ("050-1234-5678", Phone("+815012345678", "", "voip")),
    ],
)
def test_tells_what_kind_of_line_it_is(text: str, expected: Phone) -> None:
    assert phones(text) == (expected,)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Taro@Example.com", "taro@example.com"),
        ('"Y, T" <taro.yamada+shop@googlemail.com>', "taroyamada@gmail.com"),
        ("mailto:taro@example.com?subject=x", "taro@example.com"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "taro@example.com"),
        ("taro..y@docomo.ne.jp", "taro..y@docomo.ne.jp"),
        ("taro@例え.jp", "taro@xn--r8jz45g.jp"),
    ],
)
def test_reads_mail_addresses(text: str, address: str) -> None:
    found = email(text)
    assert found
    assert found.address == address


@pytest.mark.parametrize("text", ["", "taro", "@", "taro@", "@example.com", "taro@localhost"])
def test_reads_no_mail_address_where_there_is_none(text: str) -> None:
    assert email(text) is None


def test_tells_shared_consumer_and_placeholder_mailboxes() -> None:
    role, free, filler = email("info2@a.co.jp"), email("taro@docomo.ne.jp"), email("test@a.jp")
    assert role
    assert free
    assert filler
    assert (role.role, role.free, role.placeholder) == (True, False, False)
    assert (free.role, free.free, free.placeholder) == (False, True, False)
    assert (filler.role, filler.free, filler.placeholder) == (False, False, True)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1985年4月1日", "1985-04-01"),
        ("昭和六十年四月一日生", "1985-04-01"),
        ("S60.4.1", "1985-04-01"),
        ("㍻5年4月1日", "1993-04-01"),
        ("H050401", "1993-04-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("85/4/1", "1985-04-01"),
        ("60/4/1", None),
        ("2023-04-01T09:00:00+09:00", "2023-04-01"),
        ("April 1st, 2023", "2023-04-01"),
        ("13/04/2023", "2023-04-13"),
        ("03/04/2023", None),
        ("2023-02-30", None),
        ("1900/1/1", None),
        ("9999-12-31", None),
        ("未定", None),
    ],
)
def test_reads_dates_that_can_only_be_one(text: str, iso: str | None) -> None:
    assert date(text) == iso


def test_knows_the_dates_systems_fill_in() -> None:
    assert is_placeholder_date("1970-01-01")
    assert not is_placeholder_date("1985-04-01")


def test_a_corporate_number_has_its_check_digit() -> None:
    assert corporate_number("7000-0120-50002") == "7000012050002"
    assert corporate_number("Ｔ7000012050002") == "7000012050002"
    assert corporate_number("7000012050003") is None
    assert corporate_number("700001205000") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("〒100-0005", "1000005"),
        ("600001", "0600001"),
        ("62704-1234", "62704"),
        ("sw1a 1aa", "SW1A1AA"),
        ("000-0000", None),
        ("なし", None),
    ],
)
def test_reads_postal_codes(text: str, code: str | None) -> None:
    assert postal_code(text) == code
