"""Which addresses a connector may reach."""

import pytest

from connectors.network import allowed, vet_host
from daifuku.errors import ConfigError


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1%eth0", "::ffff:0:0", "::", "224.0.0.1", "::ffff:169.254.169.254"],
)
def test_some_addresses_are_never_allowed(address: str) -> None:
    assert not allowed(address, allow_private=True)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "fc00::1", "::ffff:127.0.0.1"],
)
def test_inner_addresses_are_allowed_on_demand(address: str) -> None:
    assert allowed(address, allow_private=True)
    assert not allowed(address, allow_private=False)


@pytest.mark.parametrize("address", ["64:ff9b::7f00:1", "2002:7f00:1::", "64:ff9b:1::1"])
def test_an_address_inside_an_address_is_not_public(address: str) -> None:
    assert not allowed(address, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert allowed(address, allow_private=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "127.1", "0x7f.1"])
def test_every_way_to_write_loopback_is_seen_through(host: str) -> None:
    with pytest.raises(ConfigError, match="inside a network"):
        vet_host(host, 80, allow_private=False)
