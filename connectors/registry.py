"""Finds connectors by name: each built-in is a folder here with a `connector.py`.

The folder's module offers `SPEC: ConnectorSpec` and `connect(config) -> Connector`; it is
imported only when its connector is used, so that a heavy one costs nothing to the others.
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
    if name not in names():
        known = ", ".join(names())
        raise NotFoundError(f"There is no connector named {name!r}.", hint=f"Known: {known}.")
    return importlib.import_module(f"connectors.builtin.{name}.connector")
