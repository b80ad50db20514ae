"""Reads the people through our manifest adapter."""

from pydantic import BaseModel

from connectors.manifest.connector import ManifestConnector
from connectors.protocol import ConnectorSpec, Record, StreamSpec
from tests.bench.readers.manifest import manifest


class Config(BaseModel):
    """The manifest needs no settings."""


def read(url: str, *, incremental: bool) -> int:
    """The number of records read."""
    spec = ConnectorSpec(
        name="bench",
        title={"en": "Bench", "ja": "計測"},
        kind="erp",
        config=Config,
        streams=(StreamSpec("people", "id", "updated" if incremental else None),),
    )
    source = ManifestConnector(spec, manifest(url, incremental=incremental), Config())
    return sum(isinstance(message, Record) for message in source.read(["people"], {}))
