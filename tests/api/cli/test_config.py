"""Settings given as words: what a person types is what the connector gets."""

from typing import Any

import pytest

from api.cli.config import flat, read_config
from connectors.builtin.imap.config import ImapConfig

MAILBOX = {"host": "imap.example.jp", "user": "me@example.jp"}


@pytest.mark.parametrize("password", ["12345678", "0123", "1e9", "true", "no", "null", "a: b", "~"])
def test_a_password_stays_as_it_is_typed(password: str) -> None:
    given = read_config(None, [f"password={password}"], [])
    config = ImapConfig.model_validate({**MAILBOX, **given})
    assert config.password.get_secret_value() == password


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("port=993", "port", 993),
        ("allow_private=false", "allow_private", False),
        ("folders=[INBOX, Sent]", "folders", ("INBOX", "Sent")),
    ],
)
def test_numbers_switches_and_lists_are_understood(words: str, field: str, value: Any) -> None:
    given = read_config(None, [words], [])
    config = ImapConfig.model_validate({**MAILBOX, "password": "x", **given})
    assert getattr(config, field) == value


def test_settings_are_shown_by_the_keys_they_are_set_by() -> None:
    words = ["host=erp.example.jp", "tls.verify=true", "tls.names.first=erp"]
    assert [f"{key}={value}" for key, value in flat(read_config(None, words, [])).items()] == words
