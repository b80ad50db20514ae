"""Dates as ISO 8601, beside those of `test_contacts_and_numbers`."""

from identity.normalize import date


def test_people_of_earlier_centuries_have_birth_dates_too() -> None:
    assert date("1630-08-01") == "1630-08-01"


def test_a_year_that_nobody_can_mean_is_no_date() -> None:
    assert date("0985-08-01") is None
