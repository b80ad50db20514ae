"""When a source runs, in words for people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from daifuku.storage.repositories.sources import SourceRow
from sync.schedules import CatchUp, Occurrence, Schedule
from sync.sources import schedule_of

Language = Literal["en", "ja"]

SHOWN = 5
"""How many of the coming runs are shown."""

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "none": "{source} has no schedule: it runs when asked.",
        "every": "{source} runs every {span}",
        "cron": "{source} runs at {cron} ({zone})",
        "jitter": ", up to {span} late",
        "once": "; what was missed is made up for by one run.",
        "skip": "; what was missed is left out.",
        "paused": "It is paused: {reason}",
        "in": "in {span}",
        "now": "now",
        "join": " ",
    },
    "ja": {
        "none": "{source} に予定はありません。実行を指示したときだけ動きます。",
        "every": "{source} は {span}ごとに動きます",
        "cron": "{source} は {cron} ({zone}) に動きます",
        "jitter": "。最大 {span}遅れて始まります",
        "once": "。逃した回は 1 回の実行で取り戻します。",
        "skip": "。逃した回は飛ばします。",
        "paused": "一時停止中です: {reason}",
        "in": "{span}後",
        "now": "まもなく",
        "join": " ",
    },
}
_UNITS: Mapping[Language, tuple[tuple[int, str, str], ...]] = {
    "en": ((86400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes")),
    "ja": ((86400, "日", "日"), (3600, "時間", "時間"), (60, "分", "分")),
}
_SECONDS: Mapping[Language, tuple[str, str]] = {"en": ("second", "seconds"), "ja": ("秒", "秒")}
_WEEKDAYS = "月火水木金土日"


def schedule_text(row: SourceRow, lang: Language) -> str:
    """One sentence on when the source runs, and one on whether it is paused."""
    words, schedule = _WORDS[lang], schedule_of(row)
    if schedule is None:
        return words["none"].format(source=row.id)
    if schedule.interval_seconds is not None:
        span = span_text(schedule.interval_seconds, lang, every=True)
        text = words["every"].format(source=row.id, span=span)
    else:
        text = words["cron"].format(source=row.id, cron=schedule.cron, zone=schedule.time_zone)
    if schedule.jitter_seconds:
        text += words["jitter"].format(span=span_text(schedule.jitter_seconds, lang))
    text += words["once" if schedule.catch_up is CatchUp.ONCE else "skip"]
    if row.paused:
        text += words["join"] + words["paused"].format(reason=row.paused_reason)
    return text


def coming_runs(row: SourceRow) -> list[Occurrence]:
    """The next runs of the source; none where it has no schedule or is paused."""
    schedule = schedule_of(row)
    at = row.occurrence_at or row.next_run_at
    if schedule is None or at is None or row.paused:
        return []
    return schedule.upcoming(row.id, at, SHOWN)


def run_text(
    occurrence: Occurrence, schedule: Schedule, now: datetime, lang: Language
) -> tuple[str, str]:
    """When a run begins, on the clock of the schedule's zone, and how long that is from now."""
    due = occurrence.due.astimezone(ZoneInfo(schedule.time_zone))
    if lang == "ja":
        day = f"{due.year}年{due.month}月{due.day}日({_WEEKDAYS[due.weekday()]})"
    else:
        day = f"{due:%a} {due.day} {due:%b %Y}"
    left = (occurrence.due - now) / timedelta(seconds=1)
    words = _WORDS[lang]
    wait = words["in"].format(span=span_text(left, lang)) if left >= 1 else words["now"]
    return f"{day} {due:%H:%M:%S} {due:%Z}", wait


def span_text(seconds: float, lang: Language, *, every: bool = False) -> str:
    """A span in its two largest units: `2 hours 5 minutes`; `every` leaves out a lone 1."""
    left, parts = round(seconds), []
    for size, one, many in (*_UNITS[lang], (1, *_SECONDS[lang])):
        count, left = divmod(left, size)
        if count:
            gap = " " if lang == "en" else ""
            parts.append(f"{count}{gap}{one if count == 1 else many}")
    text = " ".join(parts[:2]) or f"0 {_SECONDS[lang][1]}"
    return text.removeprefix("1 ") if every and len(parts) == 1 and lang == "en" else text
