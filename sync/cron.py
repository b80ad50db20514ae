"""When a cron line comes round in its time zone, over the days on which clocks change too.

A time of day that the clock skips runs when it would have come had the clock not been changed.
A time that comes twice runs the first time only, unless the line's hours begin with `*`: what
runs every hour runs in the repeated hour as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

from daifuku.errors import UserError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LARGEST_SHIFT = timedelta(hours=3)
"""More than any clock is changed by at once."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line of five fields, meant in a zone. Made by `parse`."""

    line: str
    zone: ZoneInfo
    every_hour: bool
    triggers: tuple[CronTrigger, ...]
    """In UTC, which stands for the clock on the wall; each firing of any of them counts."""

    def next_after(self, moment: datetime) -> datetime:
        """The first time after `moment`, in the line's zone.

        Raises:
            UserError: the line names a date that never comes.
        """
        moment = moment.astimezone(UTC)
        found: datetime | None = None
        for wall in self._walls(moment):
            if found is not None and wall > _wall(found, self.zone) + _LARGEST_SHIFT:
                break
            coming = [time for time in self._moments(wall) if time > moment]
            found = min([*coming, found] if found else coming, default=None)
            if found is not None and self._steady(found):
                break
        if found is None:
            raise UserError(f"The schedule {self.line!r} never comes due.")
        return found.astimezone(self.zone)

    def _walls(self, moment: datetime) -> Iterator[datetime]:
        """What a clock on the wall shows each time the line fires, from before `moment` on."""
        wall = _wall(moment, self.zone).replace(second=0, microsecond=0)
        if not self._steady(moment):
            wall -= _LARGEST_SHIFT
        while True:
            shown = wall.replace(tzinfo=UTC)
            times = [trigger.get_next_fire_time(None, shown) for trigger in self.triggers]
            coming = [time for time in times if time is not None]
            if not coming:
                return
            wall = min(coming).replace(tzinfo=None)
            yield wall
            wall += _MINUTE

    def _moments(self, wall: datetime) -> Iterator[datetime]:
        """When the clock shows that. Where it never does, the offset before the change counts."""
        first = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        yield first
        if self.every_hour:
            second = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
            if second > first:
                yield second

    def _steady(self, moment: datetime) -> bool:
        """Whether no clock is changed around `moment`."""
        before, after = moment - _LARGEST_SHIFT, moment + _LARGEST_SHIFT
        return before.astimezone(self.zone).utcoffset() == after.astimezone(self.zone).utcoffset()


@lru_cache(maxsize=1024)
def parse(line: str, zone: str) -> Cron:
    """The cron line.

    As cron has it, a line that restricts both the day of the month and that of the week means
    either; and days of the week count from Sunday, where the library counts from Monday.

    Raises:
        UserError: the line cannot be read, or there is no such IANA zone.
    """
    fields = line.split()
    if len(fields) != 5:
        raise UserError(f"The schedule {line!r} needs five fields: minute hour day month weekday.")
    minute, hour, day, month, weekday = fields
    try:
        weekday = _named_weekdays(weekday)
        days = [(day, weekday)]
        if day != "*" and weekday != "*":
            days = [(day, "*"), ("*", weekday)]
        triggers = tuple(
            CronTrigger(
                minute=minute,
                hour=hour,
                day=day,
                month=month,
                day_of_week=weekday,
                timezone=UTC,
            )
            for day, weekday in days
        )
        return Cron(line, ZoneInfo(zone), hour.startswith("*"), triggers)
    except (ZoneInfoNotFoundError, IsADirectoryError):
        raise UserError(f"There is no time zone {zone!r}.", hint="Example: Asia/Tokyo.") from None
    except ValueError as error:
        raise UserError(f"The schedule {line!r} cannot be read: {error}.") from None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


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
