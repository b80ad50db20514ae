"""Tokens are renewed in time, told before they are used, and their refusals are told apart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from connectors.http import HttpSource
from connectors.oauth import OAuth2, Tokens
from connectors.protocol import ConfigUpdate
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    SourceError,
    TransientError,
)
from demo.simulators.faults import Fault, html, reset, status, truncated
from tests.contract.reading import leaks
from tests.support.signed import BY_ITSELF, BY_OWNER, SECRET, Config, Members


@pytest.fixture
def members() -> Iterator[Members]:
    with Members() as running:
        yield running


def settings(members: Members, **more: Any) -> Config:
    fields = members.config(token_url=f"{members.url}/token", **more)
    return Config.model_validate(fields)


def tokens(members: Members, flow: OAuth2 = BY_OWNER, **more: Any) -> Tokens:
    return Tokens(flow, settings(members, **more))


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def admitted(members: Members, held: Tokens) -> bool:
    with HttpSource(members.url, auth=held.auth(), outgoing=settings(members)) as http:
        return len(http.get_json("/customers")) == 1


def test_tokens_are_told_before_they_are_used(members: Members) -> None:
    held = tokens(members, refresh_token=members.sign_in())
    reading = held.renewed()
    update = next(reading)
    assert set(update.fields) == {"access_token", "access_token_expires_at", "refresh_token"}
    with pytest.raises(AuthExpiredError):
        _ = held.bearer
    assert next(reading, None) is None
    assert held.bearer == update.fields["access_token"]
    assert admitted(members, held)


def test_what_was_told_serves_the_next_run(members: Members) -> None:
    [update] = tokens(members, refresh_token=members.sign_in()).renewed()
    later = tokens(members, **update.fields)
    assert list(later.renewed()) == []
    assert admitted(members, later)


@pytest.mark.parametrize(("seconds", "renewals"), [(61, 0), (59, 1), (-1, 1)])
def test_a_token_is_renewed_a_minute_before_it_expires(
    members: Members, seconds: float, renewals: int
) -> None:
    held = tokens(
        members,
        access_token="old",
        access_token_expires_at=in_seconds(seconds),
        refresh_token=members.sign_in(),
    )
    assert len(list(held.renewed())) == renewals


def test_a_token_without_an_end_is_good_for_ever(members: Members) -> None:
    assert list(tokens(members, access_token="eternal").renewed()) == []


def test_a_rotated_refresh_token_replaces_the_one_before(members: Members) -> None:
    members.lifetime = 1.0
    held = tokens(members, refresh_token=members.sign_in())
    updates = [update for _ in range(3) for update in held.renewed()]
    assert len({update.fields["refresh_token"] for update in updates}) == 3


def test_a_client_is_let_in_by_itself(members: Members) -> None:
    held = tokens(members, BY_ITSELF)
    [update] = held.renewed()
    assert "refresh_token" not in update.fields
    assert members.grants == ["client_credentials"]
    assert admitted(members, held)


def test_a_clients_secret_may_go_as_basic(members: Members) -> None:
    members.client_secret = "sec ret/:+%"
    flow = OAuth2(authorize_url=None, token_url="x", client_auth="basic")
    held = tokens(members, flow, client_secret=members.client_secret)
    assert len(list(held.renewed())) == 1
    assert b"sec" not in members.requests[-1].body


def test_the_address_may_hold_settings(members: Members) -> None:
    flow = OAuth2(authorize_url=None, token_url="{site}/token")
    held = Tokens(flow, Config.model_validate(members.config()))
    assert len(list(held.renewed())) == 1
    lacking = OAuth2(authorize_url=None, token_url="https://{tenant}/token")
    with pytest.raises(ConfigError, match="tenant"):
        list(Tokens(lacking, Config.model_validate(members.config())).renewed())


def refusal(members: Members, **more: Any) -> SourceError:
    held = tokens(members, **{"refresh_token": members.sign_in(), **more})
    with pytest.raises(SourceError) as caught:
        list(held.renewed())
    planted = [SECRET, "planted-description", str(more.get("refresh_token", SECRET))]
    assert not leaks([caught.value, caught.value.__cause__], planted)
    return caught.value


def test_nobody_has_signed_in(members: Members) -> None:
    with pytest.raises(AuthExpiredError, match="daifuku source authorize NAME"):
        list(tokens(members).renewed())


def test_a_refresh_token_that_is_used_up_asks_to_sign_in_again(members: Members) -> None:
    error = refusal(members, refresh_token="planted-used-up")
    assert isinstance(error, AuthExpiredError)
    assert "daifuku source authorize" in error.hint


def test_a_client_that_is_refused_is_a_wrong_setting(members: Members) -> None:
    members.client_secret = "another"
    error = refusal(members)
    assert isinstance(error, ConfigError)
    assert "client_secret" in error.hint


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(500), TransientError),
        (status(503), TransientError),
        (status(429, retry_after=9), RateLimitedError),
        (status(404), ConfigError),
        (status(302), ConfigError),
        (status(400, body=b'{"error":"temporarily_unavailable"}'), TransientError),
        (status(400, body=b'{"error":"invalid_scope"}'), ConfigError),
        (status(400, body=b'{"error":{"code":190}}'), AuthExpiredError),
        (status(400, body=b"<html>"), AuthExpiredError),
        (Fault(status=200, body=b'{"error":"invalid_grant"}'), AuthExpiredError),
        (Fault(status=200, body=b"{}"), TransientError),
        (Fault(status=200, body=b"[]"), TransientError),
        (html(), TransientError),
        (truncated(), TransientError),
        (reset(), TransientError),
    ],
)
def test_each_refusal_has_its_cure(members: Members, fault: Fault, kind: type[SourceError]) -> None:
    members.fail("/token", fault, times=9)
    assert type(refusal(members)) is kind


def test_nothing_shows_a_token(members: Members) -> None:
    refresh = members.sign_in()
    held = tokens(members, refresh_token=refresh)
    [update] = held.renewed()
    assert isinstance(update, ConfigUpdate)
    shown = [held, update, settings(members, refresh_token=refresh), held.auth()]
    assert not leaks(shown, [refresh, SECRET, *map(str, update.fields.values())])


def test_a_token_goes_to_no_other_host(members: Members) -> None:
    with Members() as other:
        held = tokens(members, access_token="planted")
        http = HttpSource(members.url, auth=held.auth(), outgoing=settings(members))
        with http, pytest.raises(ConfigError, match="another host"):
            http.get_json(f"{other.url}/customers")
        assert not other.requests


def test_the_hubs_own_renewal_is_asked_and_nothing_is_told(members: Members) -> None:
    config = settings(members, refresh_token=members.sign_in())
    asked: list[Config] = []

    def renewal(ask: Any) -> Any:
        asked.append(config)
        return ask(config)

    config.renewed_by(renewal)
    held = Tokens(BY_OWNER, config)
    request = httpx.Request("GET", members.url)
    next(held.auth().sync_auth_flow(request))
    assert request.headers["authorization"] == f"Bearer {held.bearer}"
    assert list(held.renewed()) == []
    assert len(asked) == 1


def test_a_secret_is_no_part_of_an_address() -> None:
    flow = OAuth2(authorize_url=None, token_url="https://x.example/{client_secret}")
    config = Config(site="x", client_id="c", client_secret=SecretStr(SECRET))
    with pytest.raises(ConfigError, match="client_secret") as caught:
        list(Tokens(flow, config).renewed())
    assert SECRET not in str(caught.value)


def test_secrets_are_sent_over_tls_unless_the_source_is_within(members: Members) -> None:
    held = tokens(members, refresh_token="planted", allow_private=False)
    with pytest.raises(ConfigError, match="not https"):
        list(held.renewed())
    assert not members.requests
