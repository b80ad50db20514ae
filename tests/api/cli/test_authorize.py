"""`daifuku source authorize`: a browser on this machine, or the address from one elsewhere."""

import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from daifuku.secrets import load_box
from daifuku.settings import load_settings
from daifuku.storage.engine import open_store
from tests.support.commandline import Cli
from tests.support.customers import MAPPING
from tests.support.signed import BY_ITSELF, Members, add_signed, install


@pytest.fixture
def members(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Members]:
    """An installation with the source `members`, which nobody has signed in to."""
    del cli, home
    install(monkeypatch)
    settings = load_settings()
    store = open_store(settings.store_url)
    with Members() as running:
        add_signed(store, running, box=load_box(settings))
        store.close()
        yield running


class Browser:
    """Goes where it is sent, as often as it is opened; keeps the pages it ends at."""

    def __init__(self) -> None:
        self.pages: list[httpx.Response] = []
        self.before: Callable[[str], Any] = lambda _url: None
        self._threads: list[threading.Thread] = []

    def open(self, url: str) -> bool:
        thread = threading.Thread(target=self._go, args=(url,))
        thread.start()
        self._threads.append(thread)
        return True

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _go(self, url: str) -> None:
        self.before(url)
        self.pages.append(httpx.get(url, trust_env=False, follow_redirects=True))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    made = Browser()
    monkeypatch.setattr(webbrowser, "open", made.open)
    yield made
    made.join()


def test_a_browser_on_this_machine(cli: Cli, members: Members, browser: Browser) -> None:
    before = cli("source", "check", "members")
    assert before.status == 1
    assert "source authorize" in before.out + before.err

    ended = cli("source", "authorize", "members")

    assert ended.status == 0, ended.err
    assert "Signed in to members." in ended.out
    browser.join()
    assert "サインインしました" in browser.pages[0].text
    assert browser.pages[0].headers["cache-control"] == "no-store"
    assert cli("source", "check", "members").status == 0
    assert members.grants == ["authorization_code"]


def test_strangers_are_passed_over(cli: Cli, members: Members, browser: Browser) -> None:
    strange: list[int] = []

    def knock(url: str) -> None:
        back = httpx.URL(url).params["redirect_uri"]
        for address in (f"{back}?state=wrong&code=x", f"{back}", f"{back}/favicon.ico?state=x"):
            strange.append(httpx.get(address, trust_env=False).status_code)

    browser.before = knock
    ended = cli("source", "authorize", "members", "--json")
    assert ended.status == 0, ended.err
    assert ended.json == {"source": "members", "authorized": True, "paused": False}
    assert strange == [400, 404, 404]
    assert members.grants == ["authorization_code"]


def test_an_owner_who_does_not_agree(cli: Cli, members: Members, browser: Browser) -> None:
    members.denies = True
    ended = cli("source", "authorize", "members")
    assert ended.status != 0
    assert "not agreed to (access_denied)" in ended.err
    browser.join()
    assert browser.pages[0].status_code == 400


def test_nobody_comes_back(cli: Cli, members: Members) -> None:
    ended = cli("source", "authorize", "members", "--no-browser", "--wait", "1")
    assert ended.status != 0
    assert f"{members.url}/authorize?" in ended.err
    assert "within 1 seconds" in ended.err


def test_a_browser_elsewhere(cli: Cli, members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def paste(*_: object, **__: object) -> str:
        return httpx.get(shown[0], trust_env=False).headers["location"]

    monkeypatch.setattr(typer, "prompt", paste)
    monkeypatch.setattr(
        "api.cli.commands.source.authorize._say",
        lambda text: shown.append(text.rpartition(" ")[2]),
    )
    redirect = ["--redirect", "https://hub.example.com/callback"]
    ended = cli("source", "authorize", "members", "--paste", *redirect)
    assert ended.status == 0, ended.err
    assert members.grants == ["authorization_code"]
    without = cli("source", "authorize", "members", *redirect)
    assert without.status != 0
    assert "--paste" in without.err


def test_a_client_that_is_let_in_by_itself(
    cli: Cli, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, BY_ITSELF)
    assert cli("source", "authorize", "members").status == 0
    assert members.grants == ["client_credentials"]


def test_a_source_without_sign_in(cli: Cli, shop: str) -> None:
    ended = cli("source", "authorize", shop)
    assert ended.status != 0
    assert "Nobody signs in to shop" in ended.err


def test_adding_a_source_says_to_sign_in_next(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    words = ["--connector", "signed", "--mapping", mapping, "--set", "client_id=x"]
    site = ["--set", "site=https://members.example.com"]
    ended = cli("source", "add", "club", *words, *site)
    assert "Next: daifuku source authorize club" in ended.out
    given = cli("source", "add", "other", *words, *site, "--set", "access_token=x")
    assert "Next: daifuku source check other" in given.out
