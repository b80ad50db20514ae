"""Reads the tables beside this package: tab-separated text, `#` begins a comment line."""

from importlib.resources import files


def read_table(name: str) -> list[list[str]]:
    """The rows of `data/NAME`, each a list of its cells."""
    text = (files("identity.normalize") / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def read_words(name: str) -> frozenset[str]:
    """Every cell of `data/NAME` that is no comment, split at spaces too."""
    return frozenset(word for row in read_table(name) for cell in row for word in cell.split())


def read_bytes(name: str) -> bytes:
    """The content of `data/NAME`."""
    return (files("identity.normalize") / "data" / name).read_bytes()
