"""Dates as ISO 8601, beside those of `test_contacts_and_numbers`."""

import pytest

from identity.normalize import date


def test_people_of_earlier_centuries_have_birth_dates_too() -> None:
    assert date("1630-08-01") == "1630-08-01"


def test_a_year_that_nobody_can_mean_is_no_date() -> None:
    assert date("0985-08-01") is None


@pytest.mark.parametrize(
    "text",
    [
        "１９８０・４・１",
        "昭和55・4・1",
        "生年月日：1980/4/1",
        "誕生日 昭和55年4月1日生",
        "誕生日1980-04-01",
    ],
)
def test_a_date_is_read_as_forms_have_it(text: str) -> None:
    assert date(text) == "1980-04-01"
