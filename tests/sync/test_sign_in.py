"""Signing in to a source: each state is good once, and tokens are stored before they are used."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from api.read.doctor import examine
from connectors.registry import connect
from daifuku.errors import AuthExpiredError, NotFoundError, TransientError, UserError
from daifuku.records import RunState
from daifuku.settings import Settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories import notices, sign_ins, sources
from daifuku.storage.tables import sign_in, source, sync_run, token_renewal
from sync import tokens as renewing
from sync.runner import run_sync
from sync.sign_in import answer_in, begin, finish, let_in, needs_owner
from sync.sources import opened_config, update_config
from sync.tokens import StoredTokens
from tests.support.scripted import BOX
from tests.support.signed import (
    BY_ITSELF,
    SECRET,
    Members,
    add_signed,
    install,
    start_reading,
)

BACK = "http://127.0.0.1:8400/callback"


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)


pytestmark = pytest.mark.usefixtures("signed")


@pytest.fixture
def members() -> Iterator[Members]:
    with Members() as running:
        yield running


@pytest.fixture
def hub(store: Store, members: Members) -> Store:
    """A store with the source `members`, to which nobody has signed in."""
    add_signed(store, members)
    return store


def agree(url: str) -> dict[str, str]:
    """What the browser brings back from `url`."""
    found = httpx.get(url, trust_env=False)
    assert found.status_code == 302
    assert found.headers["location"].startswith(BACK)
    return answer_in(found.headers["location"])


def stored(hub: Store) -> dict[str, Any]:
    with hub.read() as tx:
        return opened_config(BOX, sources.get(tx, "members"))


def expire(hub: Store) -> None:
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    update_config(hub, BOX, "members", {"access_token_expires_at": past})


# Signing in


def test_a_source_is_read_once_its_owner_has_signed_in(hub: Store, members: Members) -> None:
    run = run_sync(hub, BOX, "members")
    assert run.error_kind == "auth_expired"
    assert "daifuku source authorize" in str(run.error)

    assert needs_owner(hub, "members")
    begun = begin(hub, BOX, "members", BACK)
    assert finish(hub, BOX, agree(begun.url)) == "members"

    assert members.grants == ["authorization_code"]
    assert run_sync(hub, BOX, "members").state is RunState.SUCCEEDED


def test_the_browser_is_sent_with_scopes_state_and_challenge(hub: Store) -> None:
    first, second = (begin(hub, BOX, "members", BACK).url for _ in range(2))
    asked = dict(parse_qsl(urlsplit(first).query))
    assert asked["scope"] == "read offline"
    assert asked["access_type"] == "offline"
    assert asked["redirect_uri"] == BACK
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) == len(asked["code_challenge"]) == 43
    assert SECRET not in first
    again = dict(parse_qsl(urlsplit(second).query))
    assert not {asked["state"], asked["code_challenge"]} & {again["state"], again["code_challenge"]}


def test_neither_state_nor_verifier_nor_token_is_stored_in_plain_text(
    hub: Store,
) -> None:
    begun = begin(hub, BOX, "members", BACK)
    state = dict(parse_qsl(urlsplit(begun.url).query))["state"]
    with hub.read() as tx:
        row = tx.execute(select(sign_in)).one()
    assert state.encode() not in row.digest + row.verifier
    answer = agree(begun.url)
    finish(hub, BOX, answer)
    held = stored(hub)
    with hub.read() as tx:
        raw = tx.execute(select(source.c.config)).scalar_one()
    for secret in (SECRET, held["access_token"], held["refresh_token"], answer["code"]):
        assert secret.encode() not in raw


@pytest.mark.parametrize("state", ["", "planted-state", "x" * 5_000])
def test_a_wrong_state_is_refused(hub: Store, members: Members, state: str) -> None:
    answer = agree(begin(hub, BOX, "members", BACK).url)
    with pytest.raises(UserError, match="unknown, used or expired"):
        finish(hub, BOX, {**answer, "state": state})
    assert members.grants == []
    assert finish(hub, BOX, answer) == "members"


def test_a_state_is_good_once(hub: Store, members: Members) -> None:
    answer = agree(begin(hub, BOX, "members", BACK).url)
    finish(hub, BOX, answer)
    with pytest.raises(UserError, match="unknown, used or expired"):
        finish(hub, BOX, answer)
    assert members.grants == ["authorization_code"]


def test_a_state_expires(hub: Store) -> None:
    answer = agree(begin(hub, BOX, "members", BACK).url)
    with hub.write() as tx:
        tx.execute(update(sign_in).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(UserError, match="expired"):
        finish(hub, BOX, answer)


def test_a_sign_in_that_expired_is_forgotten(hub: Store) -> None:
    begin(hub, BOX, "members", BACK)
    with hub.write() as tx:
        tx.execute(update(sign_in).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    begin(hub, BOX, "members", BACK)
    with hub.read() as tx:
        assert len(tx.execute(select(sign_in)).all()) == 1


def test_an_owner_who_does_not_agree(hub: Store, members: Members) -> None:
    members.denies = True
    answer = agree(begin(hub, BOX, "members", BACK).url)
    with pytest.raises(UserError, match=r"not agreed to \(access_denied\)"):
        finish(hub, BOX, answer)


def test_what_a_stranger_writes_into_the_answer_is_not_shown(hub: Store) -> None:
    url = begin(hub, BOX, "members", BACK).url
    state = dict(parse_qsl(urlsplit(url).query))["state"]
    with pytest.raises(UserError, match="not agreed") as caught:
        finish(hub, BOX, {"state": state, "error": "planted <b>", "error_description": "planted"})
    assert "planted" not in str(caught.value)


def test_an_expired_code_must_be_asked_for_again(hub: Store, members: Members) -> None:
    members.code_lifetime = -1
    answer = agree(begin(hub, BOX, "members", BACK).url)
    with pytest.raises(AuthExpiredError, match="source authorize"):
        finish(hub, BOX, answer)
    assert "access_token" not in stored(hub)


def test_a_code_of_another_sign_in_is_refused(hub: Store) -> None:
    """PKCE: a code is of use to none but who asked for it."""
    first = agree(begin(hub, BOX, "members", BACK).url)
    second = agree(begin(hub, BOX, "members", BACK).url)
    with pytest.raises(AuthExpiredError):
        finish(hub, BOX, {**first, "code": second["code"]})


def test_a_client_that_is_let_in_by_itself(
    store: Store, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, BY_ITSELF)
    add_signed(store, members)
    assert not needs_owner(store, "members")
    with pytest.raises(UserError, match="let in by itself"):
        begin(store, BOX, "members", BACK)
    let_in(store, BOX, "members")
    assert run_sync(store, BOX, "members").state is RunState.SUCCEEDED
    assert members.grants == ["client_credentials"]


def test_what_nobody_signs_in_to(hub: Store) -> None:
    with pytest.raises(NotFoundError):
        begin(hub, BOX, "nobody", BACK)
    with pytest.raises(UserError, match="state="):
        answer_in("http://127.0.0.1:8400/callback")


# Renewing


def test_renewed_tokens_are_stored(hub: Store, members: Members) -> None:
    update_config(hub, BOX, "members", {"refresh_token": members.sign_in()})
    assert run_sync(hub, BOX, "members").state is RunState.SUCCEEDED
    first = stored(hub)
    expire(hub)
    assert run_sync(hub, BOX, "members").state is RunState.SUCCEEDED
    assert stored(hub)["refresh_token"] != first["refresh_token"]
    assert members.grants == ["refresh_token"] * 2


def test_killed_before_a_new_token_came_the_source_asks_for_a_sign_in(
    hub: Store, members: Members, tmp_path: Path
) -> None:
    """The old refresh token is used up and the new one is lost: only its owner can mend that, so
    that it is told, and not tried for ever."""
    update_config(hub, BOX, "members", {"refresh_token": members.sign_in()})
    kill_reading(hub, members, "on_grant")
    after_the_leases(hub)

    lost = run_sync(hub, BOX, "members")
    assert (lost.state, lost.error_kind) == (RunState.FAILED, "auth_expired")
    with hub.read() as tx:
        row = sources.get(tx, "members")
        (incident,) = notices.incidents(tx, lasting=True)
    assert row.paused
    for said in (row.paused_reason, incident.message):
        assert "daifuku source authorize members" in str(said)
    found = {
        one.subject: one
        for one in examine(Settings(home=tmp_path, database_url=SecretStr(hub.url)))
    }
    assert "members" in found["sources"].message

    finish(hub, BOX, agree(begin(hub, BOX, "members", BACK).url))
    assert run_sync(hub, BOX, "members").state is RunState.SUCCEEDED
    with hub.read() as tx:
        assert not notices.incidents(tx, lasting=True)


def test_killed_at_the_first_use_of_a_new_token_the_source_is_not_lost(
    hub: Store, members: Members
) -> None:
    """The old refresh token is used up: the new one must have been stored by then."""
    update_config(hub, BOX, "members", {"refresh_token": members.sign_in()})
    kill_reading(hub, members, "on_list")
    assert members.grants == ["refresh_token"]

    expire(hub)
    assert StoredTokens(hub, BOX, "members").settings().refresh_token is not None
    connector = connect("signed", stored(hub), renewal=StoredTokens(hub, BOX, "members"))
    assert connector.check().ok
    assert members.grants == ["refresh_token"] * 2


def kill_reading(hub: Store, members: Members, moment: str) -> None:
    """Start a sync of the source in a process, which is killed at this moment of the members."""
    started = threading.Event()
    victims: list[int] = []

    def kill() -> None:
        started.wait(60)
        os.kill(victims[0], signal.SIGKILL)

    setattr(members, moment, kill)
    process = start_reading(hub.url)
    assert process.pid is not None
    victims.append(process.pid)
    started.set()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    setattr(members, moment, lambda: None)


def after_the_leases(hub: Store) -> None:
    """Let the time pass that a dead process's claims hold."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with hub.write() as tx:
        tx.execute(update(token_renewal).values(until=past))
        tx.execute(update(sync_run).values(lease_until=past))


def test_many_that_renew_at_once_renew_once(hub: Store, members: Members) -> None:
    """Else the second use of the refresh token would end the sign-in."""
    update_config(hub, BOX, "members", {"refresh_token": members.sign_in()})
    gate = threading.Barrier(6)

    def check(_: int) -> bool:
        connector = connect("signed", stored(hub), renewal=StoredTokens(hub, BOX, "members"))
        gate.wait()
        return connector.check().ok

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(check, range(6)))
    assert members.grants == ["refresh_token"]


def test_a_renewal_that_died_is_taken_over_and_a_living_one_is_waited_for(
    hub: Store, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "PATIENCE", 0.0)
    update_config(hub, BOX, "members", {"refresh_token": members.sign_in()})
    now = datetime.now(UTC)
    with hub.write() as tx:
        assert sign_ins.claim_renewal(tx, "members", "a", now=now, until=now + renewing.LEASE)
        assert not sign_ins.claim_renewal(tx, "members", "b", now=now, until=now)
    tokens = StoredTokens(hub, BOX, "members")
    with pytest.raises(TransientError, match="elsewhere"):
        connect_and_read(hub, tokens)
    with hub.write() as tx:
        tx.execute(update(token_renewal).values(until=now - timedelta(seconds=1)))
    connect_and_read(hub, tokens)
    assert members.grants == ["refresh_token"]
    with hub.read() as tx:
        assert tx.execute(select(token_renewal)).all() == []


def connect_and_read(hub: Store, tokens: StoredTokens) -> None:
    connector = connect("signed", stored(hub), renewal=tokens)
    result = connector.check()
    if not result.ok:
        raise TransientError(result.message)


def test_older_tokens_do_not_replace_newer_ones(hub: Store) -> None:
    def ending(minutes: int) -> dict[str, str]:
        ends = datetime.now(UTC) + timedelta(minutes=minutes)
        return {
            "access_token": f"token-{minutes}",
            "access_token_expires_at": ends.isoformat(),
            "refresh_token": f"refresh-{minutes}",
        }

    update_config(hub, BOX, "members", ending(60), rotated=True)
    update_config(hub, BOX, "members", ending(30), rotated=True)
    assert stored(hub)["refresh_token"] == "refresh-60"
    update_config(hub, BOX, "members", ending(30))
    assert stored(hub)["refresh_token"] == "refresh-30"
