"""The `airbyte` connector: `SPEC` says what it offers, `connect` builds it."""

import sys
from collections.abc import Sequence
from typing import Any

from connectors.airbyte_process.child import Limits
from connectors.airbyte_process.connector import AirbyteProcess, Program
from connectors.airbyte_process.install import Installed, install, installed
from connectors.builtin.airbyte.config import AirbyteConfig
from connectors.protocol import ANY_STREAM, Connector, ConnectorSpec, DeletePolicy, StreamSpec

SPEC = ConnectorSpec(
    name="airbyte",
    title={"en": "Any Airbyte connector", "ja": "Airbyteコネクター(任意)"},
    kind="any",
    config=AirbyteConfig,
    streams=(
        StreamSpec(ANY_STREAM, "as its catalog says", "as its catalog says", DeletePolicy.NONE),
    ),
)


def install_package(package: str, *, python: str = sys.executable) -> Installed:
    """Install `NAME==VERSION` in an environment of its own, made by that python.

    Raises:
        UserError: it cannot be installed, or is no connector.
        SourceError: it is installed and does not run.
    """

    def schema(command: Sequence[str]) -> dict[str, Any]:
        return AirbyteProcess(SPEC, Program(command), {}).settings_schema()

    return install(package, schema, python=python)


def connect(config: AirbyteConfig) -> Connector:
    """A connector that runs the program."""
    command = installed(config.package).command if config.package else config.command
    program = Program(
        command,
        limits=Limits(silence=config.silence),
        proxy=config.proxy,
        ca_file=config.ca_file,
        full_pass=config.full_pass,
    )
    return AirbyteProcess(SPEC, program, config.config)
