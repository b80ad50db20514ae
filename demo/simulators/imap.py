"""A mail server for the demo world and the tests: pymap, a real IMAP server, in its own process."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from imapclient import IMAPClient

_START_SECONDS = 30.0
_APPEND_AT_ONCE = 200
_RUN = "from pymap.main import main; main()"


@dataclass(slots=True)
class ImapServer:
    """An IMAP server on a free port of 127.0.0.1 while the `with` block lasts.

    `folders` are loaded before it is ready: RFC 822 messages, oldest first, by folder name.
    It lives in memory. `certificate` is a PEM file with key and certificate; without it there is
    no TLS, with it the server offers STARTTLS.
    """

    folders: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    user: str = "support@daifuku.example"
    password: str = "demo-password"  # noqa: S105 - the demo server holds made-up mail only
    certificate: Path | None = None
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _log: IO[bytes] = field(init=False, repr=False)

    host = "127.0.0.1"

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of an `imap` source that reads this mailbox."""
        return {
            "host": self.host,
            "port": self.port,
            "tls": "none",
            "user": self.user,
            "password": self.password,
            **more,
        }

    def append(
        self, folder: str, messages: Sequence[bytes], received: datetime | None = None
    ) -> None:
        """Put messages at the end of a folder, which is created if it is new."""
        with self.client() as client:
            if folder != "INBOX" and not client.folder_exists(folder):
                client.create_folder(folder)
            for start in range(0, len(messages), _APPEND_AT_ONCE):
                part = messages[start : start + _APPEND_AT_ONCE]
                client.multiappend(
                    folder, [{"msg": m, **({"date": received} if received else {})} for m in part]
                )

    def recreate(self, folder: str) -> None:
        """Delete the folder and create it empty, under another UIDVALIDITY."""
        with self.client() as client:
            client.delete_folder(folder)
            client.create_folder(folder)

    @contextlib.contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """A logged-in client."""
        with IMAPClient(self.host, self.port, ssl=False, timeout=60) as client:
            client.login(self.user, self.password)
            yield client

    def start(self) -> Self:
        with socket.socket() as probe:
            probe.bind((self.host, 0))
            self.port = probe.getsockname()[1]
        tls = ["--cert", str(self.certificate)] if self.certificate else ["--no-tls"]
        services = ["--no-service", "admin", "--no-service", "managesieve"]
        listen = ["--host", self.host, "--port", str(self.port), *tls]
        login = ["dict", "--demo-user", self.user, "--demo-password", self.password]
        # A file, not a pipe: nobody reads it while the server runs, and a full pipe would stop it.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
            [sys.executable, "-c", _RUN, *services, *listen, *login],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        try:
            self._wait_until_ready(self._process)
            for folder, messages in self.folders.items():
                self.append(folder, messages)
        except BaseException:
            self.stop()
            raise
        return self

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                self._log.seek(0)
                said = self._log.read().decode(errors="replace").strip()
                raise RuntimeError(f"The IMAP server did not start: {said[-500:]}")
            with contextlib.suppress(OSError):
                socket.create_connection((self.host, self.port), 0.2).close()
                return
            time.sleep(0.02)
        raise RuntimeError(f"The IMAP server did not start within {_START_SECONDS:.0f} s.")

    def stop(self) -> None:
        """End the server; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
