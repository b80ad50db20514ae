"""Schedules: every so often, or as cron would have it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from daifuku.errors import UserError
from sync.schedules import Schedule

TOKYO = ZoneInfo("Asia/Tokyo")
WEDNESDAY = datetime(2026, 4, 1, 12, 0, tzinfo=TOKYO)


def after(cron: str, moment: datetime = WEDNESDAY, zone: str = "Asia/Tokyo") -> str:
    return Schedule(cron=cron, time_zone=zone).next_after(moment).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("*/15 * * * *", "Wed 01 12:15"),
        ("0 12 * * *", "Thu 02 12:00"),
        ("30 3 * * 0", "Sun 05 03:30"),
        ("30 3 * * 7", "Sun 05 03:30"),
        ("0 9 * * 1-5", "Thu 02 09:00"),
        ("0 9 * * 5-7", "Fri 03 09:00"),
        ("0 9 * * mon", "Mon 06 09:00"),
        ("0 9 * * */2", "Thu 02 09:00"),
        ("0 0 13 * 5", "Fri 03 00:00"),
    ],
)
def test_cron_lines_mean_what_cron_means_by_them(cron: str, expected: str) -> None:
    assert after(cron) == expected


def test_a_cron_line_is_meant_in_its_zone() -> None:
    schedule = Schedule(cron="0 6 * * *", time_zone="Europe/Paris")
    assert schedule.next_after(WEDNESDAY) == datetime(2026, 4, 1, 13, 0, tzinfo=TOKYO)


def test_an_interval_counts_from_the_run_before() -> None:
    assert Schedule(interval_seconds=90).next_after(WEDNESDAY).strftime("%H:%M:%S") == "12:01:30"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "an interval or a cron line"),
        ({"interval_seconds": 0}, "at least one second"),
        ({"cron": "* * *"}, "five fields"),
        ({"cron": "61 * * * *"}, "cannot be read"),
        ({"cron": "0 0 * * 9"}, "weekdays go from 0 to 7"),
        ({"cron": "0 0 * * *", "time_zone": "Asia/Edo"}, "no time zone 'Asia/Edo'"),
    ],
)
def test_a_schedule_that_makes_no_sense_says_why(fields: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        Schedule(**fields)  # type: ignore[arg-type]


def test_a_date_that_never_comes_is_an_error_and_not_a_wait() -> None:
    with pytest.raises(UserError, match="never comes due"):
        Schedule(cron="0 0 31 2 *").next_after(WEDNESDAY)
