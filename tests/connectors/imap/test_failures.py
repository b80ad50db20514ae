"""What a user has to mend is said; what passes is tried again; the password is never shown."""

import datetime
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors import registry
from connectors.builtin.imap.config import ImapConfig
from connectors.builtin.imap.session import open_session
from daifuku.errors import ConfigError, SourceError, TransientError
from demo.simulators.imap import ImapServer
from tests.connectors.imap.proxy import wire_to


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    path = self_signed(tmp_path_factory.mktemp("imap"))
    with ImapServer(certificate=path) as running:
        yield running


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "imap.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


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


def test_starttls_with_a_certificate_taken_as_it_is(server: ImapServer) -> None:
    assert registry.connect("imap", server.config(tls="starttls", verify_tls=False)).check().ok


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
