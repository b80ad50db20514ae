"""Reads a source of several forms: each with a cursor of its own, one after another.

The state is `{"forms": {form id: cursor}, "at": form id}`. `at` is there while a pass is under
way: the next one begins with that form, so that a source that slows us down in the middle of a
long list of forms gets to the last of them too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Log,
    Message,
    Record,
    Status,
    StreamFailure,
    StreamState,
    StreamStatus,
    Unreadable,
)
from daifuku.errors import ConfigError, SourceError

Cursor = Mapping[str, Any]
"""How far one form is read, meaningful to its connector alone; empty at the beginning."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a form, 1,000 at most, and the cursor that covers them."""

    records: Sequence[Record | Unreadable]
    cursor: Cursor


class FormSource(Protocol):
    """The forms of an account."""

    def forms(self) -> Sequence[str]:
        """The ids of the forms to read."""
        ...

    def pages(self, form: str, cursor: Cursor) -> Iterator[Page]:
        """What the form has beyond `cursor`; the last page's cursor ends the pass."""
        ...


def read_forms(
    stream: str,
    state: StreamState,
    source: FormSource,
    renewed: Callable[[], Iterator[ConfigUpdate]],
) -> Iterator[Message]:
    """The messages of a stream that goes over forms, its statuses included.

    A form that is refused (deleted, or closed to us) does not keep the others from being read:
    the stream fails at the end. `renewed` gives credentials that were rotated; it is asked before
    each page.
    """
    reading = _Reading(stream, state, source, renewed)
    yield Status(stream, StreamStatus.STARTED)
    try:
        yield from reading.messages()
    except SourceError as error:
        yield StreamFailure(stream, error)
        yield Status(stream, StreamStatus.INCOMPLETE)
        return
    yield Status(stream, StreamStatus.COMPLETE, full_pass=not state)


def rewound_forms(state: StreamState, since: datetime) -> StreamState | None:
    """The state in which every form known is read from that moment on; None where none is known.

    The cursors are `{"newest": time}`.
    """
    newest = since.isoformat(timespec="seconds")
    forms = state.get("forms") or {}
    return {"forms": {form: {"newest": newest} for form in forms}} if forms else None


class _Reading:
    def __init__(
        self,
        stream: str,
        state: StreamState,
        source: FormSource,
        renewed: Callable[[], Iterator[ConfigUpdate]],
    ) -> None:
        self._stream = stream
        self._source = source
        self._renewed = renewed
        self._at = str(state.get("at", ""))
        self._cursors: dict[str, Cursor] = dict(state.get("forms") or {})

    def messages(self) -> Iterator[Message]:
        yield from self._renewed()
        refused: list[ConfigError] = []
        for form in _from(self._at, self._source.forms()):
            try:
                yield from self._form(form)
            except ConfigError as error:
                refused.append(error)
                yield Log("warning", f"The form {form} cannot be read: {error}")
        yield self._checkpoint("")
        if refused:
            raise refused[0]

    def _form(self, form: str) -> Iterator[Message]:
        pages = self._source.pages(form, self._cursors.get(form) or {})
        while True:
            yield from self._renewed()
            page = next(pages, None)
            if page is None:
                return
            yield from page.records
            self._cursors[form] = page.cursor
            yield self._checkpoint(form)

    def _checkpoint(self, at: str) -> Checkpoint:
        state: dict[str, Any] = {"forms": dict(self._cursors)}
        return Checkpoint(self._stream, {**state, "at": at} if at else state)


def _from(first: str, forms: Sequence[str]) -> list[str]:
    """The forms in their order, beginning with `first`."""
    start = forms.index(first) if first in forms else 0
    return [*forms[start:], *forms[:start]]
