"""Sources that run the tiny connector."""

import sys
from pathlib import Path
from typing import Any

from connectors import registry
from connectors.protocol import Connector
from tests.connectors.airbyte.tiny import KEY

COMMAND = [sys.executable, "-S", str(Path(__file__).with_name("tiny.py"))]


def settings(*, silence: float = 60.0, full_pass: tuple[str, ...] = (), **config: Any) -> Any:
    """The settings of a source that runs it; `config` are its own."""
    own = {"api_key": KEY, **config}
    return {"command": COMMAND, "config": own, "silence": silence, "full_pass": full_pass}


def tiny(**config: Any) -> Connector:
    return registry.connect("airbyte", settings(**config))
