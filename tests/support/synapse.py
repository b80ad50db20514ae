"""A real Matrix homeserver for the tests: Synapse, in an environment of its own, on loopback.

Synapse is AGPL: it runs as a separate program, nothing of it is imported here. Its environment
and an empty database are built once by uv and cached; each test process runs its own server.
"""

import base64
import contextlib
import fcntl
import hashlib
import itertools
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.servers import free_port

REQUIREMENTS = Path(__file__).with_name("synapse_requirements.txt")
SERVER_NAME = "hub.test"
START_SECONDS = 90.0
_FAST = {"per_second": 100_000, "burst_count": 100_000}


@dataclass(frozen=True, slots=True)
class Template:
    """The program and the database that servers copy."""

    python: Path
    database: Path


def template() -> Template:
    """The cached template; the first caller of all processes builds it, the others wait."""
    base = os.environ.get("XDG_CACHE_HOME")
    root = (Path(base) if base else Path.home() / ".cache") / "daifuku-tests"
    text = f"{REQUIREMENTS.read_text(encoding='utf-8')}{sys.version_info[:2]}"
    cache = root / f"synapse-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    built = Template(cache / "env" / "bin" / "python", cache / "homeserver.db")
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.database.exists():
            _build(cache, built)
    return built


def _build(cache: Path, wanted: Template) -> None:
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise RuntimeError("Synapse needs uv to be installed with: install uv.")
    env = wanted.python.parents[1]
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    commands: list[list[str | Path]] = [
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, env],
        [uv, "pip", "install", "--quiet", "--python", wanted.python, "-r", REQUIREMENTS],
    ]
    for command in commands:
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"Synapse was not installed:\n{run.stderr[-4000:]}")
    with tempfile.TemporaryDirectory(dir=cache) as name:
        folder = Path(name)
        with _running(wanted.python, folder):
            pass
        (folder / "homeserver.db").rename(wanted.database)


@dataclass(eq=False)
class Account:
    """A user of the homeserver, signed in."""

    server: "Synapse"
    user_id: str
    token: str

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """A request of the Client-Server API as this user; its answer, which must be good."""
        answer = self.server.http.request(
            method,
            f"{self.server.url}/_matrix/client/v3{path}",
            params=query,
            json=body,
            headers={"authorization": f"Bearer {self.token}"},
        )
        if answer.status_code != 200:
            raise RuntimeError(f"Synapse refused {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def create_room(self, *invited: "Account", **more: Any) -> str:
        """A private room with these people invited; gives its id."""
        body = {"preset": "private_chat", "invite": [account.user_id for account in invited]}
        return str(self.call("POST", "/createRoom", {**body, **more})["room_id"])

    def join(self, room: str) -> None:
        self.call("POST", f"/join/{quote(room)}", {})

    def leave(self, room: str) -> None:
        self.call("POST", f"/rooms/{quote(room)}/leave", {})

    def forget(self, room: str) -> None:
        self.call("POST", f"/rooms/{quote(room)}/forget", {})

    def say(self, room: str, text: str, **content: Any) -> str:
        """A text message; gives the event's id."""
        return self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, **content})

    def edit(self, room: str, event_id: str, text: str) -> str:
        """Replace the text of an earlier message."""
        relation = {"rel_type": "m.replace", "event_id": event_id}
        new = {"msgtype": "m.text", "body": text}
        return self.say(room, f"* {text}", **{"m.new_content": new, "m.relates_to": relation})

    def send(self, room: str, kind: str, content: Any) -> str:
        path = f"/rooms/{quote(room)}/send/{kind}/{next(self.server.numbers)}"
        return str(self.call("PUT", path, content)["event_id"])

    def redact(self, room: str, event_id: str) -> str:
        """Take an event back."""
        path = f"/rooms/{quote(room)}/redact/{quote(event_id)}/{next(self.server.numbers)}"
        return str(self.call("PUT", path, {})["event_id"])

    def rename(self, name: str, room: str) -> None:
        """Show another name in a room. (A profile's own change reaches its rooms later.)"""
        state = f"/rooms/{quote(room)}/state/m.room.member/{quote(self.user_id)}"
        self.call("PUT", state, {"membership": "join", "displayname": name})


@dataclass(eq=False)
class Synapse:
    """A running homeserver, open for registration."""

    url: str
    numbers: Iterator[int] = field(default_factory=itertools.count)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=60))

    def register(self, name: str) -> Account:
        """A new user whose name begins with `name`."""
        answer = self.http.post(
            f"{self.url}/_matrix/client/v3/register",
            json={
                "username": f"{name}-{next(self.numbers)}",
                "password": secrets.token_urlsafe(),
                "auth": {"type": "m.login.dummy"},
            },
        )
        answer.raise_for_status()
        return Account(self, answer.json()["user_id"], answer.json()["access_token"])


@contextlib.contextmanager
def synapse_server(folder: Path) -> Iterator[Synapse]:
    """A homeserver on a free port that keeps its files in `folder`; gone when the block ends."""
    source = template()
    shutil.copy(source.database, folder / "homeserver.db")
    with _running(source.python, folder) as url:
        server = Synapse(url)
        try:
            yield server
        finally:
            server.http.close()


@contextlib.contextmanager
def _running(python: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
    config = folder / "homeserver.yaml"
    config.write_text(_config(folder, port), encoding="utf-8")
    program: list[str | Path] = [python, "-m", "synapse.app.homeserver", "-c", config]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(program, stdout=log, stderr=log, cwd=folder)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, url, folder / "log")
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _config(folder: Path, port: int) -> str:
    """JSON is YAML too."""
    listener = {
        "bind_addresses": ["127.0.0.1"],
        "port": port,
        "type": "http",
        "tls": False,
        "resources": [{"names": ["client"], "compress": False}],
    }
    settings = {
        "server_name": SERVER_NAME,
        "pid_file": str(folder / "pid"),
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "macaroon_secret_key": secrets.token_urlsafe(),
        "form_secret": secrets.token_urlsafe(),
        "report_stats": False,
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "rc_message": _FAST,
        "rc_registration": _FAST,
        "rc_room_creation": _FAST,
        "rc_login": {"address": _FAST, "account": _FAST, "failed_attempts": _FAST},
        "rc_joins": {"local": _FAST, "remote": _FAST},
        "rc_invites": {"per_room": _FAST, "per_user": _FAST, "per_issuer": _FAST},
    }
    return json.dumps(settings)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(httpx.HTTPError):
            path = "/_matrix/client/versions"
            httpx.get(url + path, trust_env=False, timeout=START_SECONDS).raise_for_status()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Synapse did not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.05)
