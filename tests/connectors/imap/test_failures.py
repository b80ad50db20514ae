"""What a user has to mend is said; what passes is tried again; the password is never shown."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from connectors import registry
from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.session import open_session
from daifuku.errors import ConfigError, SourceError, TransientError
from demo.simulators.imap import ImapServer
from tests.connectors.imap.proxy import wire_to
from tests.support.tls import self_signed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    path = self_signed(tmp_path_factory.mktemp("imap"), "127.0.0.1")
    with ImapServer(certificate=path) as running:
        yield running


def failure(settings: dict[str, Any]) -> SourceError:
    """The error of logging in with these settings; `check` says the same."""
    with pytest.raises(SourceError) as caught, open_session(ImapConfig.model_validate(settings)):
        pass
    result = registry.connect("imap", settings).check()
    assert not result.ok
    assert result.message == str(caught.value)
    return caught.value


def test_a_wrong_password(server: ImapServer) -> None:
    error = failure(server.config(password="planted-wrong-password"))
    assert isinstance(error, ConfigError)
    assert "app password" in str(error)
    assert "planted-wrong-password" not in str(error)


def test_a_password_beyond_ascii(server: ImapServer) -> None:
    error = failure(server.config(password="秘密planted"))
    assert isinstance(error, ConfigError)
    assert "planted" not in f"{error}{error!r}{error.__context__!r}"


def test_nobody_listens(server: ImapServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert isinstance(failure(server.config(port=port)), TransientError)


def test_tls_where_there_is_none(server: ImapServer) -> None:
    error = failure(server.config(tls="ssl"))
    assert isinstance(error, ConfigError)
    assert "starttls" in str(error)


def test_starttls_with_an_unknown_certificate(server: ImapServer) -> None:
    error = failure(server.config(tls="starttls"))
    assert isinstance(error, ConfigError)
    assert "certificate" in str(error)


def test_starttls_with_a_certificate_of_ones_own(server: ImapServer) -> None:
    settings = server.config(tls="starttls", ca_file=str(server.certificate))
    assert registry.connect("imap", settings).check().ok


def test_a_server_within_is_closed_where_that_is_not_allowed(server: ImapServer) -> None:
    error = failure(server.config(allow_private=False))
    assert isinstance(error, ConfigError)
    assert "may not reach" in str(error)


def test_a_server_that_hangs_up_during_the_login_is_tried_again(server: ImapServer) -> None:
    with wire_to(server.port) as wire:
        wire.cut_after = 150
        assert isinstance(failure(server.config(port=wire.port)), TransientError)


def test_a_server_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = ImapServer(port=silent.getsockname()[1]).config(timeout=0.2)
        error = failure(settings)
    assert isinstance(error, TransientError)
    assert "in time" in str(error)


def test_a_host_name_that_is_none() -> None:
    assert isinstance(failure(ImapServer(port=1).config(host="a..b")), ConfigError)
