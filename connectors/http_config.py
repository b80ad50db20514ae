"""What a user typed to reach a source, checked and turned into what the HTTP client takes."""

from collections.abc import Mapping

import httpx

from connectors.outgoing import Outgoing
from connectors.trust import trusted
from daifuku.errors import ConfigError


def plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, if they can be sent.

    Raises:
        ConfigError: a value has other characters than a header's; it is not shown.
    """
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise ConfigError(
                f"The value for the header {name} has characters that no header can carry.",
                hint="Enter the key or token again, without line breaks.",
            )
    return dict(headers)


def proxy_of(outgoing: Outgoing) -> httpx.Proxy | None:
    """The proxy in a source's settings.

    Raises:
        ConfigError: it is no http or https address; the message does not show it.
    """
    if outgoing.proxy is None:
        return None
    address = outgoing.proxy.get_secret_value()
    secured = trusted(outgoing.ca_file) if address.startswith("https:") else None
    try:
        found = httpx.Proxy(address, ssl_context=secured)
    except (httpx.InvalidURL, ValueError):
        found = None
    if found is None or found.url.scheme not in ("http", "https") or not found.url.host:
        raise ConfigError(
            "The proxy's address is not an http or https URL.",
            hint="Write it like http://user:password@proxy.example.com:3128.",
        )
    return found


def base_address(text: str) -> httpx.URL:
    """The address that a user typed.

    Raises:
        ConfigError: it is no http or https address.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError(
            "The source's address is not an http or https URL.",
            hint="Write it like https://erp.example.com.",
        )
    return url
