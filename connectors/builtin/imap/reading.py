"""One pass over the mailbox: folder by folder, oldest mail first, both streams from one fetch."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.cursor import StreamCursor
from connectors.builtin.imap.mail import RawMail, read_mail
from connectors.builtin.imap.session import FolderStatus, ImapSession
from connectors.builtin.imap.sightings import MailRecords, records_of
from connectors.protocol import Checkpoint, Log, Message, Record, StreamState, Unreadable
from daifuku.errors import RecordError

PEOPLE, MESSAGES = "people", "messages"
BATCH = 100
"""Mails per fetch and checkpoint: 6 MB at most."""

_RECORDS_PER_CHECKPOINT = 900


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
        self._config = config
        self._cursors = {stream: StreamCursor(state.get(stream) or {}) for stream in streams}
        self._emitted: dict[str, set[int]] = {stream: set() for stream in streams}
        self._since_checkpoint = dict.fromkeys(streams, 0)

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
        for raw in self._session.mails(uids):
            uid = raw if isinstance(raw, int) else raw.uid
            wanting = [s for s, c in self._cursors.items() if c.folder(folder).last_uid < uid]
            yield from self._mail(raw, wanting, f"{folder}|{uid}")
        for cursor in self._cursors.values():
            held = cursor.folder(folder)
            held.last_uid, held.modseq = max(held.last_uid, uids[-1]), None
        yield from self._checkpoints()

    def _mail(self, raw: RawMail | int, wanting: Sequence[str], place: str) -> Iterator[Message]:
        try:
            if isinstance(raw, int):
                raise RecordError("The server cannot give this mail.")
            found = records_of(read_mail(raw), self._config)
        except RecordError as error:
            for stream in wanting:
                yield Unreadable(stream, place, "unreadable_mail", error.message)
            return
        for stream in wanting:
            for external_id, data in _of_stream(stream, found):
                if self._is_new(stream, external_id):
                    yield Record(stream, external_id, data)
                    yield from self._early_checkpoint(stream)

    def _is_new(self, stream: str, external_id: str) -> bool:
        digest = hashlib.blake2b(external_id.encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big")
        if number in self._emitted[stream]:
            return False
        self._emitted[stream].add(number)
        self._since_checkpoint[stream] += 1
        return True

    def _early_checkpoint(self, stream: str) -> Iterator[Checkpoint]:
        """Within a batch with many recipients: the state before it, so its mails come again."""
        if self._since_checkpoint[stream] >= _RECORDS_PER_CHECKPOINT:
            yield self._checkpoint(stream)

    def _checkpoints(self) -> Iterator[Checkpoint]:
        return (self._checkpoint(stream) for stream in list(self._cursors))

    def _checkpoint(self, stream: str) -> Checkpoint:
        self._since_checkpoint[stream] = 0
        return Checkpoint(stream, self._cursors[stream].state())


def _of_stream(stream: str, found: MailRecords) -> list[tuple[str, Mapping[str, Any]]]:
    if stream == PEOPLE:
        return list(found.people.items())
    return [(found.message_id, found.message)]
