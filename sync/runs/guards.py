"""Says when a complete whole pass lists so few or so many records that it looks like a mistake."""

from dataclasses import dataclass

from daifuku.errors import SourceError

FEWEST = 20
"""Streams with fewer records before are not judged by their volume."""


class NoRecordsError(SourceError):
    """A whole pass over a stream that had records lists none."""

    kind = "no_records"


class VolumeError(SourceError):
    """A whole pass lists far fewer records than the one before."""

    kind = "volume"


@dataclass(frozen=True, slots=True)
class Guards:
    """A whole pass is in doubt below `smallest` or above `largest` times the one before."""

    smallest: float = 0.5
    largest: float = 3.0


def check_none(source: str, stream: str, *, listed: int, known: int) -> None:
    """Doubt a whole pass without a record over a stream of which `known` ones are there.

    Raises:
        NoRecordsError: nothing may be deleted for it.
    """
    if listed == 0 and known > 0:
        raise NoRecordsError(
            f"{source}/{stream} lists no record, and had {known:,}: nothing was deleted.",
            hint="Check the source and what its credentials may see; if it is right, sync once "
            "more and allow the deletions.",
            stream=stream,
        )


def check_fewer(
    source: str, stream: str, *, listed: int, before: int | None, guards: Guards
) -> None:
    """Doubt a whole pass that lists far fewer records than the one before.

    Raises:
        VolumeError: nothing may be deleted for it.
    """
    if before is not None and before >= FEWEST and listed < before * guards.smallest:
        raise VolumeError(
            f"{source}/{stream} lists {listed:,} records, and the whole pass before {before:,}.",
            hint="Check the source and what its credentials may see; if it is right, sync once "
            "more and allow the deletions.",
            stream=stream,
        )


def far_more(listed: int, before: int, guards: Guards) -> bool:
    """Whether a whole pass lists so many more than the one before that someone should look."""
    return before >= FEWEST and listed > before * guards.largest
