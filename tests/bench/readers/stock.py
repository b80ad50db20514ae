"""Reads the people as the CDK itself does: threads, a queue, a message per record."""

import logging

from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer, Type
from airbyte_cdk.sources.declarative.concurrent_declarative_source import (
    ConcurrentDeclarativeSource,
)

from tests.bench.readers.manifest import manifest


def read(url: str, *, incremental: bool) -> int:
    """The number of records read."""
    mode = "incremental" if incremental else "full_refresh"
    stream = {"name": "people", "json_schema": {}, "supported_sync_modes": [mode]}
    configured = {"stream": stream, "sync_mode": mode, "destination_sync_mode": "append"}
    catalog = ConfiguredAirbyteCatalogSerializer.load({"streams": [configured]})
    config = {"url": url}
    source = ConcurrentDeclarativeSource(
        catalog=catalog,
        config=config,
        state=[],
        source_config=manifest(url, incremental=incremental),
    )
    messages = source.read(logging.getLogger("airbyte"), config, catalog, [])
    return sum(message.type is Type.RECORD for message in messages)
