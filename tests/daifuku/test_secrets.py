"""Secrets at rest: encrypted per field, bound to their place, never shown."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from daifuku.errors import SettingsError
from daifuku.secrets import SecretBox, key_ids, load_box, masked, plain_secrets
from daifuku.settings import Settings

CONFIG = {
    "host": "mail.example.com",
    "password": SecretStr("planted-pässword"),
    "oauth": {"client_id": "x", "client_secret": SecretStr("planted-client")},
    "forms": [{"name": "contact", "key": SecretStr("planted-form")}],
}
OPENED = {
    "host": "mail.example.com",
    "password": "planted-pässword",
    "oauth": {"client_id": "x", "client_secret": "planted-client"},
    "forms": [{"name": "contact", "key": "planted-form"}],
}


@pytest.fixture
def box() -> SecretBox:
    return SecretBox("a key of the tests")


def test_a_sealed_config_opens_again_and_holds_no_secret_meanwhile(box: SecretBox) -> None:
    stored = orjson.dumps(box.seal(CONFIG, source="mail"))

    assert b"planted" not in stored
    assert box.open(orjson.loads(stored), source="mail") == OPENED


def test_a_secret_moved_to_another_source_or_field_does_not_decrypt(box: SecretBox) -> None:
    sealed = box.seal(CONFIG, source="mail")

    with pytest.raises(SettingsError, match="password of source other"):
        box.open(sealed, source="other")
    with pytest.raises(SettingsError, match="host"):
        box.open({"host": sealed["password"]}, source="mail")


def test_another_key_is_told_apart_by_its_id(box: SecretBox) -> None:
    sealed = box.seal(CONFIG, source="mail")

    with pytest.raises(SettingsError, match=f"stored with key {box.key_id}"):
        SecretBox("quite another key").open(sealed, source="mail")


def test_showing_a_config_masks_its_secrets(box: SecretBox) -> None:
    shown = masked(box.seal(CONFIG, source="mail"))

    assert shown["host"] == "mail.example.com"
    assert shown["password"] == shown["oauth"]["client_secret"] == "********"
    assert shown["forms"] == [{"name": "contact", "key": "********"}]


def test_the_plain_values_are_found_for_a_redactor() -> None:
    assert plain_secrets(CONFIG) == ["planted-pässword", "planted-client", "planted-form"]


def test_a_key_is_made_once_even_by_processes_that_race(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: load_box(settings).key_id, range(8)))

    assert len(ids) == 1
    assert os.listdir(settings.home) == ["secret.key"]
    assert (settings.home / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_short_key_is_refused_with_advice() -> None:
    with pytest.raises(SettingsError, match="openssl rand"):
        load_box(Settings(secret_key=SecretStr("short")))


def test_old_keys_open_what_they_sealed(tmp_path: Path) -> None:
    first, second, third = ("0" * 16, "1" * 16, "2" * 16)
    before = [SecretBox(key).seal(CONFIG, source="mail") for key in (first, second)]
    old = SecretStr(f" {first},\n{second} ")
    settings = Settings(home=tmp_path, secret_key=SecretStr(third), secret_keys_old=old)
    box = load_box(settings)
    assert [box.open(config, source="mail") for config in before] == [OPENED, OPENED]
    assert key_ids(box.seal(CONFIG, source="mail")) == [SecretBox(third).key_id] * 3
    without = load_box(Settings(home=tmp_path, secret_key=SecretStr(third)))
    with pytest.raises(SettingsError, match="DAIFUKU_SECRET_KEYS_OLD"):
        without.open(before[0], source="mail")


def test_the_key_file_opens_what_was_sealed_before_there_was_a_key(tmp_path: Path) -> None:
    before = load_box(Settings(home=tmp_path)).seal(CONFIG, source="mail")
    now = load_box(Settings(home=tmp_path, secret_key=SecretStr("0123456789abcdef")))
    assert now.open(before, source="mail") == OPENED
    assert key_ids(now.resealed(before, source="mail")) == [now.key_id] * 3
    assert (
        key_ids(now.resealed(now.resealed(before, source="mail"), source="mail"))
        == [now.key_id] * 3
    )
