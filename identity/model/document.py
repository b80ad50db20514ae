"""A YAML document that knows on which line each of its values stands."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml

from daifuku.errors import ModelError


class Item:
    """A value of a YAML file and where it stands; every accessor raises ModelError at its line."""

    def __init__(self, file: str, path: str, node: yaml.Node) -> None:
        self.file, self.path, self._node = file, path, node

    def fail(self, message: str, hint: str = "") -> NoReturn:
        """Raise a ModelError at this value."""
        line = self._node.start_mark.line + 1
        raise ModelError(message, where=f"{self.file}:{line}", field=self.path, hint=hint)

    def keys(self) -> list[str]:
        """The keys of this mapping, each once."""
        names = [str(key.value) for key, _ in self._pairs()]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            self.fail(f"{twice!r} stands here twice.", "Keep one of them.")
        return names

    def items(self) -> Iterator[tuple[str, "Item"]]:
        """The entries of this mapping."""
        self.keys()
        for key, node in self._pairs():
            name = str(key.value)
            yield name, Item(self.file, f"{self.path}.{name}" if self.path else name, node)

    def elements(self) -> list["Item"]:
        """The elements of this list."""
        if not isinstance(self._node, yaml.SequenceNode):
            self.fail("A list is expected here.")
        nodes = self._node.value
        return [Item(self.file, f"{self.path}[{i}]", node) for i, node in enumerate(nodes)]

    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def get(self, name: str) -> "Item | None":
        """The value under `name`, None where there is none."""
        return dict(self.items()).get(name)

    def need(self, name: str) -> "Item":
        """The value under `name`."""
        found = self.get(name)
        return found if found is not None else self.fail(f"{name!r} is missing here.")

    def only(self, *names: str) -> None:
        """Fail at the first key that is none of `names`."""
        for name, item in self.items():
            if name not in names:
                item.fail(f"{name!r} is not known here.", f"Known: {', '.join(names)}.")

    def is_mapping(self) -> bool:
        """Whether this value holds named values."""
        return isinstance(self._node, yaml.MappingNode)

    def text(self) -> str:
        """This value as text."""
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value:
            self.fail("A text is expected here.")
        return str(self._node.value)

    def any_text(self) -> str:
        """This value as text, which may be empty."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fail("A text is expected here.")
        return str(self._node.value)

    def choice(self, *known: str) -> str:
        """This value, one of `known`."""
        text = self.text()
        if text not in known:
            self.fail(f"{text!r} is not known here.", f"Known: {', '.join(known)}.")
        return text

    def number(self) -> float:
        """This value as a number."""
        try:
            return float(self.text())
        except ValueError:
            self.fail("A number is expected here.")

    def share(self) -> float:
        """This value as a probability, above 0 and below 1."""
        number = self.number()
        return number if 0 < number < 1 else self.fail("A share between 0 and 1 is expected here.")

    def count(self) -> int:
        """This value as a whole number of at least 1."""
        number = self.number()
        if number < 1 or number != int(number):
            self.fail("A whole number of at least 1 is expected here.")
        return int(number)

    def _pairs(self) -> list[tuple[Any, yaml.Node]]:
        if not isinstance(self._node, yaml.MappingNode):
            self.fail("Named values (name: value) are expected here.")
        return list(self._node.value)


def read_document(path: Path) -> Item:
    """The document in `path`.

    Raises:
        ModelError: the file cannot be read, is no YAML, or holds nothing.
    """
    return parse_document(read_text(path), str(path))


def read_text(path: Path) -> str:
    """The text in `path`.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{path} cannot be read: {error.__class__.__name__}.",
            hint="Check the path, and that the file is UTF-8.",
        ) from None


def parse_document(text: str, file: str) -> Item:
    """The document `text`; `file` is what errors call it.

    Raises:
        ModelError: it is no YAML, or holds nothing.
    """
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ModelError(f"This is no YAML: {error.problem}.", where=f"{file}:{line}") from None
    except yaml.YAMLError:
        raise ModelError(
            "This is no YAML: it has characters that YAML does not allow.", where=f"{file}:1"
        ) from None
    if node is None:
        raise ModelError("The file is empty.", where=f"{file}:1")
    return Item(file, "", node)


def _composed(text: str) -> yaml.Node | None:
    """The text as nodes: by libyaml where it is there, which is ten times as quick.

    What is wrong with a text is said by PyYAML itself, in the same words everywhere.
    """
    if yaml.__with_libyaml__:
        with contextlib.suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=yaml.CSafeLoader)
    return yaml.compose(text, Loader=yaml.SafeLoader)
