"""Schedules: every so often, or as cron would have it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daifuku.errors import UserError
from sync.schedules import CatchUp, Schedule

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


def at(minutes: float) -> datetime:
    return WEDNESDAY + timedelta(minutes=minutes)


class TestAfterARun:
    def test_the_next_time_does_not_slip_by_how_late_this_one_was_seen(self) -> None:
        every_hour = Schedule(interval_seconds=3600)
        last = WEDNESDAY
        for late in (0.5, 3, 17):
            last = every_hour.after("shop", last, last + timedelta(minutes=late)).at
        assert last == at(180)

    def test_what_was_missed_is_not_made_up_for_one_by_one(self) -> None:
        every_hour = Schedule(interval_seconds=3600)
        assert every_hour.after("shop", WEDNESDAY, at(60 * 24 * 30 + 10)).at == at(60 * (720 + 1))

    @pytest.mark.parametrize(
        ("catch_up", "late", "begins"),
        [
            (CatchUp.ONCE, 600, True),
            (CatchUp.SKIP, 600, False),
            (CatchUp.SKIP, 0.5, True),
        ],
    )
    def test_a_missed_run_is_made_up_for_or_left_out(
        self, catch_up: CatchUp, late: float, *, begins: bool
    ) -> None:
        schedule = Schedule(interval_seconds=3600, catch_up=catch_up)
        assert schedule.makes_up_for(WEDNESDAY, at(late)) is begins


class TestJitter:
    @given(
        interval=st.floats(10, 10_000),
        share=st.floats(0, 0.99),
        late=st.floats(0, 30_000),
        source=st.sampled_from(["shop", "erp"]),
    )
    def test_every_time_is_kept_and_runs_within_its_jitter(
        self, interval: float, share: float, late: float, source: str
    ) -> None:
        schedule = Schedule(interval_seconds=interval, jitter_seconds=share * interval)
        due = schedule.occurrence(source, WEDNESDAY).due
        now = due + timedelta(seconds=late)
        coming = schedule.after(source, WEDNESDAY, now)

        jitter = timedelta(seconds=schedule.jitter_seconds)
        assert coming.at <= coming.due <= coming.at + jitter
        assert coming.due > now
        before = coming.at - timedelta(seconds=interval)
        assert before <= WEDNESDAY or schedule.occurrence(source, before).due <= now

    def test_it_is_the_same_wherever_it_is_asked_and_another_for_another_source(self) -> None:
        schedule = Schedule(cron="0 3 * * *", time_zone="Asia/Tokyo", jitter_seconds=600)
        there = WEDNESDAY.astimezone(ZoneInfo("Europe/Berlin"))
        assert schedule.occurrence("shop", WEDNESDAY) == schedule.occurrence("shop", there)
        dues = {schedule.occurrence(f"source{number}", WEDNESDAY).due for number in range(50)}
        assert len(dues) == 50


def test_upcoming_runs_begin_with_the_next() -> None:
    times = Schedule(interval_seconds=60).upcoming("shop", WEDNESDAY, 3)
    assert [occurrence.due for occurrence in times] == [at(0), at(1), at(2)]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "an interval or a cron line"),
        ({"interval_seconds": 0}, "at least one second"),
        ({"interval_seconds": float("nan")}, "at least one second"),
        ({"interval_seconds": 60, "jitter_seconds": 60}, "below its interval"),
        ({"cron": "0 0 * * *", "jitter_seconds": -1}, "not negative"),
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
