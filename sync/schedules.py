"""When a source runs by itself: every so often, or at the times of a cron line."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

from daifuku.errors import UserError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORTEST = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every `interval_seconds`, or `cron`: five fields, meant in the IANA zone `time_zone`."""

    interval_seconds: float | None = None
    cron: str | None = None
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        if (self.interval_seconds is None) == (self.cron is None):
            raise UserError("A schedule has an interval or a cron line, and not both.")
        if self.interval_seconds is not None and self.interval_seconds < _SHORTEST:
            raise UserError("The interval of a schedule is at least one second.")
        if self.cron is not None:
            _triggers(self.cron, self.time_zone)

    def next_after(self, moment: datetime) -> datetime:
        """The first time to run after `moment`.

        Raises:
            UserError: the cron line names a date that never comes.
        """
        if self.interval_seconds is not None:
            return moment + timedelta(seconds=self.interval_seconds)
        cron = self.cron or ""
        later = moment + timedelta(microseconds=1)
        times: list[datetime | None] = [
            trigger.get_next_fire_time(None, later) for trigger in _triggers(cron, self.time_zone)
        ]
        coming = [time for time in times if time is not None]
        if not coming:
            raise UserError(f"The schedule {cron!r} never comes due.")
        return min(coming)


def _triggers(cron: str, zone: str) -> list[CronTrigger]:
    """Triggers of which each firing counts.

    As cron has it, a line that restricts both the day of the month and that of the week means
    either; and days of the week count from Sunday, where the library counts from Monday.
    """
    fields = cron.split()
    if len(fields) != 5:
        raise UserError(f"The schedule {cron!r} needs five fields: minute hour day month weekday.")
    minute, hour, day, month, weekday = fields
    try:
        weekday = _named_weekdays(weekday)
        days = [(day, weekday)]
        if day != "*" and weekday != "*":
            days = [(day, "*"), ("*", weekday)]
        return [
            CronTrigger(
                minute=minute,
                hour=hour,
                day=day,
                month=month,
                day_of_week=weekday,
                timezone=ZoneInfo(zone),
            )
            for day, weekday in days
        ]
    except ZoneInfoNotFoundError:
        raise UserError(f"There is no time zone {zone!r}.", hint="Example: Asia/Tokyo.") from None
    except ValueError as error:
        raise UserError(f"The schedule {cron!r} cannot be read: {error}.") from None


def _named_weekdays(field: str) -> str:
    """The weekday field with numbers spelled out as names: `1-5` is mon,tue,wed,thu,fri."""
    return ",".join(_named_item(item) for item in field.split(","))


def _named_item(item: str) -> str:
    span, _, step = item.partition("/")
    first, _, last = span.partition("-")
    if span == "*" and step:
        first, last = "0", "6"
    if not first.isdigit():
        return item
    end = last or ("6" if step else first)
    numbers = range(int(first), int(end) + 1, int(step or 1))
    if not numbers or numbers[-1] >= len(_DAYS):
        raise ValueError(f"weekdays go from 0 to 7, not {item}")
    return ",".join(dict.fromkeys(_DAYS[number] for number in numbers))
