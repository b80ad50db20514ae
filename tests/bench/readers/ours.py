"""Reads the people through our manifest adapter."""

from connectors.manifest.bounds import Bounds
from connectors.manifest.connector import ManifestConnector
from connectors.outgoing import OnPremises
from connectors.protocol import ConnectorSpec, Record, StreamSpec
from tests.bench.readers.manifest import manifest


def read(url: str, *, incremental: bool) -> int:
    """The number of records read."""
    spec = ConnectorSpec(
        name="bench",
        title={"en": "Bench", "ja": "計測"},
        kind="erp",
        config=OnPremises,
        streams=(StreamSpec("people", "id", "updated" if incremental else None),),
    )
    source = ManifestConnector(
        spec, manifest(url, incremental=incremental), OnPremises(), bounds=Bounds.of(OnPremises())
    )
    return sum(isinstance(message, Record) for message in source.read(["people"], {}))
