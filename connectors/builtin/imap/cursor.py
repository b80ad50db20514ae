"""How far a stream has read each folder: the last UID, under one UIDVALIDITY."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.builtin.imap.session import FolderStatus


@dataclass(slots=True)
class FolderCursor:
    """UIDs up to `last_uid` are read. `modseq` is set once the folder was read to its end."""

    uidvalidity: int = 0
    last_uid: int = 0
    modseq: int | None = None

    def covers(self, status: FolderStatus) -> bool:
        """Whether nothing can have come since: by HIGHESTMODSEQ (RFC 7162), else by UIDNEXT."""
        if self.uidvalidity != status.uidvalidity:
            return False
        if self.modseq is not None and self.modseq == status.modseq:
            return True
        return 0 < status.uidnext <= self.last_uid + 1


class StreamCursor:
    """A stream's state: `{"folders": {name: {uidvalidity, last_uid, modseq}}}`."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.began_empty = not state.get("folders")
        self._folders = {
            name: FolderCursor(
                int(held.get("uidvalidity", 0)), int(held.get("last_uid", 0)), held.get("modseq")
            )
            for name, held in (state.get("folders") or {}).items()
        }

    def folder(self, name: str) -> FolderCursor:
        return self._folders.setdefault(name, FolderCursor())

    def reopened(self, name: str, uidvalidity: int) -> bool:
        """Note the folder's UIDVALIDITY; True if it changed, so that all is to be read again."""
        held = self.folder(name)
        if held.uidvalidity == uidvalidity:
            return False
        self._folders[name] = FolderCursor(uidvalidity)
        return held.uidvalidity != 0

    def set_back(self, name: str, first: int) -> None:
        """Read the folder from the mail with the UID `first` on, or from where it stands if that
        is earlier."""
        held = self.folder(name)
        if held.last_uid == 0 or held.last_uid >= first:
            held.last_uid, held.modseq = first - 1, None

    def state(self) -> dict[str, Any]:
        return {
            "folders": {
                name: {
                    "uidvalidity": held.uidvalidity,
                    "last_uid": held.last_uid,
                    **({} if held.modseq is None else {"modseq": held.modseq}),
                }
                for name, held in self._folders.items()
                if held.uidvalidity
            }
        }
