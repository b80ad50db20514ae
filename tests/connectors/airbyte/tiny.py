"""A connector that speaks the Airbyte protocol, true to it or not, as its settings say.

Run as a program with nothing but the standard library, as any connector would be. `act` says what
goes wrong, and `at` after how many records of people.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PEOPLE, NOTES = "people", "notes"
KEY = "planted-key-4711"
SCHEMA = {
    "type": "object",
    "required": ["api_key"],
    "properties": {
        "api_key": {"type": "string", "airbyte_secret": True},
        "count": {"type": "integer"},
    },
}
STREAMS = [
    {
        "name": PEOPLE,
        "json_schema": {"properties": {"id": {}, "name": {}, "_ab_cdc_deleted_at": {}}},
        "supported_sync_modes": ["full_refresh", "incremental"],
        "source_defined_cursor": True,
        "default_cursor_field": ["id"],
        "source_defined_primary_key": [["id"]],
    },
    {"name": NOTES, "json_schema": {"properties": {}}, "supported_sync_modes": ["full_refresh"]},
]


def say(kind: str, **body: Any) -> None:
    out(json.dumps({"type": kind, **body}, ensure_ascii=False) + "\n")


def out(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def trace(kind: str, **body: Any) -> None:
    say("TRACE", trace={"type": kind, "emitted_at": 0, **body})


def status(stream: str, told: str, **more: Any) -> None:
    body = {"stream_descriptor": {"name": stream}, "status": told, **more}
    trace("STREAM_STATUS", stream_status=body)


def error(message: str, failure: str, stream: str | None = None) -> None:
    body: dict[str, Any] = {"message": message, "failure_type": failure}
    if stream:
        body["stream_descriptor"] = {"name": stream}
    trace("ERROR", error=body)


def state(stream: str, held: Any, count: int) -> None:
    told = {"stream_descriptor": {"name": stream}, "stream_state": held}
    body = {"type": "STREAM", "stream": told, "sourceStats": {"recordCount": float(count)}}
    say("STATE", state=body)


def record(stream: str, data: dict[str, Any]) -> None:
    say("RECORD", record={"stream": stream, "data": data, "emitted_at": 0})


def rotate(config: dict[str, Any]) -> None:
    fresh = {**config, "api_key": "fresh-planted-key"}
    say("CONTROL", control={"type": "CONNECTOR_CONFIG", "connectorConfig": {"config": fresh}})


def misbehave(act: str, config: dict[str, Any]) -> None:
    match act:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            sleeper = subprocess.Popen(["sleep", "600"])
            say("LOG", log={"level": "INFO", "message": f"sleeper {sleeper.pid}"})
            time.sleep(600)
        case "quit":
            sys.stderr.write(f"Traceback: no more, {config['api_key']}\n")
            sys.exit(3)
        case "leave":
            sys.exit(0)
        case "broken":
            out('{"type": "RECORD", "record": {"stream": "people", "data": {"id"\n')
        case "babble":
            out(f"Hello\nmy key is {config['api_key']}\n\x00\xff\n{{'a': 1}}\n[]\n")
        case "drop":
            state(PEOPLE, {"next": 10_000}, 10_000)
        case "refused" | "passing" | "own_fault":
            kinds = {"refused": "config_error", "passing": "transient_error"}
            kind = kinds.get(act, "system_error")
            error(f"It says 401 for {config['api_key']}", kind, PEOPLE)
            error("Something failed.", "config_error")
            sys.exit(1)
        case "wait":
            reset = {"quota_reset": (time.time() + 900) * 1000}
            reasons = [{"type": "RATE_LIMITED", "rate_limited": reset}]
            status(PEOPLE, "RUNNING", reasons=reasons)
            time.sleep(600)
        case "rotate":
            rotate({**config, "act": "babble"})
            say("LOG", log={"level": "WARN", "message": "now it is fresh-planted-key"})


def people(config: dict[str, Any], start: int) -> None:
    count, every = config.get("count", 10), config.get("every", 4)
    status(PEOPLE, "STARTED")
    since = 0
    for number in range(start, count):
        if number == config.get("at"):
            misbehave(config.get("act", ""), config)
        gone = {"_ab_cdc_deleted_at": "2026-01-01"} if number in config.get("gone", ()) else {}
        record(PEOPLE, {"id": number, "name": f"客{number}", **gone})
        since += 1
        if since == every:
            state(PEOPLE, {"next": number + 1}, since)
            since = 0
    state(PEOPLE, {"next": count}, since)
    status(PEOPLE, "COMPLETE")


def notes(config: dict[str, Any]) -> None:
    status(NOTES, "STARTED")
    for number in range(config.get("notes", 3)):
        record(NOTES, {"text": f"note {number}"})
    state(NOTES, {"__ab_full_refresh_sync_complete": True}, config.get("notes", 3))
    status(NOTES, "COMPLETE")


def read(config: dict[str, Any], catalog: dict[str, Any], states: Any) -> None:
    if config.get("dump"):
        seen = {"env": dict(os.environ), "states": states, "catalog": catalog}
        seen["modes"] = [oct(os.stat(path).st_mode)[-3:] for path in sys.argv[3::2]]
        seen["folder"], seen["pid"] = os.getcwd(), os.getpid()
        Path(config["dump"]).write_text(json.dumps(seen), encoding="utf-8")
    if config.get("shared"):
        in_one_state(config, states)
        return
    names = [one["stream"]["name"] for one in catalog["streams"]]
    before = {one["stream"]["stream_descriptor"]["name"]: one["stream"] for one in states}
    if NOTES in names:
        notes(config)
    if PEOPLE in names:
        people(config, before.get(PEOPLE, {}).get("stream_state", {}).get("next", 0))


def in_one_state(config: dict[str, Any], states: Any) -> None:
    """People with a state that covers all streams at once, as databases' connectors have it."""
    start = states[0]["global"]["shared_state"]["lsn"] if states else 0
    status(PEOPLE, "STARTED")
    for number in range(start, config.get("count", 10)):
        record(PEOPLE, {"id": number, "name": f"客{number}"})
        own = [{"stream_descriptor": {"name": PEOPLE}, "stream_state": {"snapshot": "done"}}]
        shared = {"shared_state": {"lsn": number + 1}, "stream_states": own}
        say("STATE", state={"type": "GLOBAL", "global": shared})
    status(PEOPLE, "COMPLETE")


def main() -> None:
    word, options = sys.argv[1], dict(zip(sys.argv[2::2], sys.argv[3::2], strict=True))
    files = {name: json.loads(Path(path).read_bytes()) for name, path in options.items()}
    config = files.get("--config", {})
    say("LOG", log={"level": "INFO", "message": f"{word} with {config.get('api_key')}"})
    refused = word != "spec" and config.get("api_key") not in (KEY, "fresh-planted-key")
    if config.get("act") == "rotate early" and config["api_key"] == KEY:
        rotate(config)
    match word:
        case "spec":
            say("SPEC", spec={"connectionSpecification": SCHEMA})
        case "check" if refused:
            say("CONNECTION_STATUS", connectionStatus={"status": "FAILED", "message": "Wrong key."})
        case "check":
            say("CONNECTION_STATUS", connectionStatus={"status": "SUCCEEDED"})
        case _ if refused:
            error("Wrong key.", "config_error")
            sys.exit(1)
        case "discover":
            say("CATALOG", catalog={"streams": STREAMS})
        case "read":
            read(config, files["--catalog"], files.get("--state") or [])


if __name__ == "__main__":
    main()
