"""The lines a program prints, as messages of the protocol."""

import re
from collections.abc import Mapping
from typing import Any

from connectors.json_text import parse_json
from connectors.protocol import Log
from daifuku.errors import ConfigError

Node = Mapping[str, Any]

_WEIGHTY = re.compile(rb'"type"\s*:\s*"(RECORD|STATE|CATALOG|CONTROL|TRACE)"')
_SHOWN = 500
"""Characters of a line of log that are kept."""


def message_of(line: bytes) -> Node | None:
    """The message in a line; None for whatever else a program prints.

    Raises:
        ConfigError: it is a broken message: passing over it could lose a record.
    """
    try:
        found = parse_json(line)
    except ValueError:
        found = None
    if isinstance(found, dict) and isinstance(found.get("type"), str):
        return found
    if _WEIGHTY.search(line):
        raise ConfigError(
            "The connector printed a message that cannot be read.",
            hint="Tell its authors, or use another version of it.",
        )
    return None


def part(message: Node, name: str) -> Node:
    """An object within a message, empty if it is not there."""
    found = message.get(name)
    return found if isinstance(found, Mapping) else {}


def parts(message: Node, name: str) -> list[Node]:
    """The objects in a list within a message."""
    found = message.get(name)
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, Mapping)]


def texts(message: Node, name: str) -> list[str]:
    """The texts in a list within a message."""
    found = message.get(name)
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, str)]


def rotated_by(message: Node) -> Node | None:
    """The program's settings, where it says that its source changed them."""
    if message.get("type") != "CONTROL":
        return None
    told = part(part(message, "control"), "connectorConfig").get("config")
    return told if isinstance(told, Mapping) else None


def name_of(descriptor: Node) -> str:
    """A stream's name here: with its namespace, such as a database's schema, before it."""
    name, namespace = str(descriptor.get("name") or ""), descriptor.get("namespace")
    return f"{namespace}.{name}" if namespace else name


def log_of(level: Any, text: str) -> Log:
    """A line for the run's log, of a reasonable length."""
    short = text.strip()[:_SHOWN]
    match level:
        case "FATAL" | "ERROR":
            return Log("error", short)
        case "WARN" | "WARNING":
            return Log("warning", short)
        case "DEBUG" | "TRACE":
            return Log("debug", short)
    return Log("info", short)
