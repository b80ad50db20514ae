"""Which addresses a connector may reach, and sockets that lead nowhere else.

A host's name is resolved once for each connection. All its addresses must be allowed, and the
connection goes to one of those addresses, never to the name: an answer of the name service that
changes between the look and the connection (DNS rebinding) finds nothing to change.
"""

import ipaddress
import socket
import time
from collections.abc import Sequence

from daifuku.errors import ConfigError, TransientError

_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "169.254.0.0/16",
            "fe80::/10",
            "fd00:ec2::/32",
            "fd20:ce::254/128",
            "100.100.100.200/32",
            "168.63.129.16/32",
        ),
    )
)
"""Link-local networks and the hosts at which clouds serve their machines' credentials."""

_RELAYS = tuple(map(ipaddress.ip_network, ("192.88.99.0/24", "64:ff9b:1::/48", "2002::/16")))
"""Networks that lead on to an IPv4 address which only the network knows (RFC 7526, 8215, 3056)."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 see them (RFC 6052): judged by what they stand for."""


def allowed(address: str, *, allow_private: bool) -> bool:
    """Whether a connector may talk to this IP address; `allow_private` admits inner networks."""
    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_multicast or ip.is_unspecified or any(ip in network for network in _NEVER):
        return False
    if allow_private:
        return True
    inner = not ip.is_global or ip.is_reserved
    if isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local:
        return False
    return not inner and not any(ip in network for network in _RELAYS)


def resolved(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Every address of `host`, in the order to be tried; each is allowed.

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
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    for address in addresses:
        if not allowed(address, allow_private=allow_private):
            raise _refused(host)
    return addresses


def vet_host(host: str, port: int, *, allow_private: bool) -> None:
    """Return if every address of `host` is allowed; raises as `resolved` does."""
    resolved(host, port, allow_private=allow_private)


def vet_literal(host: str, *, allow_private: bool) -> None:
    """Return if `host` is a name, or an allowed address however it is written.

    This is all that can be known of a host which a proxy resolves.

    Raises:
        ConfigError: it is an address, or a name of this machine, that is not allowed.
    """
    name = host.rstrip(".").lower()
    if not allow_private and (name == "localhost" or name.endswith(".localhost")):
        raise _refused(host)
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return
    for *_, address in found:
        if not allowed(str(address[0]), allow_private=allow_private):
            raise _refused(host)


def connect(
    host: str,
    port: int,
    *,
    allow_private: bool,
    timeout: float | None,
    source_address: tuple[str, int] | None = None,
) -> socket.socket:
    """A TCP connection to `host`, whose addresses are vetted and then tried in turn.

    Raises:
        ConfigError, TransientError: as `resolved`.
        OSError: none of the addresses takes the connection; TimeoutError where `timeout` seconds
            are over.
    """
    return _first(resolved(host, port, allow_private=allow_private), port, timeout, source_address)


def _first(
    addresses: Sequence[str],
    port: int,
    timeout: float | None,
    source_address: tuple[str, int] | None,
) -> socket.socket:
    deadline = None if timeout is None else time.monotonic() + timeout
    failure: OSError = ConnectionError("no address")
    for address in addresses:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError("timed out")
        try:
            return socket.create_connection((address, port), left, source_address)
        except OSError as error:
            failure = error
    raise failure


def _meant(ip: _Ip) -> _Ip:
    """The IPv4 address that an IPv6 address stands for, where it says so; else itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    return ipaddress.IPv4Address(ip.packed[12:]) if ip in _NAT64 else ip


def _refused(host: str) -> ConfigError:
    return ConfigError(
        f"The host {host} is inside a network that this source may not reach.",
        hint="Allow private addresses in the source's settings if that is intended.",
    )
