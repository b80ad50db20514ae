"""Secrets at rest: AES-256-GCM per field, bound to the source and the field they belong to.

An encrypted value stands in the config where the plain one stood, as
`{"$secret": KEY_ID, "data": base64(nonce + ciphertext)}`. Moved to another field or source it
no longer decrypts.
"""

import base64
import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from daifuku.errors import SettingsError

MASK = "********"
_MARK = "$secret"
_NONCE_BYTES = 12
_PASSWORD_IN_ADDRESS = re.compile(r"\w+://[^\s/@:]*:[^\s/@]+@")


class KeySettings(Protocol):
    """The part of the settings that says where the key is."""

    @property
    def home(self) -> Path: ...
    @property
    def secret_key(self) -> SecretStr | None: ...
    @property
    def secret_keys_old(self) -> SecretStr | None: ...


class SecretBox:
    """Encrypts the secret fields of configs with one key; decrypts those of old keys, too.

    A key is any secret text of at least 16 characters; the AES key is derived from it. `key_id`
    is the current key's.
    """

    def __init__(self, key: str, old: Iterable[str] = ()) -> None:
        self.key_id, self._cipher = _cipher_of(key)
        self._ciphers = dict(map(_cipher_of, old)) | {self.key_id: self._cipher}

    def encrypt(self, value: str, *, source: str, field: str) -> dict[str, str]:
        """The value as it is stored; `source` and `field` say where it belongs."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, value.encode(), _bound(source, field))
        return {_MARK: self.key_id, "data": base64.b64encode(sealed).decode()}

    def decrypt(self, stored: Mapping[str, str], *, source: str, field: str) -> str:
        """The plain value.

        Raises:
            SettingsError: another key encrypted it, or it was moved or altered.
        """
        sealed = base64.b64decode(stored["data"])
        cipher = self._ciphers.get(stored[_MARK])
        try:
            if cipher is None:
                raise InvalidTag
            nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return cipher.decrypt(nonce, text, _bound(source, field)).decode()
        except InvalidTag:
            raise SettingsError(
                f"The secret {field} of source {source} cannot be decrypted: it was stored with "
                f"key {stored[_MARK]}, this process has key {', '.join(self._ciphers)}.",
                hint="Set DAIFUKU_SECRET_KEY (or DAIFUKU_HOME) as before, or name its key in "
                "DAIFUKU_SECRET_KEYS_OLD, or enter it again.",
            ) from None

    def seal(self, config: Any, *, source: str) -> Any:
        """A copy of a config in which each SecretStr, however deep, is encrypted."""
        return _walk(config, _is_secret, lambda value, field: self._seal(value, source, field))

    def open(
        self, config: Any, *, source: str, reveal: Callable[[str], None] = lambda _secret: None
    ) -> Any:
        """A copy of a stored config with each encrypted field in plain text.

        `reveal` is told each secret, so that it can be masked in logs.

        Raises:
            SettingsError: another key encrypted one of them, or it was moved or altered.
        """

        def opened(value: Mapping[str, str], field: str) -> str:
            secret = self.decrypt(value, source=source, field=field)
            reveal(secret)
            return secret

        return _walk(config, is_sealed, opened)

    def resealed(self, config: Any, *, source: str) -> Any:
        """A copy of a stored config in which each secret is encrypted with the current key.

        Raises:
            SettingsError: an unknown key encrypted one of them, or it was moved or altered.
        """

        def renewed(value: Mapping[str, str], field: str) -> Mapping[str, str]:
            secret = self.decrypt(value, source=source, field=field)
            if value[_MARK] == self.key_id:
                return value
            return self.encrypt(secret, source=source, field=field)

        return _walk(config, is_sealed, renewed)

    def knows(self, key_id: str) -> bool:
        """Whether it can decrypt what the key of that id encrypted."""
        return key_id in self._ciphers

    def _seal(self, value: SecretStr, source: str, field: str) -> dict[str, str]:
        return self.encrypt(value.get_secret_value(), source=source, field=field)


def masked(config: Any) -> Any:
    """A copy of a stored config fit to show: each encrypted field as asterisks."""
    return _walk(config, is_sealed, lambda _value, _field: MASK)


def key_ids(config: Any) -> list[str]:
    """The ids of the keys that the secrets in a stored config are encrypted with."""
    found: list[str] = []
    _walk(config, is_sealed, lambda value, _field: found.append(value[_MARK]))
    return found


def plain_secrets(config: Any) -> list[str]:
    """The plain values of every SecretStr in a config, for a redactor."""
    found: list[str] = []
    _walk(config, _is_secret, lambda value, _field: found.append(value.get_secret_value()))
    return found


def open_passwords(config: Any) -> list[str]:
    """The names of the fields of a sealed config that hold an address with a password in it."""
    found: list[str] = []
    _walk(config, _has_password, lambda _value, field: found.append(field))
    return found


def load_box(settings: KeySettings) -> SecretBox:
    """The box of this installation; makes and keeps a key the first time if none is set.

    Secrets that were encrypted with one of `secret_keys_old`, or with the key file before
    there was a `secret_key`, still open.

    Raises:
        SettingsError: a key is too short, or the key file cannot be made or read.
    """
    path = settings.home / "secret.key"
    named = settings.secret_keys_old
    old = re.split(r"[\s,]+", named.get_secret_value().strip(" ,\n")) if named else []
    if settings.secret_key is None:
        return SecretBox(_key_of_file(path), old)
    if path.exists():
        old.append(_key_of_file(path))
    return SecretBox(settings.secret_key.get_secret_value(), old)


def _cipher_of(key: str) -> tuple[str, AESGCM]:
    """The key's id and its cipher."""
    if len(key) < 16:
        raise SettingsError(
            "DAIFUKU_SECRET_KEY, or one of DAIFUKU_SECRET_KEYS_OLD, is too short to protect"
            " anything.",
            hint="Use at least 16 characters; `openssl rand -base64 32` makes a good one.",
        )
    derived = hashlib.blake2b(key.encode(), digest_size=32, person=b"daifuku-secrets").digest()
    name = hashlib.blake2b(derived, digest_size=6, person=b"daifuku-keyid").hexdigest()
    return name, AESGCM(derived)


def _key_of_file(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _publish(path, base64.b64encode(os.urandom(32)).decode())
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"The key file {path} cannot be used: {error.strerror}.",
            hint="Give this user the right to it, or set DAIFUKU_SECRET_KEY.",
        ) from error


def _publish(path: Path, key: str) -> None:
    """Put the file in place whole: of processes that race, one key wins and all read that."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _bound(source: str, field: str) -> bytes:
    return f"{source}|{field}".encode()


def _is_secret(value: Any) -> bool:
    return isinstance(value, SecretStr)


def is_sealed(value: Any) -> bool:
    """Whether a part of a stored config is an encrypted field."""
    return isinstance(value, Mapping) and _MARK in value


def _has_password(value: Any) -> bool:
    return isinstance(value, str) and _PASSWORD_IN_ADDRESS.search(value) is not None


def _walk(
    value: Any, found: Callable[[Any], bool], change: Callable[[Any, str], Any], path: str = ""
) -> Any:
    """A copy of `value` with `change(part, dotted path)` for each part that is `found`."""
    if found(value):
        return change(value, path)
    prefix = f"{path}." if path else ""
    if isinstance(value, Mapping):
        return {name: _walk(part, found, change, f"{prefix}{name}") for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(part, found, change, f"{prefix}{i}") for i, part in enumerate(value)]
    return value
