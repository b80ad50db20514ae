"""The built-in mappings, one YAML file per connector."""

from functools import cache
from pathlib import Path

from daifuku.errors import NotFoundError
from mapping.loader import load_mapping
from mapping.rules import Mapping

_FOLDER = Path(__file__).parent


def builtin_names() -> tuple[str, ...]:
    """The connectors that have a built-in mapping, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def builtin_text(connector: str) -> str:
    """The connector's built-in mapping as written.

    Raises:
        NotFoundError: it has none.
    """
    if connector not in builtin_names():
        known = ", ".join(builtin_names())
        raise NotFoundError(
            f"There is no built-in mapping for {connector!r}.", hint=f"Known: {known}."
        )
    return (_FOLDER / f"{connector}.yaml").read_text(encoding="utf-8")


@cache
def builtin_mapping(connector: str) -> Mapping:
    """The connector's built-in mapping.

    Raises:
        NotFoundError: it has none.
        MappingError: the file is wrong.
    """
    return load_mapping(builtin_text(connector), where=f"mapping/builtin/{connector}.yaml")
