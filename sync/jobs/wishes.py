"""What is asked of a sync of a source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A sync of these streams, of all if that is None: from their cursors on, or again from the
    beginning (`full`) or a date (`since`), which `full` outdoes.

    `asked_at` counts where something is read again: a stream of which that was done since is not.
    """

    streams: tuple[str, ...] | None = None
    full: bool = False
    since: datetime | None = None
    asked_at: datetime | None = None

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> Self:
        """The wish in the arguments of a job."""
        streams = args.get("streams")
        return cls(
            streams=None if streams is None else tuple(streams),
            full=bool(args.get("full")),
            since=_moment(args.get("since")),
            asked_at=_moment(args.get("asked_at")),
        )

    def args(self) -> dict[str, Any]:
        """The wish as arguments of a job; what is not asked for is left out."""
        asked = {
            "streams": None if self.streams is None else list(self.streams),
            "full": self.full or None,
            "since": self.since.isoformat() if self.since else None,
            "asked_at": self.asked_at.isoformat() if self.asked_at else None,
        }
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def rereads(self) -> bool:
        """Whether something is to be read again."""
        return self.full or self.since is not None

    def joined(self, other: "Wish") -> "Wish":
        """One wish for both: whoever asks for more of a stream gets it of all of them."""
        every = self.streams is None or other.streams is None
        streams = dict.fromkeys((*(self.streams or ()), *(other.streams or ())))
        full = self.full or other.full
        return Wish(
            streams=None if every else tuple(streams),
            full=full,
            since=None if full else min(_given(self.since, other.since), default=None),
            asked_at=max(_given(self.asked_at, other.asked_at), default=None),
        )

    def covers(self, other: "Wish") -> bool:
        """Whether the other, asked at the same time, would add nothing to this one."""
        at = self.asked_at
        return replace(self.joined(other), asked_at=at) == replace(self.joined(self), asked_at=at)


def _given(*moments: datetime | None) -> list[datetime]:
    return [moment for moment in moments if moment is not None]


def _moment(day: str | None) -> datetime | None:
    """A date or time in ISO 8601, in UTC where it names no zone."""
    if day is None:
        return None
    moment = datetime.fromisoformat(day)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
