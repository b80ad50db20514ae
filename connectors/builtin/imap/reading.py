"""One pass over the mailbox: folder by folder, oldest mail first, both streams from one fetch."""

from collections.abc import Iterator, Mapping, Sequence

from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.cursor import StreamCursor
from connectors.builtin.imap.session import FolderStatus, ImapSession
from connectors.mail.records import MailEmitter
from connectors.protocol import Checkpoint, Log, Message, StreamState

BATCH = 100
"""Mails per fetch and checkpoint: 6 MB at most."""


class MailboxPass:
    """Reads what `streams` have not read yet. A record comes once in a pass, its copies do not."""

    def __init__(
        self,
        session: ImapSession,
        config: ImapConfig,
        streams: Sequence[str],
        state: Mapping[str, StreamState],
    ) -> None:
        self._session = session
        self._cursors = {stream: StreamCursor(state.get(stream) or {}) for stream in streams}
        self._emitter = MailEmitter(streams, config.is_own)

    def messages(self) -> Iterator[Message]:
        """Records, unreadable mails and checkpoints; the last of each stream is a checkpoint."""
        for folder in self._session.folders():
            status = self._session.status(folder)
            if not all(c.folder(folder).covers(status) for c in self._cursors.values()):
                yield from self._folder(folder, status)
        yield from self._checkpoints()

    def _folder(self, folder: str, status: FolderStatus) -> Iterator[Message]:
        uidvalidity = self._session.open(folder)
        for stream, cursor in self._cursors.items():
            if cursor.reopened(folder, uidvalidity):
                text = f"The server renumbered the folder {folder}: {stream} is read again from it."
                yield Log("warning", text)
        uids = self._session.uids_after(
            min(cursor.folder(folder).last_uid for cursor in self._cursors.values())
        )
        for start in range(0, len(uids), BATCH):
            yield from self._batch(folder, uids[start : start + BATCH])
        if uidvalidity == status.uidvalidity:
            # The status is older than the search: what came in between is not skipped next time.
            for cursor in self._cursors.values():
                cursor.folder(folder).modseq = status.modseq

    def _batch(self, folder: str, uids: Sequence[int]) -> Iterator[Message]:
        for uid, raw in self._session.mails(uids):
            wanting = [s for s, c in self._cursors.items() if c.folder(folder).last_uid < uid]
            for record in self._emitter.records(raw, wanting, f"{folder}|{uid}"):
                yield record
                if self._emitter.overdue(record.stream):
                    yield self._checkpoint(record.stream)
        for cursor in self._cursors.values():
            held = cursor.folder(folder)
            held.last_uid, held.modseq = max(held.last_uid, uids[-1]), None
        yield from self._checkpoints()

    def _checkpoints(self) -> Iterator[Checkpoint]:
        return (self._checkpoint(stream) for stream in list(self._cursors))

    def _checkpoint(self, stream: str) -> Checkpoint:
        return self._emitter.checkpoint(stream, self._cursors[stream].state())
