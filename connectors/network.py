"""Which addresses a connector may reach: the guard for hosts that a user typed."""

import ipaddress
import socket

from daifuku.errors import ConfigError, TransientError

_NEVER = (
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("fd00:ec2::/32"),
)
"""Link-local networks, where clouds serve their machines' credentials."""

_EMBEDDING = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),
)
"""IPv6 networks that carry an IPv4 address inside (RFC 6052, 8215, 3056)."""


def allowed(address: str, *, allow_private: bool) -> bool:
    """Whether a connector may talk to this IP address; `allow_private` admits inner networks."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_multicast or ip.is_unspecified or any(ip in network for network in _NEVER):
        return False
    if allow_private:
        return True
    return ip.is_global and not any(ip in network for network in _EMBEDDING)


def vet_host(host: str, port: int, *, allow_private: bool) -> None:
    """Return if every address of `host` is allowed.

    Raises:
        ConfigError: the host does not exist, or has an address that is not allowed.
        TransientError: the name cannot be resolved now.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise TransientError(f"The name of the host {host} cannot be resolved now.") from None
        raise ConfigError(
            f"The host {host} does not exist.", hint="Check the source's address."
        ) from None
    except (UnicodeError, OverflowError):
        raise ConfigError("The source's address is not valid.", hint="Check it.") from None
    for *_, address in found:
        if not allowed(str(address[0]), allow_private=allow_private):
            raise ConfigError(
                f"The host {host} is inside a network that this source may not reach.",
                hint="Allow private addresses in the source's settings if that is intended.",
            )
