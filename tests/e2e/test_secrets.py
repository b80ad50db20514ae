"""Secrets planted in every source show nowhere: no log, answer, error or file holds one."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import orjson
import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import jobs, keys, sources
from demo.simulators.http import Request, Response, Simulator
from demo.simulators.imap import ImapServer
from demo.simulators.line import LineSimulator
from sync.inbox import process_inbox, receive
from sync.jobs.execute import Executor
from sync.sources import update_config
from tests.connectors.line.accounts import event
from tests.support.servers import free_port

COMMANDS = Path(__file__).with_name("commands.py")


class Telltale(Simulator):
    """An API that refuses every request and tells all it was sent: headers, address and body."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status
        for method in ("GET", "POST"):
            for depth in range(1, 8):
                path = "".join(f"/{{p{n}}}" for n in range(depth))
                self.route(method, path, self._tell)

    def _tell(self, request: Request) -> Response:
        told = {"error": {"message": str(dict(request.headers)), "query": dict(request.query)}}
        return Response(told, self._status, {"X-Told": request.headers.get("authorization", "")})


@dataclass
class Installation:
    """A home folder, the sources planted in it, and all that was said of them."""

    home: Path
    configs: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    planted: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def plant(self, name: str) -> str:
        """A secret of its own, with characters that are written otherwise in URLs and JSON."""
        secret = f"planted/{name}+{len(self.planted)}=$x"
        self.planted.append(secret)
        return secret

    def run(self, *commands: list[str]) -> None:
        """Run `daifuku` commands in one process of their own, at the most talkative log level.

        A command may begin with NAME=VALUE, for the environment from then on.
        """
        environment = os.environ | {
            "DAIFUKU_HOME": str(self.home),
            "DAIFUKU_LOG_LEVEL": "debug",
            "DAIFUKU_LOG_FORMAT": "json",
        }
        done = subprocess.run(
            [sys.executable, COMMANDS],
            input=orjson.dumps(commands),
            env=environment,
            capture_output=True,
            check=True,
            timeout=100,
        )
        self.said += [done.stdout.decode(), done.stderr.decode()]

    @contextmanager
    def opened(self) -> Iterator[tuple[Store, Settings]]:
        settings = Settings(home=self.home)
        store = open_store(settings.store_url)
        yield store, settings
        store.close()

    def shown(self) -> list[str]:
        """The secrets that were said, or are in a file other than that of the key."""
        for path in self.home.iterdir():
            if path.is_file() and path.name != "secret.key":
                self.said.append(path.read_bytes().decode("utf-8", "replace"))
        texts = "\n".join(self.said)
        return [secret for secret in self.planted if any(form in texts for form in forms(secret))]


def forms(secret: str) -> set[str]:
    """How a secret may be written."""
    encoded = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), encoded[:-4]}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose sources were added, checked and synced by commands, and all failed."""
    made = Installation(tmp_path_factory.mktemp("home"))
    with ExitStack() as stack:
        plant_sources(made, stack)
        for name, (_, config) in made.configs.items():
            (made.home.parent / f"{name}.json").write_bytes(orjson.dumps(config))
        add = ["source", "add", "--json"]
        made.run(
            *[
                [
                    *add,
                    name,
                    "--connector",
                    connector,
                    "--config",
                    f"{made.home.parent}/{name}.json",
                ]
                for name, (connector, _) in made.configs.items()
            ]
        )
        words = ("check", "discover", "preview", "sync", "runs", "rejected")
        made.run(
            *[["source", word, name, "--json"] for name in made.configs for word in words],
            *[["source", word, name] for name in made.configs for word in ("check", "sync")],
            ["source", "list", "--json"],
            ["source", "list"],
        )
        yield made


def plant_sources(made: Installation, stack: ExitStack) -> None:
    telltales = {status: stack.enter_context(Telltale(status)).url for status in (400, 401, 200)}
    mailbox = stack.enter_context(ImapServer())
    line = stack.enter_context(LineSimulator())
    plant = made.plant
    erp, scm = plant("erpnext"), plant("shipstation")
    made.planted += [f"{erp}:{erp}", f"{scm}:{scm}"]  # as basic authentication has them
    database = quote(plant("sql"), safe="")
    made.configs |= {
        "erpnext": ("erpnext", {"base_url": telltales[401], "api_key": erp, "api_secret": erp}),
        "shipstation": (
            "shipstation",
            {"base_url": telltales[400], "allow_private": True, "api_key": scm, "api_secret": scm},
        ),
        "line": (
            "line",
            line.config(channel_access_token=plant("token"), channel_secret=plant("line")),
        ),
        "strange": (
            "line",
            line.config(
                base_url=telltales[200],
                channel_access_token=plant("strange"),
                channel_secret=plant("channel"),
            ),
        ),
        "tryton": (
            "tryton",
            {
                "base_url": telltales[401],
                "database": "hub",
                "application_key": plant("tryton"),
                "proxy": f"http://proxy:{quote(plant('proxy'), safe='')}@127.0.0.1:{free_port()}",
            },
        ),
        "mail": ("imap", mailbox.config(password=plant("imap"))),
        "forms": ("webform", {"forms": [{"id": "contact", "secret": plant("form")}]}),
        "sql": (
            "sql",
            {
                "url": f"postgresql://reader:{database}@127.0.0.1:{free_port()}/crm",
                "password": plant("database"),
                "streams": [{"name": "people", "table": "people", "primary_key": "id"}],
            },
        ),
    }


def test_every_source_was_added_and_failed_aloud(installation: Installation) -> None:
    with installation.opened() as (store, _), store.read() as tx:
        rows = sources.list_all(tx)
    said = "\n".join(installation.said)
    assert {row.id for row in rows} == installation.configs.keys() - {"sql"}
    assert "refuses the login" in said
    assert "refuses the request (401)" in said
    assert '"level": "debug"' in said


def test_commands_logs_and_files_show_no_secret(installation: Installation) -> None:
    assert installation.shown() == []


def test_the_api_shows_no_secret(installation: Installation) -> None:
    with installation.opened() as (store, settings):
        with store.write() as tx:
            key = keys.create(tx, "tests", datetime.now(UTC))
        app = create_app(store, settings, load_box(settings))
        with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client:
            paths = [
                "/v1/sources",
                "/v1/sync-runs",
                *map("/v1/sources/{}".format, installation.configs),
            ]
            answers = [client.get(path) for path in paths]
    assert answers[0].status_code == answers[1].status_code == 200
    installation.said += [answer.text for answer in answers]
    assert installation.shown() == []


def test_jobs_and_deliveries_that_fail_keep_no_secret(installation: Installation) -> None:
    line = LineSimulator(secret=installation.configs["line"][1]["channel_secret"])
    with installation.opened() as (store, settings):
        box = load_box(settings)
        headers, body = line.delivery([event(1)])
        receive(store, box, "line", headers, body)
        update_config(store, box, "line", {"channel_secret": installation.plant("later")})
        process_inbox(store, box, "line")
        for name in sorted(installation.configs.keys() - {"sql"}):
            with store.write() as tx:
                job = jobs.enqueue(tx, "sync", {"source": name}, now=datetime.now(UTC))
            Executor(store, box, 30.0).execute(job or 0)
        with store.read() as tx:
            ended = jobs.in_states(tx, jobs.FAILED, jobs.QUEUED)
    assert any(job.error for job in ended)
    assert installation.shown() == []


ADDRESSES = (
    "postgresql+psycopg://hub:{}@127.0.0.1:{}/hub",
    "postgres://hub:{}@nowhere.invalid:{}/hub",
    "nonsense://hub:{}@127.0.0.1:{}/hub",
    "postgresql+psycopg//hub:{}@127.0.0.1:{}",
    "postgresql+psycopg://hub:{}@127.0.0.1:not-{}/hub",
)


def test_a_store_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    made = Installation(tmp_path)
    secret = quote(made.plant("database"), safe="")
    broker = f"redis://:{quote(made.plant('redis'), safe='')}@127.0.0.1:{free_port()}/0"
    made.run(
        *[
            [f"DAIFUKU_DATABASE_URL={address.format(secret, free_port())}", *words]
            for address in ADDRESSES
            for words in (["source", "list", "--json"], ["source", "list"], ["db", "upgrade"])
        ],
        [f"DAIFUKU_REDIS_URL={broker}", "doctor"],
    )

    assert made.shown() == []
    said = "\n".join(made.said)
    assert said.count("DAIFUKU_DATABASE_URL") >= 3 * len(ADDRESSES)
    assert "fault of its own" not in said
