"""One pass over the folders of a mailbox: of each a round of changes, the first being all mails.

A stream's state is `{"folders": {folder: {"link", "step"}}}`: where to go on, and a count that
grows with each page. Streams that are not equally far both go on from where the one behind is.
`since` in a state is a moment (seconds) that stands until the pass is done: older mails are
left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from connectors.builtin.microsoft_graph_mail.config import GraphMailConfig
from connectors.builtin.microsoft_graph_mail.mailbox import Mailbox, received_at
from connectors.mail.records import MESSAGES, MailEmitter
from connectors.page_tokens import SeenTokens
from connectors.protocol import Checkpoint, ConfigUpdate, Log, Message, StreamState

Renewed = Callable[[], Iterator[ConfigUpdate]]
_START: Mapping[str, Any] = {"link": "", "step": 0}


class MailboxPass:
    """Reads what `streams` have not read yet; a mail that both want is fetched once."""

    def __init__(
        self,
        mailbox: Mailbox,
        config: GraphMailConfig,
        streams: Sequence[str],
        state: Mapping[str, StreamState],
        renewed: Renewed,
    ) -> None:
        self._mailbox = mailbox
        self._config = config
        self._streams = streams
        self._renewed = renewed
        held = [state.get(stream) or {} for stream in streams]
        self._since = _latest([config.since, *(each.get("since") for each in held)])
        self._rewound = max((int(each.get("since") or 0) for each in held), default=0)
        self._folders = {
            folder: _behind([(each.get("folders") or {}).get(folder) for each in held])
            for each in held
            for folder in each.get("folders") or {}
        }
        self._emitter = MailEmitter(streams, config.is_own)

    def messages(self) -> Iterator[Message]:
        """Records, tombstones and checkpoints; the last of each stream is a checkpoint."""
        for folder in dict.fromkeys(self._config.folders):
            yield from self._folder(folder)
        self._rewound = 0
        yield from self._checkpoints()

    def _folder(self, folder: str) -> Iterator[Message]:
        links = SeenTokens(f"The folder {folder}'s list of changes")
        last = False
        while not last:
            yield from self._renewed()
            place = self._folders.get(folder, _START)
            page = self._mailbox.changes(folder, place["link"])
            step = place["step"] + 1
            if page is None:
                text = f"Microsoft no longer knows what changed in {folder}: it is read again."
                yield Log("warning", text)
                self._folders[folder] = {"link": links.note(""), "step": step}
                continue
            for change in page.changes:
                yield from self._change(change)
            last = page.last
            self._folders[folder] = {
                "link": page.link if last else links.note(page.link),
                "step": step,
            }
            yield from self._checkpoints()

    def _change(self, change: Mapping[str, Any]) -> Iterator[Message]:
        message_id = str(change.get("id", ""))
        if "@removed" in change:
            yield from self._removed(message_id)
            return
        received = received_at(change)
        if change.get("isDraft") or (self._since and received < self._since):
            return
        raw = self._mailbox.mail(message_id, received)
        if raw is None:
            return
        for record in self._emitter.records(raw, self._streams, message_id, message_id=message_id):
            yield record
            if self._emitter.overdue(record.stream):
                yield self._checkpoint(record.stream)

    def _removed(self, message_id: str) -> Iterator[Message]:
        """A mail that left its folder: a tombstone only if it is nowhere else in the mailbox."""
        if MESSAGES in self._streams and not self._mailbox.exists(message_id):
            yield self._emitter.gone(message_id)
            if self._emitter.overdue(MESSAGES):
                yield self._checkpoint(MESSAGES)

    def _checkpoints(self) -> Iterator[Checkpoint]:
        return (self._checkpoint(stream) for stream in self._streams)

    def _checkpoint(self, stream: str) -> Checkpoint:
        state: dict[str, Any] = {"folders": {f: dict(p) for f, p in self._folders.items()}}
        if self._rewound:
            state["since"] = self._rewound
        return self._emitter.checkpoint(stream, state)


def _behind(places: Sequence[Mapping[str, Any] | None]) -> Mapping[str, Any]:
    """The place that is least far."""
    return min((place or _START for place in places), key=lambda place: int(place["step"]))


def _latest(moments: Sequence[Any]) -> datetime | None:
    found = [
        datetime.combine(moment, time(), UTC)
        if hasattr(moment, "isoformat")
        else datetime.fromtimestamp(int(moment), UTC)
        for moment in moments
        if moment
    ]
    return max(found, default=None)
