"""What a failing IMAP session means: settings to mend, or another try."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from connectors.builtin.imap.config import ImapConfig
from daifuku.errors import ConfigError, SourceError, TransientError

_BUSY = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "try again", "too many")
_REFUSED_HINT = (
    "Check user and password; where two-factor login is on, create an app password,"
    " and see that IMAP is switched on for the mailbox."
)


@contextmanager
def classed(config: ImapConfig) -> Iterator[None]:
    """Turn what the IMAP library and the socket raise within the block into source errors."""
    where = f"The mail server {config.host}:{config.reached_port}"
    try:
        yield
    except (IMAPClientError, OSError, UnicodeError) as error:
        raise _source_error(where, error) from None


def _source_error(where: str, error: Exception) -> SourceError:
    if isinstance(error, IMAPClientError):
        return _answered(where, error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigError(
            f"{where} shows a TLS certificate that is not valid.",
            hint="Check the host name; a certificate of your own must be trusted by this machine.",
        )
    if isinstance(error, ssl.SSLError):
        return ConfigError(
            f"{where} does not speak TLS that way.",
            hint="Port 993 goes with tls: ssl, port 143 with tls: starttls.",
        )
    no_such_host = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
    if no_such_host or isinstance(error, UnicodeError):
        return ConfigError(f"{where} does not exist.", hint="Check the host name.")
    says = "does not answer in time" if isinstance(error, TimeoutError) else "cannot be reached"
    return TransientError(f"{where} {says}.", hint="Check host, port, TLS mode and firewall.")


def _answered(where: str, error: IMAPClientError) -> SourceError:
    # The library reports a connection that broke during the login as a refused login.
    broken = isinstance(error, IMAPClientAbortError) or isinstance(
        error.__context__, IMAPClientAbortError
    )
    if isinstance(error, LoginError) and not broken:
        if any(word.lower() in str(error).lower() for word in _BUSY):
            return TransientError(f"{where} takes no login at the moment.")
        return ConfigError(f"{where} refuses the login.", hint=_REFUSED_HINT)
    return TransientError(f"The connection to {where.replace('The', 'the', 1)} broke.")
