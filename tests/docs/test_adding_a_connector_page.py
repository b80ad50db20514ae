"""The page on adding a connector tells the truth: what it shows is saved, run and counted."""

import getpass
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from connectors import registry
from connectors.low_code.offer import About, Description
from tests.support.commandline import Cli
from tests.support.deadline import until
from tests.support.pages import blocks, matches, page
from tests.support.servers import free_port

FILES = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", re.M | re.S)
ROOT = Path(__file__).parents[2]
PORT = free_port()
PAGE = page("adding-a-connector.md").replace("8901", str(PORT))
SHOWN = dict(FILES.findall(PAGE))
KEY = "sesame-4711"
MOST_LINES = 60


def folder_of(name: str) -> dict[str, str]:
    """The files of a connector on the page; the one in Python shares the other's mapping."""
    shared = {path.split("/")[1]: text for path, text in SHOWN.items() if path.startswith("club/")}
    if name == "club":
        return shared
    mapping = shared["mapping.yaml"].replace("connector: club", f"connector: {name}")
    python = SHOWN[f"{name}/connector.py"]
    return {"connector.py": python, "mapping.yaml": mapping, "README.md": shared["README.md"]}


def lines_of(*texts: str) -> int:
    return sum(len(text.splitlines()) for text in texts)


@pytest.fixture
def club(tmp_path: Path) -> Iterator[None]:
    """The page's API, as a program of its own."""
    (tmp_path / "club.py").write_text(SHOWN["club.py"], encoding="utf-8")
    quiet = subprocess.DEVNULL
    program = subprocess.Popen([sys.executable, str(tmp_path / "club.py")], stderr=quiet)
    try:
        until(answering, what="the page's API to answer")
        yield
    finally:
        program.kill()
        program.wait()


def answering() -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{PORT}/members", trust_env=False).status_code == 401
    except httpx.TransportError:
        return False


def test_a_connector_takes_less_than_sixty_lines() -> None:
    whole = lines_of(*folder_of("club").values())
    python = lines_of(SHOWN["club_python/connector.py"])
    assert whole < MOST_LINES
    assert python < MOST_LINES
    assert f"without code in {whole} lines" in PAGE
    assert f"by a `connector.py` of {python} lines" in PAGE


def test_one_folder_is_all_it_takes(
    cli: Cli, club: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del club
    monkeypatch.delenv("DAIFUKU_CONNECTORS", raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: KEY)
    before = set(registry.names())
    for name in ("club", "club_python"):
        folder = home / "connectors" / name
        folder.mkdir(parents=True)
        for file, text in folder_of(name).items():
            (folder / file).write_text(text, encoding="utf-8")
    assert set(registry.names()) - before == {"club", "club_python"}

    for block in blocks(PAGE, "console"):
        for example in re.split(r"^\$ daifuku ", block, flags=re.M)[1:]:
            words, _, shown = example.partition("\n")
            ended = cli(*shlex.split(words))
            assert ended.status == 0, f"{words}: {ended.err}{ended.out}"
            assert matches(shown, ended.out), f"{words}:\n{ended.out}"
            assert KEY not in ended.out + ended.err


def test_the_page_says_what_a_folder_and_its_description_may_hold() -> None:
    for field in About.model_fields:
        assert f"`{field}" in PAGE
    for kind in Description.model_json_schema()["properties"]["kind"]["enum"]:
        assert f"`{kind}`" in PAGE
