"""Reads YAML into a tree whose every node knows its line and its place.

A subset of YAML on purpose: no aliases (a short file could unfold into a huge one), no tags, one
document, no key twice. Plain scalars follow YAML 1.2: only `true` and `false` are booleans, so
that `NO` stays a country and `0120` a text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from mapping.faults import Faults

Scalar = str | int | float | bool | None

MAX_CHARACTERS = 300_000
MAX_DEPTH = 40

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_WORDS: dict[str, Scalar] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "~": None,
    "": None,
}


@dataclass(slots=True, eq=False)
class Node:
    """A value of the file. `path` reads like `streams.Sales.records[0]`, lines count from 1."""

    value: "Scalar | list[Node] | dict[str, Node]"
    line: int
    path: str

    def plain(self) -> object:
        """The value without places: what an ordinary YAML loader would give."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class _NotReadable(Exception):
    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def read_document(text: str, faults: Faults) -> Node | None:
    """The document's root, or None after adding the fault that makes it unreadable."""
    try:
        if len(text) > MAX_CHARACTERS:
            raise _NotReadable(1, f"The file has more than {MAX_CHARACTERS:,} characters.")
        return _Builder(faults).build(_events(text))
    except _NotReadable as error:
        faults.add(error.line, "", error.message, error.hint)
    return None


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it cannot be parsed"
        raise _NotReadable(mark.line + 1 if mark else 1, f"This is not YAML: {problem}.") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _NotReadable(line, "A character here is not allowed in YAML.") from None
    except (ValueError, OverflowError):
        raise _NotReadable(1, "This is not YAML: an escape names no character.") from None


class _Builder:
    """Turns events into nodes with a stack of open collections, never by recursion."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._open: list[Node] = []
        self._keys: list[tuple[str, int] | None] = []
        self._root: Node | None = None

    def build(self, events: Iterator[yaml.Event]) -> Node:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _NotReadable(_line(event), "The file holds more than one document.")
            elif isinstance(event, yaml.AliasEvent):
                raise _NotReadable(
                    _line(event),
                    f"Aliases (*{event.anchor}) are not allowed.",
                    "Write the value out.",
                )
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._keys.pop()
                self._open.pop()
        if self._root is None:
            raise _NotReadable(1, "The file is empty.")
        return self._root

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        _refuse_tag(event)
        if len(self._open) >= MAX_DEPTH:
            raise _NotReadable(_line(event), f"Values are nested more than {MAX_DEPTH} deep.")
        if self._awaits_key():
            raise _NotReadable(_line(event), "A key must be a word, not a list or an object.")
        is_map = isinstance(event, yaml.MappingStartEvent)
        node = self._place({} if is_map else [], _line(event))
        self._open.append(node)
        self._keys.append(None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        _refuse_tag(event)
        if self._awaits_key():
            self._keys[-1] = (event.value, _line(event))
        else:
            self._place(_resolve(event), _line(event))

    def _awaits_key(self) -> bool:
        return bool(
            self._open and isinstance(self._open[-1].value, dict) and self._keys[-1] is None
        )

    def _place(self, value: "Scalar | list[Node] | dict[str, Node]", line: int) -> Node:
        if not self._open:
            self._root = Node(value, line, "")
            return self._root
        parent = self._open[-1]
        if isinstance(parent.value, list):
            node = Node(value, line, f"{parent.path}[{len(parent.value)}]")
            parent.value.append(node)
            return node
        key, line = self._keys[-1] or ("", line)
        self._keys[-1] = None
        node = Node(value, line, f"{parent.path}.{key}".removeprefix("."))
        if isinstance(parent.value, dict):
            if key in parent.value:
                self._faults.add(line, node.path, f"The key {key!r} is here twice.")
            parent.value[key] = node
        return node


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse_tag(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
    if event.tag not in (None, "!"):
        raise _NotReadable(_line(event), "Tags (!...) are not part of the mapping language.")


def _resolve(event: yaml.ScalarEvent) -> Scalar:
    text: str = event.value
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
