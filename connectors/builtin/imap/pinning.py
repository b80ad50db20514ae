"""An IMAP client whose connections go to vetted addresses only."""

import imaplib
import socket
import ssl
from typing import Any

from imapclient import IMAPClient

from connectors.network import connect


class PinnedClient(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """As `IMAPClient`, except that `allow_private` says which networks the host may be in.

    The certificate is verified for the host's name, whatever address that leads to.
    """

    def __init__(self, *args: Any, allow_private: bool, **more: Any) -> None:
        """Raises ConfigError or TransientError as `connectors.network.connect`, besides its own."""
        self._allow_private = allow_private
        super().__init__(*args, **more)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - a hook of the library
        context = self.ssl_context if self.ssl else None
        return _Connection(
            self.host,
            self.port,
            seconds=self._timeout.connect,
            allow_private=self._allow_private,
            context=context,
        )


class _Connection(imaplib.IMAP4):
    def __init__(
        self,
        host: str,
        port: int,
        *,
        seconds: float,
        allow_private: bool,
        context: ssl.SSLContext | None,
    ) -> None:
        self._seconds = seconds
        self._allow_private = allow_private
        self._context = context
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        del timeout
        plain = connect(
            self.host, self.port, allow_private=self._allow_private, timeout=self._seconds
        )
        if self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
