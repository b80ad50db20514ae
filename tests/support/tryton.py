"""A real Tryton for the tests: built once and cached, then copied for each test process.

Tryton is GPL: it runs as a separate program, nothing of it is imported here.
"""

import base64
import contextlib
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.servers import free_port

PROVISION = Path(__file__).with_name("tryton_provision.py")
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Template:
    """The database that tests copy, and what was entered in it."""

    file: Path
    world: Mapping[str, Any]


def template() -> Template:
    """The cached template; the first caller of all processes builds it, the others wait."""
    cache = _cache() / f"tryton-{_digest()}"
    cache.parent.mkdir(parents=True, exist_ok=True)
    with cache.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.exists():
            _build(cache)
    world = json.loads((cache / "world.json").read_text(encoding="utf-8"))
    return Template(cache / "hub.sqlite", world)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "daifuku-tests"


def _digest() -> str:
    """Changes with the provisioning program and with every installed part of Tryton."""
    parts = sorted(
        f"{dist.name}=={dist.version}"
        for dist in metadata.distributions()
        if dist.name.startswith(("trytond", "proteus"))
    )
    text = PROVISION.read_text(encoding="utf-8") + "\n".join(parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _build(cache: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="building-", dir=cache.parent))
    try:
        run = subprocess.run(
            [sys.executable, PROVISION, folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise RuntimeError(f"Tryton was not provisioned:\n{run.stdout[-4000:]}")
        folder.rename(cache)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(eq=False)
class Tryton:
    """One database behind a running server. Its users are those of tryton_provision.py."""

    url: str
    database: str
    file: Path
    world: Mapping[str, Any]
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=60))

    def settings(self, user: str = "tryton", **changes: Any) -> dict[str, Any]:
        """The config of a source that reads this database as the user of that connector."""
        key = self.world["keys"][user]
        held = {"base_url": self.url, "database": self.database, "application_key": key}
        return held | {"lookback_seconds": 0} | changes

    def call(self, model: str, method: str, *arguments: Any) -> Any:
        """Call a method of a model as the administrator, as Tryton's own clients do."""
        return self._rpc(f"model.{model}.{method}", [*arguments, {}], self._session)

    def enter_parties(self, count: int = 1) -> list[int]:
        """New parties, entered in one transaction, each with a mail address and an address."""
        number = next(self._numbers)
        values = [
            {
                "name": f"試験 太郎{number}-{place}",
                "code": f"T{number}-{place}",
                "addresses": [["create", [{"city": "渋谷区", "postal_code": "150-0001"}]]],
                "contact_mechanisms": [
                    ["create", [{"type": "email", "value": f"t{number}.{place}@mail.example"}]]
                ],
            }
            for place in range(count)
        ]
        return [int(id_) for id_ in self.call("party.party", "create", values)]

    def ids(self, model: str) -> set[str]:
        """The ids that provisioning left in `model`, as the hub writes them."""
        return {str(id_) for id_ in self.world["ids"][model]}

    @cached_property
    def _session(self) -> str:
        # The server loads a database at its first REST request, and logins need it loaded.
        key = {"authorization": f"Bearer {self.world['keys']['tryton']}"}
        loaded = self.http.get(f"{self.url}/{self.database}/rest/model/ir.lang", headers=key)
        loaded.raise_for_status()
        result = self._rpc("common.db.login", ["admin", {"password": "admin"}, "en"], None)
        return f"admin:{result[0]}:{result[1]}"

    def _rpc(self, method: str, parameters: list[Any], session: str | None) -> Any:
        headers = {}
        if session is not None:
            token = base64.b64encode(session.encode()).decode()
            headers["authorization"] = f"Session {token}"
        answer = self.http.post(
            f"{self.url}/{self.database}/rpc/",
            json={"id": 0, "method": method, "params": parameters},
            headers=headers,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise RuntimeError(f"Tryton refused {method}: {body['error']}")
        return body["result"]


@contextlib.contextmanager
def tryton_server(source: Template, folder: Path, names: Sequence[str]) -> Iterator[list[Tryton]]:
    """A server on a free port with databases of these names; gone when the block ends."""
    for name in names:
        shutil.copy(source.file, folder / f"{name}.sqlite")
    port = free_port()
    config = folder / "trytond.cfg"
    config.write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\n"
        f"[web]\nlisten = 127.0.0.1:{port}\n[session]\ntimeout = 3600\n"
    )
    program = Path(sys.executable).with_name("trytond")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-c", config], stdout=log, stderr=log, cwd=folder)
        databases = [
            Tryton(f"http://127.0.0.1:{port}", name, folder / f"{name}.sqlite", source.world)
            for name in names
        ]
        try:
            _wait(process, databases[0].url, folder / "log")
            yield databases
        finally:
            for database in databases:
                database.http.close()
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url, trust_env=False, timeout=START_SECONDS)
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Tryton did not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def tryton_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Tryton]]:
    """The databases of this test process."""
    folder = tmp_path_factory.mktemp("tryton")
    with tryton_server(template(), folder, ["built", "live"]) as databases:
        yield databases


@pytest.fixture(scope="session")
def tryton_as_built(tryton_databases: Sequence[Tryton]) -> Tryton:
    """A database that no test may change."""
    return tryton_databases[0]


@pytest.fixture(scope="session")
def tryton(tryton_databases: Sequence[Tryton]) -> Tryton:
    """A database that tests change: each enters the parties that it changes."""
    return tryton_databases[1]
