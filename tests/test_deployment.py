"""The containers: what the Compose file and the Dockerfile say is true, and runs."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import keys
from sync.schedules import Schedule
from sync.sources import add_source
from sync.suggest import suggested_mapping
from tests.support.commands import every_command
from tests.support.deadline import until
from tests.support.servers import free_port, valkey_server
from tests.support.stores import create_database

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
LASTING = ("api", "scheduler", "worker")
HUB = [name for name, service in SERVICES.items() if service.get("build") == "."]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
DAIFUKU = Path(sysconfig.get_path("scripts")) / "daifuku"
ANYWHERE = "0.0.0.0"  # noqa: S104 - replaced by the loopback, never listened on
SECRET_KEY = "WmFoZ2FlY2gzb29uZzFpZXBoZWU0YWhuZ2llbm9oOG8="


class TestTheComposeFile:
    def test_refers_to_nothing_that_it_does_not_define(self) -> None:
        for service in SERVICES.values():
            assert set(service.get("depends_on", ())) <= set(SERVICES)
            named = [volume.partition(":")[0] for volume in service.get("volumes", ())]
            assert set(named) <= set(COMPOSE["volumes"])

    def test_waits_for_health_only_where_there_is_a_check(self) -> None:
        for service in SERVICES.values():
            for other, how in service.get("depends_on", {}).items():
                assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[other]

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_holds_no_secret(self, name: str) -> None:
        for variable, value in SERVICES[name].get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", variable):
                assert re.fullmatch(r"\$\{(\w+):(?:\?set \1|-)\}", value)
            assert not re.search(r"://[^:/@]+:(?!\$\{)[^@]+@", value)

    def test_passes_on_what_notices_sign_ins_and_a_new_key_need(self) -> None:
        """A worker sends the mail, whichever service asked for it."""
        wanted = ("SMTP_URL", "MAIL_FROM", "PUBLIC_URL", "SECRET_KEYS_OLD")
        for name in ("api", "scheduler", "worker"):
            for variable in (f"DAIFUKU_{word}" for word in wanted):
                assert SERVICES[name]["environment"][variable] == f"${{{variable}:-}}"

    def test_lets_nobody_in_from_outside_the_machine(self) -> None:
        ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_names_the_release_of_each_image(self) -> None:
        images = [service["image"] for service in SERVICES.values() if "image" in service]
        assert all(re.fullmatch(r"[\w/]+:[\d.]+", image) for image in images)

    @pytest.mark.parametrize("name", HUB)
    def test_runs_commands_and_options_that_there_are(self, name: str) -> None:
        words = SERVICES[name]["command"]
        spoken = " ".join(words)
        (params,) = (
            command.params for known, command in every_command() if spoken.startswith(known)
        )
        options = {word for param in params for word in (*param.opts, *param.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= options

    def test_gives_jobs_the_time_they_have_to_end(self) -> None:
        assert all(SERVICES[name]["stop_grace_period"] == "30s" for name in HUB)


class TestTheDockerfile:
    def test_copies_every_package_of_the_wheel(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        copied = {
            word
            for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.M)
            for word in line.split()
        }
        assert set(packages) <= copied
        assert all((ROOT / name).exists() for name in copied)

    def test_runs_the_command_line_as_a_user_without_rights(self) -> None:
        assert re.search(r'^ENTRYPOINT \["daifuku"\]$', DOCKERFILE, re.M)
        assert re.search(r"^USER daifuku$", DOCKERFILE, re.M)

    def test_listens_where_it_says(self) -> None:
        (exposed,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)
        (command,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.M)
        assert exposed in json.loads(command)


@dataclass(frozen=True)
class Deployment:
    """The services' commands on this machine, instead of in containers."""

    environment: dict[str, str]
    port: int

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command, until it ends."""
        return subprocess.run(
            [DAIFUKU, *words], env=self.environment, capture_output=True, text=True, check=False
        )

    @contextmanager
    def service(self, name: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A service's command while the block runs."""
        command = [DAIFUKU, *self._here(SERVICES[name]["command"])]
        process = subprocess.Popen(command, env=self.environment)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def store(self) -> "closing[Store]":
        """The database, opened from here."""
        return closing(open_store(self.environment["DAIFUKU_DATABASE_URL"]))

    def passes(self, check: str) -> bool:
        """Whether a health check's command succeeds."""
        kind, program, *words = shlex.split(check)
        assert kind == "CMD"
        binary = {"python": sys.executable, "daifuku": str(DAIFUKU)}[program]
        done = subprocess.run([binary, *self._here(words)], env=self.environment, check=False)
        return done.returncode == 0

    def _here(self, words: list[str]) -> list[str]:
        """The words of a container, with this machine's address and port in them."""
        text = shlex.join(words).replace("8000", str(self.port)).replace(ANYWHERE, "127.0.0.1")
        return shlex.split(text)


@pytest.fixture
def deployment(postgres_url: str, tmp_path: Path) -> Iterator[Deployment]:
    """An empty database and a broker, with the environment that the Compose file gives."""
    port = free_port()
    with valkey_server("--appendonly", "yes") as broker:
        there = {"DAIFUKU_DATABASE_URL": create_database(postgres_url), "DAIFUKU_REDIS_URL": broker}
        given = SERVICES["api"]["environment"] | there | {"DAIFUKU_SECRET_KEY": SECRET_KEY}
        kept = {name: value for name, value in os.environ.items() if "DAIFUKU" not in name}
        home = {"DAIFUKU_HOME": str(tmp_path / "home")}
        yield Deployment(kept | given | home, port)


def test_the_services_start_work_together_and_stop(deployment: Deployment, tmp_path: Path) -> None:
    migrated = deployment.run(*SERVICES["migrate"]["command"])
    assert migrated.returncode == 0, migrated.stderr

    with ExitStack() as stack:
        running = {name: stack.enter_context(deployment.service(name)) for name in LASTING}
        api = stack.enter_context(_client(deployment))
        until(_answers(api, "/readyz"), seconds=60, what="the API to be ready")
        _add_table(deployment, tmp_path / "customers.csv")

        anna = "/v1/profiles/lookup?email=anna@example.com"
        until(lambda: api.get(anna).json()["profiles"], seconds=60, what="the golden record")
        checks = {shlex.join(SERVICES[name]["healthcheck"]["test"]) for name in LASTING}
        assert [check for check in checks if not deployment.passes(check)] == []

        for process in running.values():
            process.send_signal(signal.SIGTERM)
        ended = {name: process.wait(40) for name, process in running.items()}
        assert ended == dict.fromkeys(LASTING, 0)


def _add_table(deployment: Deployment, table: Path) -> None:
    """A source of one customer that the scheduler finds due."""
    table.write_text("id,name,email\n1,Anna Jones,anna@example.com\n")
    config = {"path": str(table)}
    with deployment.store() as store:
        mapping, hourly = suggested_mapping("file", config), Schedule(3600.0)
        box = SecretBox(SECRET_KEY)
        add_source(store, box, "shop", "file", config, mapping=mapping, schedule=hourly)


@contextmanager
def _client(deployment: Deployment) -> Iterator[httpx.Client]:
    with deployment.store() as store, store.write() as tx:
        key = keys.create(tx, "tests", datetime.now(UTC))
    headers = {"Authorization": f"Bearer {key}"}
    address = f"http://127.0.0.1:{deployment.port}"
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
        yield client


def _answers(api: httpx.Client, path: str) -> Callable[[], bool]:
    def answers() -> bool:
        try:
            return api.get(path).status_code == 200
        except httpx.TransportError:
            return False

    return answers
