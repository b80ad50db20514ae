"""Cron lines over the days on which clocks change, beside an oracle that tries every minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cron import parse

MINUTE = timedelta(minutes=1)
CHANGES = {
    "Asia/Tokyo": ["2026-03-08T07:00Z"],
    "America/New_York": ["2026-03-08T07:00Z", "2026-11-01T06:00Z"],
    "Europe/Berlin": ["2026-03-29T01:00Z", "2026-10-25T01:00Z"],
    "Australia/Lord_Howe": ["2026-04-04T15:00Z", "2026-10-03T15:30Z"],
}
"""When clocks are changed in 2026; in Tokyo, a time at which they are not."""


def nexts(line: str, zone: str, moment: datetime, count: int) -> list[datetime]:
    cron = parse(line, zone)
    found = [cron.next_after(moment)]
    while len(found) < count:
        found.append(cron.next_after(found[-1]))
    return found


def shown(line: str, zone: str, day: str) -> list[str]:
    times = nexts(line, zone, datetime.fromisoformat(f"{day}T00:00Z"), 3)
    return [time.strftime("%d %H:%M %Z") for time in times]


class TestWhenClocksAreChanged:
    def test_a_skipped_time_runs_when_it_would_have_come(self) -> None:
        times = shown("30 2 * * *", "America/New_York", "2026-03-07")
        assert times == ["07 02:30 EST", "08 03:30 EDT", "09 02:30 EDT"]

    def test_a_repeated_time_runs_once(self) -> None:
        times = shown("30 1 * * *", "America/New_York", "2026-10-31")
        assert times == ["31 01:30 EDT", "01 01:30 EDT", "02 01:30 EST"]

    def test_what_runs_every_hour_runs_in_the_repeated_one_too(self) -> None:
        times = shown("0 * * * *", "Europe/Berlin", "2026-10-25")
        assert times == ["25 02:00 CET", "25 03:00 CET", "25 04:00 CET"]

    def test_tokyo_knows_no_such_thing(self) -> None:
        times = nexts("0 3 * * *", "Asia/Tokyo", datetime(2026, 1, 1, tzinfo=UTC), 365)
        assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(days=1)}


@settings(deadline=None)
@given(
    change=st.sampled_from([(zone, at) for zone, times in CHANGES.items() for at in times]),
    minute=st.sampled_from(["0", "30", "15,45", "*/20", "*"]),
    hour=st.sampled_from(["*", "*/2", "0", "1", "2", "1,2,3", "23"]),
    before=st.integers(0, 360),
)
def test_next_is_what_trying_every_minute_finds(
    change: tuple[str, str], minute: str, hour: str, before: int
) -> None:
    zone, at = change
    moment = datetime.fromisoformat(at) - before * MINUTE
    expected = [time for time in oracle(minute, hour, zone, at) if time > moment][:5]
    found = nexts(f"{minute} {hour} * * *", zone, moment, len(expected))
    assert [time.astimezone(UTC) for time in found] == expected


@cache
def oracle(minute: str, hour: str, zone: str, change: str) -> list[datetime]:
    """Every firing on the days around a change."""
    minutes, hours = allowed(minute, 60), allowed(hour, 24)
    found = set()
    for wall, time, again in clock(zone, change):
        fires = wall.minute in minutes and wall.hour in hours
        if fires and not (again and not hour.startswith("*")):
            found.add(time)
    return sorted(found)


def allowed(field: str, count: int) -> set[int]:
    """The values that a field names."""
    if field.startswith("*"):
        return set(range(0, count, int(field[2:] or 1)))
    return {int(part) for part in field.split(",")}


@cache
def clock(zone: str, change: str) -> list[tuple[datetime, datetime, bool]]:
    """What the clock shows, when, and whether again; what it skips, with when it would have."""
    return [*_shown(zone, change), *_skipped(zone, change)]


def _around(moment: datetime) -> Iterator[datetime]:
    return (moment + number * MINUTE for number in range(-24 * 60, 48 * 60))


def _shown(zone: str, change: str) -> Iterator[tuple[datetime, datetime, bool]]:
    for time in _around(datetime.fromisoformat(change)):
        wall = time.astimezone(ZoneInfo(zone))
        yield wall.replace(tzinfo=None, fold=0), time, wall.fold == 1


def _skipped(zone: str, change: str) -> Iterator[tuple[datetime, datetime, bool]]:
    here = datetime.fromisoformat(change).astimezone(ZoneInfo(zone))
    known = {wall for wall, _, _ in _shown(zone, change)}
    first, last = min(known), max(known)
    offset = (here - timedelta(hours=12)).utcoffset() or timedelta()
    for wall in _around(here.replace(tzinfo=None, fold=0)):
        if first < wall < last and wall not in known:
            yield wall, (wall - offset).replace(tzinfo=UTC), False
