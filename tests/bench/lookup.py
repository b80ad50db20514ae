"""What looking a golden record up costs: our API beside a bare handler over the same rows.

`python -m tests.bench.lookup [--json] [--profiles N] [--requests N]`: CPU microseconds a request
of each server, one process each, asked by one client over keep-alive connections on loopback.
"""

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from tests.bench.lookups.fill import KEY, email_of, fill, id_of

SERVERS = {"ours": "daifuku API, SQLite", "bare": "raw ASGI + sqlite3", "nothing": "raw ASGI"}
TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP = 200


@contextmanager
def server(name: str, path: Path) -> Iterator[tuple[int, int]]:
    """A server in a process of its own: its process id and port."""
    command = [sys.executable, "-m", f"tests.bench.lookups.{name}", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.pid, int(process.stdout.readline())
        finally:
            process.terminate()


def measure(name: str, path: Path, profiles: int, requests: int, kind: str) -> float:
    """CPU microseconds per request."""
    with server(name, path) as (pid, port):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(WARM_UP):
            _ask(client, kind, number, profiles)
        before = _cpu_seconds(pid)
        for number in range(requests):
            _ask(client, kind, number * 7919 % profiles, profiles)
        used = _cpu_seconds(pid) - before
        client.close()
    return round(used / requests * 1e6, 1)


def _ask(client: http.client.HTTPConnection, kind: str, number: int, profiles: int) -> None:
    number %= profiles
    path = (
        f"/v1/profiles/{id_of(number)}"
        if kind == "id"
        else f"/v1/profiles/lookup?email={email_of(number)}"
    )
    client.request("GET", path, headers={"Authorization": f"Bearer {KEY}"})
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {body[:200]!r}")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def run(profiles: int, requests: int) -> dict[str, Any]:
    """CPU per request of each server, and how many times the bare handler's ours takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.sqlite"
        fill(path, profiles)
        cpu = {
            f"{name} by {kind}": measure(name, path, profiles, requests, kind)
            for kind in ("id", "email")
            for name in SERVERS
        }
    ratios = {
        kind: round(cpu[f"ours by {kind}"] / cpu[f"bare by {kind}"], 2) for kind in ("id", "email")
    }
    return {"profiles": profiles, "requests": requests, "cpu_us": cpu, "ours_to_bare": ratios}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profiles", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=3_000)
    options = parser.parse_args()
    result = run(options.profiles, options.requests)
    if options.json:
        print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    print(f"{result['profiles']} golden records, {result['requests']} requests")
    for name, cpu in result["cpu_us"].items():
        print(f"{name:20} {cpu:8.1f} us CPU a request")
    print(f"ours / bare: {result['ours_to_bare']}")


if __name__ == "__main__":
    main()
