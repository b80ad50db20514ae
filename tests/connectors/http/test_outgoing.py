"""Outgoing traffic keeps to vetted addresses, verified certificates and the source's own proxy.

Every law holds for connectors on HttpSource (httpx) and for manifests (requests) alike.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.http import HttpSource
from connectors.manifest.bounds import Bounds
from connectors.manifest.quiet import undisturbed
from connectors.outgoing import Outgoing
from daifuku.errors import ConfigError, SourceError, TransientError
from tests.support.forward_proxy import ForwardProxy
from tests.support.tls import self_signed, speak_tls

with undisturbed():
    from connectors.manifest.transport import GuardedSession

HOST = "erp.example.com"
Ask = Callable[[str, Outgoing], Any]


def by_http_source(url: str, outgoing: Outgoing) -> Any:
    with HttpSource(url, outgoing=outgoing) as source:
        return source.get_json("/things")


def by_manifest_session(url: str, outgoing: Outgoing) -> Any:
    with GuardedSession(Bounds.of(outgoing)) as session:
        return session.get(f"{url}/things").json()


@pytest.fixture(params=[by_http_source, by_manifest_session])
def ask(request: pytest.FixtureRequest) -> Ask:
    chosen: Ask = request.param
    return chosen


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.hosts: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    """Says `[]` and closes the connection."""

    server: Server

    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])
        body = json.dumps([]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield from serving(running)


def serving(running: Server) -> Iterator[Server]:
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()


class Secured(Server):
    """An HTTPS server with a certificate for `HOST`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.certificate = self_signed(folder, HOST)
        self.asked = speak_tls(self, self.certificate)


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Secured]:
    with Secured(tmp_path) as running:
        for _ in serving(running):
            yield running


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name service: hosts with their addresses in turn, the last one for ever."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look(host: Any, *rest: Any, **more: Any) -> Any:
        addresses = known.get(host)
        if not addresses:
            return real(host, *rest, **{**more, "flags": socket.AI_NUMERICHOST})
        return real(addresses.pop(0) if len(addresses) > 1 else addresses[0], *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return known


def near(**more: Any) -> Outgoing:
    return Outgoing(allow_private=True, tries=1, timeout=5, **more)


# Addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "127.1", "[::ffff:127.0.0.1]"])
def test_inner_networks_are_closed_unless_allowed(ask: Ask, server: Server, host: str) -> None:
    with pytest.raises(ConfigError, match="may not reach"):
        ask(f"http://{host}:{server.port}", Outgoing(tries=1))
    assert server.hosts == []


def test_a_machines_credentials_are_never_reached(ask: Ask) -> None:
    with pytest.raises(ConfigError, match="may not reach"):
        ask("http://169.254.169.254/latest/meta-data", near())


def test_the_host_keeps_its_name(ask: Ask, server: Server, names: dict[str, list[str]]) -> None:
    names[HOST] = ["127.0.0.1"]
    assert ask(f"http://{HOST}:{server.port}", near()) == []
    assert server.hosts == [f"{HOST}:{server.port}"]


def test_each_connection_is_vetted_again(server: Server, names: dict[str, list[str]]) -> None:
    names[HOST] = ["127.0.0.1", "169.254.169.254"]
    with HttpSource(f"http://{HOST}:{server.port}", outgoing=near()) as source:
        assert source.get_json("/things") == []
        with pytest.raises(ConfigError, match="may not reach"):
            source.get_json("/things")
    assert len(server.hosts) == 1


def test_each_connection_of_a_manifest_is_vetted_again(
    server: Server, names: dict[str, list[str]]
) -> None:
    names[HOST] = ["127.0.0.1", "169.254.169.254"]
    with GuardedSession(Bounds.of(near())) as session:
        assert session.get(f"http://{HOST}:{server.port}/things").json() == []
        with pytest.raises(ConfigError, match="may not reach"):
            session.get(f"http://{HOST}:{server.port}/things")
    assert len(server.hosts) == 1


def test_a_host_that_does_not_exist(ask: Ask, names: dict[str, list[str]]) -> None:
    assert names == {}
    with pytest.raises(ConfigError, match="does not exist"):
        ask("http://no-such-host.example.com", near())


def test_nobody_listens(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(TransientError, match="cannot be reached"):
        ask(url, near())


# Certificates


def test_a_certificate_is_verified(ask: Ask, secured: Secured, names: dict[str, list[str]]) -> None:
    names[HOST] = ["127.0.0.1"]
    with pytest.raises(ConfigError, match="certificate of https://erp"):
        ask(f"https://{HOST}:{secured.port}", near())
    assert secured.hosts == []


def test_certificates_of_ones_own_can_be_trusted(
    ask: Ask, secured: Secured, names: dict[str, list[str]]
) -> None:
    names[HOST] = ["127.0.0.1"]
    own = near(ca_file=secured.certificate)
    assert ask(f"https://{HOST}:{secured.port}", own) == []
    assert secured.asked == [HOST]
    assert secured.hosts == [f"{HOST}:{secured.port}"]


def test_a_certificate_is_for_the_name_and_not_for_the_address(
    ask: Ask, secured: Secured, names: dict[str, list[str]]
) -> None:
    names["other.example.com"] = ["127.0.0.1"]
    with pytest.raises(ConfigError, match="certificate"):
        ask(f"https://other.example.com:{secured.port}", near(ca_file=secured.certificate))


def test_a_file_without_certificates_is_refused(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ca_file"):
        ask("https://127.0.0.1", near(ca_file=tmp_path / "none.pem"))


# Proxies


def by_way_of(proxy: ForwardProxy, **more: Any) -> Outgoing:
    address = proxy.url.replace("http://", "http://someone:planted-pass@")
    return near(proxy=SecretStr(address), **more)


def test_a_proxy_resolves_the_name(ask: Ask, server: Server, names: dict[str, list[str]]) -> None:
    with ForwardProxy() as proxy:
        assert ask(f"http://{HOST}:{server.port}", by_way_of(proxy)) == []
    assert names == {}
    assert proxy.asked == [f"http://{HOST}:{server.port}/things"]
    assert proxy.authorizations == ["Basic c29tZW9uZTpwbGFudGVkLXBhc3M="]


def test_a_proxy_carries_tls_to_its_end(ask: Ask, secured: Secured) -> None:
    with ForwardProxy() as proxy:
        own = by_way_of(proxy, ca_file=secured.certificate)
        assert ask(f"https://{HOST}:{secured.port}", own) == []
        with pytest.raises(ConfigError, match="certificate"):
            ask(f"https://{HOST}:{secured.port}", by_way_of(proxy))
    assert proxy.asked[0] == f"{HOST}:{secured.port}"
    assert secured.asked[0] == HOST


def test_a_proxy_within_is_closed_unless_allowed(ask: Ask) -> None:
    with ForwardProxy() as proxy:
        outgoing = Outgoing(proxy=SecretStr(proxy.url), tries=1)
        with pytest.raises(ConfigError, match="may not reach"):
            ask(f"http://{HOST}", outgoing)
    assert proxy.asked == []


@pytest.mark.parametrize("host", ["169.254.169.254", "0xa9fea9fe", "[fd00:ec2::254]"])
def test_a_proxy_is_not_asked_for_a_machines_credentials(ask: Ask, host: str) -> None:
    with ForwardProxy() as proxy, pytest.raises(ConfigError, match="may not reach"):
        ask(f"http://{host}/latest", by_way_of(proxy))
    assert proxy.asked == []


def test_a_proxy_that_is_down_is_said_without_its_password(ask: Ask) -> None:
    with ForwardProxy() as proxy:
        down = by_way_of(proxy)
    with pytest.raises(SourceError) as caught:
        ask(f"http://{HOST}", down)
    assert isinstance(caught.value, TransientError)
    assert "planted-pass" not in str(caught.value)


def test_a_proxy_that_is_none_is_refused_and_not_shown(ask: Ask) -> None:
    with pytest.raises(ConfigError, match="proxy's address") as caught:
        ask(f"http://{HOST}", near(proxy=SecretStr("ftp://planted-pass@x")))
    assert "planted-pass" not in str(caught.value)


def test_the_environment_is_ignored(
    ask: Ask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    assert ask(f"http://127.0.0.1:{server.port}", near()) == []
