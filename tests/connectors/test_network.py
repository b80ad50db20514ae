"""Which addresses a connector may reach."""

import socket
from typing import Any

import pytest

from connectors.network import allowed, connect, resolved, vet_host, vet_literal
from daifuku.errors import ConfigError, TransientError


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1%eth0",
        "::ffff:0:0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
    ],
)
def test_some_addresses_are_never_allowed(address: str) -> None:
    assert not allowed(address, allow_private=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "100.64.0.1",
        "fc00::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
    ],
)
def test_inner_addresses_are_allowed_on_demand(address: str) -> None:
    assert allowed(address, allow_private=True)
    assert not allowed(address, allow_private=False)


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::7f00:1", "2002:7f00:1::", "64:ff9b:1::1", "192.88.99.1", "::7f00:1", "240.0.0.1"],
)
def test_an_address_inside_an_address_is_not_public(address: str) -> None:
    assert not allowed(address, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::93.184.216.34"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert allowed(address, allow_private=False)


EVERY_LOOPBACK = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "0",
    "::1",
    "::ffff:127.0.0.1",
]


@pytest.mark.parametrize("host", EVERY_LOOPBACK)
def test_every_way_to_write_loopback_is_seen_through(host: str) -> None:
    with pytest.raises(ConfigError, match="inside a network"):
        vet_host(host, 80, allow_private=False)


@pytest.mark.parametrize("host", [*EVERY_LOOPBACK, "crm.localhost", "localhost."])
def test_behind_a_proxy_loopback_is_seen_through_too(host: str) -> None:
    with pytest.raises(ConfigError, match="inside a network"):
        vet_literal(host, allow_private=False)


def test_behind_a_proxy_a_name_is_the_proxys_to_resolve() -> None:
    vet_literal("erp.example.com", allow_private=False)
    vet_literal("localhost", allow_private=True)
    with pytest.raises(ConfigError, match="inside a network"):
        vet_literal("169.254.169.254", allow_private=True)


class Names:
    """A name service that gives its answers in turn, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in found
        ]


def test_one_bad_address_among_good_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["93.184.216.34", "10.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with pytest.raises(ConfigError, match=r"erp\.example\.com is inside a network"):
        resolved("erp.example.com", 443, allow_private=False)


def test_the_address_vetted_is_the_address_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads inside from the second look on (DNS rebinding) is looked at once."""
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    reached: list[Any] = []

    def create_connection(address: Any, *_: Any) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    with pytest.raises(ConnectionRefusedError):
        connect("rebind.example.com", 443, allow_private=False, timeout=1)
    assert reached == [("93.184.216.34", 443)]
    assert names.asked == 1


def test_addresses_are_tried_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(socket, "getaddrinfo", Names(["::1", "127.0.0.1"]))
        with connect("erp.example.com", port, allow_private=True, timeout=5) as found:
            assert found.getpeername() == ("127.0.0.1", port)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(socket.EAI_AGAIN, TransientError), (socket.EAI_NONAME, ConfigError)],
)
def test_a_name_that_does_not_resolve(
    monkeypatch: pytest.MonkeyPatch, code: int, kind: type[Exception]
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(code, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(kind, match=r"erp\.example\.com"):
        resolved("erp.example.com", 443, allow_private=False)
