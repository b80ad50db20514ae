"""Whose TLS certificates are believed: the public authorities, or those of a file."""

from functools import cache
from pathlib import Path
from ssl import SSLContext, create_default_context

import httpx

from daifuku.errors import ConfigError


def trusted(ca_file: Path | None = None) -> SSLContext:
    """A context that verifies certificate and host name, as every connection must.

    Raises:
        ConfigError: `ca_file` cannot be read, or holds no certificate.
    """
    if ca_file is None:
        return _public()
    try:
        return create_default_context(cafile=str(ca_file))
    except OSError:  # an SSLError is one
        raise ConfigError(
            "The file of certificates to trust (ca_file) cannot be used.",
            hint="It must be readable by this process and hold certificates in PEM.",
        ) from None


@cache
def _public() -> SSLContext:
    """Read once: that takes some 25 ms, more than most requests."""
    return httpx.create_ssl_context(trust_env=False)
