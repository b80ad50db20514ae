"""Reads a source's settings from a file, from key=value words and from what is typed unseen."""

import getpass
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from daifuku.errors import UserError


def read_config(
    path: Path | None, assignments: Iterable[str], ask: Iterable[str]
) -> dict[str, Any]:
    """The settings, later kinds over earlier ones. A dot in a key reaches into a section.

    Raises:
        UserError: the file or an assignment cannot be read; the message holds no value.
    """
    values = _file(path) if path is not None else {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key:
            raise UserError("A setting is written key=value.", hint="For example --set port=993.")
        _put(values, key, _scalar(text))
    for key in ask:
        _put(values, key, getpass.getpass(f"{key}: "))
    return values


def flat(values: Mapping[str, Any], within: str = "") -> dict[str, Any]:
    """The settings by the keys that `--set` takes: those in a section after its name and a dot."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{within}{key}.")
        else:
            found[f"{within}{key}"] = value
    return found


def read_text(path: Path) -> str:
    """The text in a file that the user named.

    Raises:
        UserError: there is no such file, or it is no UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path} cannot be read: it is not UTF-8.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None


def _file(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(read_text(path))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(f"{path}:{line}: this is no valid YAML.") from None
    if not isinstance(found, dict):
        raise UserError(f"{path} does not hold settings by name.")
    return found


def _scalar(text: str) -> Any:
    """`text` as YAML would read it where that is a list or a section, else as it is typed.

    The connector's settings make numbers of what they want as numbers: a password of digits
    is none.
    """
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return value if text[:1] in ("[", "{") and isinstance(value, list | dict) else text


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    *sections, last = key.split(".")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise UserError(f"The setting {section!r} is no section, so {key!r} cannot be set.")
    values[last] = value
