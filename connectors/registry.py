"""Finds connectors by name: each is a folder with all there is to it.

- `connector.py` offers `SPEC: ConnectorSpec` and `connect(config) -> Connector`; it is imported
  only when its connector is used, so that a heavy one costs nothing to the others.
- `mapping.yaml` says how its records map where a source brings no mapping of its own.
- `README.md` and `README.ja.md` say how to set it up, in English and in Japanese.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from connectors.protocol import Connector, ConnectorSpec
from daifuku.errors import ConfigError, NotFoundError

BUILTIN = Path(__file__).parent / "builtin"


@cache
def names() -> tuple[str, ...]:
    """The built-in connectors, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules([str(BUILTIN)]) if m.ispkg))


def spec(name: str) -> ConnectorSpec:
    """The connector's spec.

    Raises:
        NotFoundError: no connector has that name.
    """
    return cast(ConnectorSpec, _module(name).SPEC)


def mapping_text(name: str) -> str:
    """The connector's own mapping, as written.

    Raises:
        NotFoundError: no connector has that name, or it has no mapping of its own.
    """
    path = _folder(name) / "mapping.yaml"
    if not path.is_file():
        raise NotFoundError(
            f"The connector {name} has no mapping of its own.", hint="Give the source one."
        )
    return path.read_text(encoding="utf-8")


def setup_page(name: str, language: str = "en") -> str:
    """How to set the connector up, as Markdown: in Japanese for `ja`, else in English.

    Raises:
        NotFoundError: no connector has that name.
    """
    page = "README.ja.md" if language == "ja" else "README.md"
    return (_folder(name) / page).read_text(encoding="utf-8")


def connect(name: str, config: Mapping[str, Any]) -> Connector:
    """A connector with this config, validated.

    Raises:
        NotFoundError: no connector has that name.
        ConfigError: the config does not fit; the message names each field, never its value.
    """
    module = _module(name)
    try:
        parsed = module.SPEC.config.model_validate(dict(config))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'config'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise ConfigError(f"The settings of a {name} source do not fit: {faults}.") from None
    build = cast(Callable[[Any], Connector], module.connect)
    return build(parsed)


def _module(name: str) -> Any:
    _folder(name)
    return importlib.import_module(f"connectors.builtin.{name}.connector")


def _folder(name: str) -> Path:
    if name not in names():
        known = ", ".join(names())
        raise NotFoundError(f"There is no connector named {name!r}.", hint=f"Known: {known}.")
    return BUILTIN / name
