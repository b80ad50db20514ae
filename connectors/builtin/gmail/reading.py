"""One pass over a Gmail mailbox: all mails first, newest first, then what changed since.

A stream's state is `{"historyId": id}` once it was read whole, and `{"historyId", "pageToken"}`
within that first pass; the history then begins where the first pass began. `since` in it is a
moment (seconds): the first pass goes back so far.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from connectors.builtin.gmail.config import GmailConfig
from connectors.builtin.gmail.mailbox import Mailbox, changed_ids
from connectors.mail.records import MESSAGES, MailEmitter
from connectors.page_tokens import SeenTokens
from connectors.protocol import Checkpoint, ConfigUpdate, Log, Message, StreamState

Renewed = Callable[[], Iterator[ConfigUpdate]]


class MailboxPass:
    """Reads what `streams` have not read yet; a mail that both want is fetched once."""

    def __init__(
        self,
        mailbox: Mailbox,
        config: GmailConfig,
        streams: Sequence[str],
        state: Mapping[str, StreamState],
        renewed: Renewed,
    ) -> None:
        self._mailbox = mailbox
        self._config = config
        self._renewed = renewed
        self._states: dict[str, dict[str, Any]] = {s: dict(state.get(s) or {}) for s in streams}
        self._emitter = MailEmitter(streams, self._is_own)
        self._address = ""

    def messages(self) -> Iterator[Message]:
        """Records, tombstones and checkpoints; the last of each stream is a checkpoint."""
        yield from self._renewed()
        self._address, latest = self._mailbox.profile()
        for streams in self._unread():
            yield from self._all(streams, latest)
        if not (yield from self._changes()):
            yield Log("warning", "Gmail no longer knows what changed since: all is read again.")
            self._states = {stream: {} for stream in self._states}
            yield from self._all(list(self._states), latest)
            yield from self._changes()

    def _is_own(self, address: str) -> bool:
        return address == self._address or self._config.owns(address)

    def _unread(self) -> list[list[str]]:
        """The streams that were never read to their end, those together that are equally far."""
        groups: list[list[str]] = []
        for stream, state in self._states.items():
            if "historyId" in state and "pageToken" not in state:
                continue
            same = next((g for g in groups if self._states[g[0]] == state), None)
            if same is None:
                groups.append([stream])
            else:
                same.append(stream)
        return groups

    def _all(self, streams: Sequence[str], latest: str) -> Iterator[Message]:
        """Every mail from where the streams are, page by page."""
        state = self._states[streams[0]]
        begun = {"historyId": latest, **{k: v for k, v in state.items() if k != "pageToken"}}
        since = self._since(begun.get("since"))
        token, tokens = str(state.get("pageToken", "")), SeenTokens("Gmail's list of messages")
        while True:
            page = self._mailbox.listed(since, token)
            if page is None:
                token = ""
                continue
            for item in page.get("messages") or ():
                yield from self._mail(str(item.get("id", "")), streams, since)
            token = str(page.get("nextPageToken") or "")
            if not token:
                break
            yield from self._reached(streams, {**begun, "pageToken": tokens.note(token)})
            yield from self._renewed()
        yield from self._reached(streams, {"historyId": begun["historyId"]})

    def _changes(self) -> Generator[Message, None, bool]:
        """What changed since the streams' ids; returns whether Gmail still knew."""
        starts = {stream: int(state["historyId"]) for stream, state in self._states.items()}
        start, token, tokens = str(min(starts.values())), "", SeenTokens("Gmail's history")
        since = self._since(None)
        while True:
            page = self._mailbox.changes(start, token)
            if page is None:
                return False
            for change in page.get("history") or ():
                wanting = [s for s, begun in starts.items() if begun < int(change["id"])]
                yield from self._change(change, wanting, since)
                for stream in wanting:
                    self._states[stream] = {"historyId": str(change["id"])}
            token = str(page.get("nextPageToken") or "")
            if not token:
                break
            tokens.note(token)
            yield from self._checkpoints()
            yield from self._renewed()
        latest = int(page.get("historyId") or 0)
        for stream, state in self._states.items():
            self._states[stream] = {"historyId": str(max(int(state["historyId"]), latest))}
        yield from self._checkpoints()
        return True

    def _change(
        self, change: Mapping[str, Any], wanting: Sequence[str], since: datetime | None
    ) -> Iterator[Message]:
        added, deleted = changed_ids(change)
        for message_id in added:
            yield from self._mail(message_id, wanting, since)
        if MESSAGES in wanting:
            for message_id in deleted:
                yield self._emitter.gone(message_id)
                if self._emitter.overdue(MESSAGES):
                    yield self._checkpoint(MESSAGES)

    def _mail(
        self, message_id: str, wanting: Sequence[str], since: datetime | None
    ) -> Iterator[Message]:
        raw = self._mailbox.mail(message_id, since)
        if raw is None:
            return
        for record in self._emitter.records(raw, wanting, message_id, message_id=message_id):
            yield record
            if self._emitter.overdue(record.stream):
                yield self._checkpoint(record.stream)

    def _since(self, moment: Any) -> datetime | None:
        """The later of the setting and the moment in a state."""
        set_for = self._config.since
        first = datetime.combine(set_for, time(), UTC) if set_for else None
        then = datetime.fromtimestamp(int(moment), UTC) if moment else None
        return max(filter(None, (first, then)), default=None)

    def _reached(self, streams: Sequence[str], state: dict[str, Any]) -> Iterator[Checkpoint]:
        for stream in streams:
            self._states[stream] = dict(state)
            yield self._checkpoint(stream)

    def _checkpoints(self) -> Iterator[Checkpoint]:
        return (self._checkpoint(stream) for stream in list(self._states))

    def _checkpoint(self, stream: str) -> Checkpoint:
        return self._emitter.checkpoint(stream, dict(self._states[stream]))
