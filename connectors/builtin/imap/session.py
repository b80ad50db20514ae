"""A logged-in session with an IMAP server: folders, what is new in them, the mails themselves.

A mail is never fetched whole: its first 64 KB hold the header and nearly always the text. Where
an attachment stands before the text, BODYSTRUCTURE says where the text is. So a mail of 50 MB
costs no more than one of 100 KB.
"""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.failures import classed
from connectors.builtin.imap.pinning import PinnedClient
from connectors.builtin.imap.structure import text_section
from connectors.mail.parsing import RawMail, mail_text
from connectors.trust import trusted
from daifuku.errors import ConfigError

HEAD = 64 * 1024
LONGEST_HEADER = 1024 * 1024
_CONNECT_SECONDS = 10.0
_SENT = b"\\Sent"
_HEAD_ITEM = f"BODY.PEEK[]<0.{HEAD}>"


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What tells whether a folder changed. `modseq` is None where the server has no CONDSTORE."""

    uidvalidity: int
    uidnext: int
    modseq: int | None


@contextmanager
def open_session(config: ImapConfig) -> Iterator["ImapSession"]:
    """Connect and log in; on leaving, log out, or just hang up if something went wrong.

    Raises:
        ConfigError: wrong password, host, certificate or TLS mode.
        TransientError: the server cannot be reached, or the connection broke, within the block too.
    """
    with classed(config):
        client = _connect(config)
        try:
            _log_in(client, config)
            client.normalise_times = False
            yield ImapSession(client, config)
        except BaseException:
            _hang_up(client)
            raise
        with suppress(IMAPClientError, OSError):
            client.logout()


def _connect(config: ImapConfig) -> IMAPClient:
    # Without a file: whom this machine trusts, which may well be the company's own authority.
    context = trusted(config.ca_file) if config.ca_file else ssl.create_default_context()
    client = PinnedClient(
        config.host,
        config.reached_port,
        ssl=config.tls == "ssl",
        ssl_context=context if config.tls == "ssl" else None,
        timeout=SocketTimeout(connect=min(_CONNECT_SECONDS, config.timeout), read=config.timeout),
        allow_private=config.allow_private,
    )
    if config.tls == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            _hang_up(client)
            raise
    return client


def _log_in(client: IMAPClient, config: ImapConfig) -> None:
    password = config.password.get_secret_value()
    if config.user.isascii() and password.isascii():
        client.login(config.user, password)
    else:
        client.plain_login(config.user, password)


def _hang_up(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError):
        client.shutdown()


class ImapSession:
    """Reads folders without changing anything in them, not even the seen flag."""

    def __init__(self, client: IMAPClient, config: ImapConfig) -> None:
        self._client = client
        self._config = config
        # Asked for after the login: Dovecot does not offer CONDSTORE before it.
        self._condstore = bool({b"CONDSTORE", b"QRESYNC"} & set(client.capabilities()))

    def folders(self) -> tuple[str, ...]:
        """The folders to read: those configured, or INBOX and the folder of sent mail.

        Raises:
            ConfigError: a configured folder does not exist.
        """
        if not self._config.folders:
            sent = self._client.find_special_folder(_SENT)
            return ("INBOX", sent) if sent and sent.upper() != "INBOX" else ("INBOX",)
        known = {name.upper(): name for _, _, name in self._client.list_folders()}
        missing = [name for name in self._config.folders if name.upper() not in known]
        if missing:
            raise ConfigError(
                f"The mailbox has no folder {missing[0]!r}.",
                hint=f"It has: {', '.join(sorted(known.values())[:20])}.",
            )
        return tuple(known[name.upper()] for name in self._config.folders)

    def status(self, folder: str) -> FolderStatus:
        """The folder's state, without opening it."""
        items = ["UIDVALIDITY", "UIDNEXT"] + (["HIGHESTMODSEQ"] if self._condstore else [])
        found = self._client.folder_status(folder, items)
        modseq = found.get(b"HIGHESTMODSEQ")
        return FolderStatus(
            int(found[b"UIDVALIDITY"]),
            int(found.get(b"UIDNEXT", 0)),
            int(modseq) if modseq else None,
        )

    def open(self, folder: str) -> int:
        """Select the folder for reading only and give its UIDVALIDITY."""
        return int(self._client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above `uid` in the open folder, ascending."""
        criteria: list[Any] = ["UID", f"{uid + 1}:*"]
        if self._config.since:
            criteria += ["SINCE", self._config.since]
        # `n:*` gives the last mail even where its UID is below n (RFC 3501 6.4.8).
        return sorted(found for found in self._client.search(criteria) if found > uid)

    def first_since(self, day: date) -> int | None:
        """The lowest UID of the mails in the open folder received on that day or later, if any.

        The server's day may be another than ours (RFC 3501 6.4.4): one more is looked at.
        """
        found = self._client.search(["SINCE", day - timedelta(days=1)])
        return min(found, default=None)

    def mails(self, uids: Sequence[int]) -> Iterator[tuple[int, RawMail | None]]:
        """The mails of `uids` in the open folder, ascending; None for an unreadable one.

        A mail that was deleted meanwhile is left out.
        """
        answers = self._fetched(uids, ["RFC822.SIZE", "INTERNALDATE", _HEAD_ITEM])
        for uid in uids:
            if uid in answers:
                answer = answers[uid]
                yield uid, None if answer is None else self._completed(uid, _raw_mail(answer))

    def _fetched(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Any]:
        """The answers by UID; None for a mail that the server cannot give."""
        try:
            return dict(self._client.fetch(uids, items))
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            if len(uids) == 1:
                return {uids[0]: None}
        return {uid: found for one in uids for uid, found in self._fetched([one], items).items()}

    def _completed(self, uid: int, raw: RawMail) -> RawMail:
        if not raw.is_cut:
            return raw
        if not raw.has_whole_header:
            header = self._piece(uid, f"[HEADER]<0.{LONGEST_HEADER}>")
            raw = RawMail(raw.size, raw.received, header or raw.head)
        if mail_text(raw):
            return raw
        return RawMail(raw.size, raw.received, raw.head, self._text_part(uid))

    def _text_part(self, uid: int) -> bytes:
        """The MIME header and the start of the text part, b"" if there is none."""
        answer = self._fetched([uid], ["BODYSTRUCTURE"]).get(uid) or {}
        section = text_section(answer.get(b"BODYSTRUCTURE"))
        if not section:
            return b""
        header = self._piece(uid, f"[{section}.MIME]")
        return header.rstrip() + b"\r\n\r\n" + self._piece(uid, f"[{section}]<0.{HEAD}>")

    def _piece(self, uid: int, section: str) -> bytes:
        answer = self._fetched([uid], [f"BODY.PEEK{section}"]).get(uid) or {}
        return next((v for k, v in answer.items() if k.startswith(b"BODY[") and v), b"")


def _raw_mail(answer: Mapping[bytes, Any]) -> RawMail:
    received = answer.get(b"INTERNALDATE")
    head = next((v for k, v in answer.items() if k.startswith(b"BODY[")), None) or b""
    return RawMail(
        int(answer.get(b"RFC822.SIZE") or len(head)),
        received if isinstance(received, datetime) else datetime(1970, 1, 1, tzinfo=UTC),
        head,
    )
