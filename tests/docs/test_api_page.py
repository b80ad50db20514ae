"""The page on the API tells the truth: its examples run, its routes are complete."""

import json
import os
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.http.app import create_app
from daifuku.secrets import load_box
from daifuku.settings import load_settings
from daifuku.storage.engine import open_store
from sync.jobs.execute import Executor
from tests.support.commandline import Cli
from tests.support.pages import blocks, matches, page

PAGE = page("api.md")
NOTHING: Any = None
DOCUMENT = create_app(NOTHING, NOTHING, NOTHING).openapi()
ROUTES = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]
SECTIONS = dict(re.findall(r"^### ([A-Z]+ /\S+)\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S))


def test_every_route_has_its_section_and_no_other_has() -> None:
    assert sorted(SECTIONS) == sorted(f"{method} {path}" for method, path in ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_parameter_and_status_is_named(method: str, path: str) -> None:
    operation = DOCUMENT["paths"][path][method.lower()]
    section = SECTIONS[f"{method} {path}"]
    queries = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    assert {name for name in queries if f"`{name}`" not in section} == set()
    everywhere = {"400", "422", "503"} | ({"401"} if path.startswith("/v1/") else set())
    special = set(operation["responses"]) - everywhere - {"200"}
    assert {status for status in special if status not in section} == set()
    assert "$ curl " in section


@pytest.fixture
def client(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The API of a hub whose customers are those of the page on the command line."""
    monkeypatch.chdir(tmp_path)
    (table,) = blocks(page("cli.md"), "csv")
    (tmp_path / "customers.csv").write_text(table, encoding="utf-8")
    (forms,) = blocks(PAGE, "yaml")
    (tmp_path / "website.yaml").write_text(forms, encoding="utf-8")
    line = ["--set", "channel_secret=a", "--set", "channel_access_token=b"]
    table_settings = ["--set", "path=customers.csv", "--set", "id_column=番号"]
    for words in (
        ["source", "add", "shop", "--connector", "file", *table_settings],
        ["source", "add", "website", "--connector", "webform", "--config", "website.yaml"],
        ["source", "add", "line", "--connector", "line", *line],
        ["source", "sync", "shop"],
    ):
        ended = cli(*words)
        assert ended.status == 0, ended.err
    settings = load_settings()
    key = cli("key", "create", "tests", "--scope", "steward").out.strip()
    store = open_store(settings.store_url)
    monkeypatch.setenv("AUTH", f"Authorization: Bearer {key}")
    with TestClient(create_app(store, settings, load_box(settings))) as opened:
        yield opened
    store.close()


def test_every_example_answers_as_the_page_shows(client: TestClient) -> None:
    for block in blocks(PAGE, "console"):
        for example in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = example.partition("\n")
            answer = curl(client, *shlex.split(os.path.expandvars(command.replace("$HUB", ""))))
            assert matches(shown, answer), f"{command}\n{answer}"


def curl(client: TestClient, _curl: str, *words: str) -> str:
    """What curl prints: the body, JSON laid out, or with `-i` the status and headers first."""
    parser = ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-i", action="store_true")
    parser.add_argument("-X", default=None)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d", default=None)
    parser.add_argument("--json", default=None)
    parser.add_argument("url")
    given = parser.parse_args(words)
    headers = dict(header.split(": ", 1) for header in given.H)
    answer = client.request(
        given.X or ("POST" if given.d or given.json else "GET"),
        given.url,
        headers={"Content-Type": "application/json"} | headers if given.json else headers,
        content=given.d or given.json,
        follow_redirects=False,
    )
    if answer.status_code == 202 and "shadow_run" in answer.json():  # a worker does it meanwhile
        hub = cast(FastAPI, client.app).state.hub
        job = int(answer.headers["Location"].rpartition("/")[2])
        assert Executor(hub.store, hub.box, 30.0).execute(job)
    head = [f"HTTP/1.1 {answer.status_code}"]
    head += [f"{name}: {value}" for name, value in answer.headers.items()]
    is_json = answer.headers.get("content-type", "").endswith("json")
    body = json.dumps(answer.json(), ensure_ascii=False, indent=2) if is_json else answer.text
    return "\n".join([*head, "", body]) if given.i else body
