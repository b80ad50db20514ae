"""Logs leak nothing, whatever the path a secret takes into them."""

import io
import logging
import sys
from collections.abc import Iterator

import orjson
import pytest

from daifuku.logs import Redactor, configure_logs, get_logger, redactor, until_configured
from daifuku.settings import Settings


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    configure_logs(Settings(log_format="json"))
    yield sys.stderr  # type: ignore[misc]  # the buffer set above
    root.handlers[:] = before
    root.setLevel(level)
    until_configured()


@pytest.mark.parametrize("secret", ["word", "planted", "planted&more", "password=planted"])
def test_a_secret_that_overlaps_what_looks_like_one_hides_neither(secret: str) -> None:
    told = Redactor([secret]).text("GET /?password=planted&more and password=planted")
    assert "planted" not in told
    assert secret not in told


def test_text_around_secrets_stays() -> None:
    told = Redactor(["opensesame"]).text("opensesame, password=opensesame or opensesame!")
    assert told == "********, password=******** or ********!"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer planted-token-1",
        "GET https://user:planted@host/path",
        "https://host/?access_token=planted&page=2",
        "api_key=planted",
    ],
)
def test_what_looks_like_a_credential_is_masked_in_any_text(text: str) -> None:
    assert "planted" not in Redactor().text(text)


@pytest.mark.parametrize(
    "key", ["password", "Authorization", "client_secret", "x-api-key", "refresh_token", "cookie"]
)
def test_what_stands_under_a_secret_name_is_masked(key: str) -> None:
    assert Redactor().value({"headers": {key: "planted"}}) == {"headers": {key: "********"}}


def test_ordinary_names_keep_their_values() -> None:
    event = {"source": "mail", "token_count": 3, "keys": ["a"], "secretary": "x"}
    assert Redactor().value(event) == event


def test_a_registered_secret_is_masked_everywhere(lines: io.StringIO) -> None:
    redactor.add(["planted-secret"])
    log = get_logger("test")
    try:
        raise ValueError("cannot use planted-secret")
    except ValueError:
        log.exception("failed with planted-secret", url="http://h/planted-secret")
    logging.getLogger("library").warning("got %s", "planted-secret")

    written = lines.getvalue()
    assert "planted" not in written
    first, second = map(orjson.loads, written.splitlines())
    assert first["level"] == "error"
    assert "ValueError" in first["exception"]
    assert second["event"] == "got ********"


def test_before_logs_are_configured_nothing_reaches_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    get_logger("test").warning("early", password="planted")
    assert capsys.readouterr().out == ""
