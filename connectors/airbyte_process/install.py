"""Gives an Airbyte connector from a package index an environment of its own.

`home/airbyte/NAME-VERSION` holds the environment, `requirements.lock` (what was installed, with
versions) and `program.json` (its command and the schema of its settings), which is written last.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from daifuku.errors import NotFoundError, UserError
from daifuku.settings import load_settings

PACKAGE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)")
SECONDS = 1800
_SCRIPTS = (
    "import json, sys; from importlib.metadata import distribution as of; "
    "print(json.dumps([e.name for e in of(sys.argv[1]).entry_points"
    " if e.group == 'console_scripts']))"
)

AskSchema = Callable[[Sequence[str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Installed:
    """A connector ready to be run, and the JSON schema of its settings."""

    package: str
    command: tuple[str, ...]
    schema: Mapping[str, Any]


def installed(package: str) -> Installed:
    """The connector installed as `NAME==VERSION`.

    Raises:
        UserError: that is no name and version.
        NotFoundError: it is not installed here.
    """
    path = _folder(package) / "program.json"
    try:
        told = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        raise NotFoundError(
            f"{package} is not installed here.", hint=f"Run: daifuku connectors install {package}"
        ) from None
    return Installed(package, tuple(told["command"]), told["schema"])


def install(package: str, ask_schema: AskSchema, *, python: str = sys.executable) -> Installed:
    """Install `NAME==VERSION`, unless it is; `ask_schema` asks its command for its settings.

    Raises:
        UserError: it cannot be installed, or is no connector.
    """
    folder = _folder(package)
    with _alone(folder.parent):
        try:
            return installed(package)
        except NotFoundError:
            shutil.rmtree(folder, ignore_errors=True)
        lock = _built(folder, package, python)
        command = (str(folder / "bin" / _script(folder, package)),)
        schema = ask_schema(command)
        (folder / "requirements.lock").write_text(lock, encoding="utf-8")
        draft = folder / "program.json.draft"
        draft.write_bytes(orjson.dumps({"command": command, "schema": schema}))
        draft.replace(folder / "program.json")
    return Installed(package, command, schema)


def _folder(package: str) -> Path:
    match = PACKAGE.fullmatch(package)
    if match is None:
        raise UserError(
            f"{package!r} names no version.",
            hint="Write NAME==VERSION, such as airbyte-source-faker==7.2.1.",
        )
    return load_settings().home / "airbyte" / f"{match[1].lower()}-{match[2]}"


def _built(folder: Path, package: str, python: str) -> str:
    """Make the environment; returns what is in it, one requirement a line."""
    inside = str(folder / "bin" / "python")
    uv = shutil.which("uv")
    if uv:
        _run([uv, "venv", "--quiet", "--python", python, str(folder)], package)
        _run([uv, "pip", "install", "--quiet", "--python", inside, package], package)
        return _run([uv, "pip", "freeze", "--python", inside], package)
    _run([python, "-m", "venv", str(folder)], package)
    pip = [inside, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "install", "--quiet", package], package)
    return _run([*pip, "freeze"], package)


def _script(folder: Path, package: str) -> str:
    """The name of the connector's program."""
    name = package.partition("==")[0]
    inside = str(folder / "bin" / "python")
    names: list[str] = orjson.loads(_run([inside, "-c", _SCRIPTS, name], package))
    names.sort(key=lambda script: not script.startswith("source"))
    if not names:
        raise UserError(f"{package} brings no program, so it is no Airbyte connector.")
    return names[0]


def _run(command: Sequence[str], package: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DAIFUKU_")}
    environment.pop("VIRTUAL_ENV", None)
    try:
        done = subprocess.run(  # noqa: S603 - the administrator asked for it
            list(command),
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"{package} cannot be installed: {type(error).__name__}.") from None
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = " ".join(lines[-3:])[:500] or f"{Path(command[0]).name} failed"
        raise UserError(f"{package} cannot be installed: {reason}")
    return done.stdout


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder: two that install the same wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
